/**
 * Decoder of one MessagePack value (https://github.com/msgpack/msgpack/blob/master/spec.md) as JSON values, with
 * `bin` as bytes. Integers beyond 2^53 are bigints. Maps have strings for keys; extensions are not done.
 *
 * Own code because `@msgpack/msgpack` allocates as many items as a header claims, for each header anew.
 */
import { CodecFault } from "../fault.ts";

/** A plain array or object, whose items are such values. */
export type MsgpackValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly MsgpackValue[]
  | { readonly [key: string]: MsgpackValue };

const DEPTH_MAX = 512;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param rawStrings gives strings as their bytes: older writers had no other type for bytes */
export function decodeMsgpack(encoded: Uint8Array, rawStrings: boolean): MsgpackValue {
  const reader = new MsgpackReader(encoded, rawStrings);
  const value = reader.value(DEPTH_MAX);
  reader.expectEnd();
  return value;
}

class MsgpackReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #rawStrings: boolean;
  #at = 0;

  constructor(bytes: Uint8Array, rawStrings: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#rawStrings = rawStrings;
  }

  expectEnd(): void {
    if (this.#at < this.#bytes.length) {
      throw new CodecFault("trailing-bytes", { expected: this.#at, actual: this.#bytes.length });
    }
  }

  value(depth: number): MsgpackValue {
    const type = this.#unsigned(1);
    if (type < 0x80) return type;
    if (type < 0x90) return this.#map(type & 0x0f, depth);
    if (type < 0xa0) return this.#array(type & 0x0f, depth);
    if (type < 0xc0) return this.#string(type & 0x1f);
    if (type >= 0xe0) return type - 0x100;
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#unsigned(1 << (type - 0xc4))).slice();
      case 0xca:
        return this.#view.getFloat32(this.#advance(4));
      case 0xcb:
        return this.#view.getFloat64(this.#advance(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#unsigned(1 << (type - 0xcc));
      case 0xcf:
        return shortest(this.#view.getBigUint64(this.#advance(8)));
      case 0xd0:
        return this.#view.getInt8(this.#advance(1));
      case 0xd1:
        return this.#view.getInt16(this.#advance(2));
      case 0xd2:
        return this.#view.getInt32(this.#advance(4));
      case 0xd3:
        return shortest(this.#view.getBigInt64(this.#advance(8)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#string(this.#unsigned(1 << (type - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(2 << (type - 0xdc)), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(2 << (type - 0xde)), depth);
      case 0xc1:
        throw new CodecFault("malformed");
      default:
        throw new CodecFault("unsupported");
    }
  }

  #array(count: number, depth: number): MsgpackValue[] {
    this.#checkCount(count, depth);
    const items: MsgpackValue[] = [];
    for (let index = 0; index < count; index++) {
      items.push(this.value(depth - 1));
    }
    return items;
  }

  #map(count: number, depth: number): { [key: string]: MsgpackValue } {
    this.#checkCount(2 * count, depth);
    const entries = new Map<string, MsgpackValue>();
    for (let index = 0; index < count; index++) {
      const key = this.value(depth - 1);
      if (typeof key !== "string") {
        throw new CodecFault("unsupported");
      }
      if (entries.has(key)) {
        throw new CodecFault("malformed");
      }
      entries.set(key, this.value(depth - 1));
    }
    return Object.fromEntries(entries);
  }

  #string(byteCount: number): string | Uint8Array {
    const bytes = this.#take(byteCount);
    if (this.#rawStrings) {
      return bytes.slice();
    }
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new CodecFault("malformed", { cause });
    }
  }

  /** Each value takes a byte at least. */
  #checkCount(count: number, depth: number): void {
    if (depth === 0) {
      throw new CodecFault("malformed");
    }
    if (count > this.#bytes.length - this.#at) {
      throw new CodecFault("truncated", { expected: this.#at + count, actual: this.#bytes.length });
    }
  }

  /** Big-endian, of 1, 2 or 4 bytes. */
  #unsigned(byteCount: number): number {
    const at = this.#advance(byteCount);
    return byteCount === 1
      ? this.#view.getUint8(at)
      : byteCount === 2
        ? this.#view.getUint16(at)
        : this.#view.getUint32(at);
  }

  #take(byteCount: number): Uint8Array {
    const at = this.#advance(byteCount);
    return this.#bytes.subarray(at, at + byteCount);
  }

  /** @returns where the next `byteCount` bytes begin */
  #advance(byteCount: number): number {
    if (byteCount > this.#bytes.length - this.#at) {
      throw new CodecFault("truncated", { expected: this.#at + byteCount, actual: this.#bytes.length });
    }
    this.#at += byteCount;
    return this.#at - byteCount;
  }
}

function shortest(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
