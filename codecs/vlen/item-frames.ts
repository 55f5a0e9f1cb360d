/**
 * Items of variable length in a row, as numcodecs' `vlen-*` codecs write them. All integers are uint32, little-endian:
 *
 *     number of items · for each item: number of bytes, bytes
 *
 * Format: https://numcodecs.readthedocs.io/en/stable/other/vlen.html
 */
import { CodecFault } from "../fault.ts";

const INTEGER_BYTES = 4;

/** numcodecs counts in int32; a chunk of more is read by nobody. */
export const FRAMES_BYTES_MAX = 2 ** 31 - 1;

/** What one UTF-16 unit of a string takes in UTF-8, at most. */
const UTF8_BYTES_MAX = 3;

const textEncoder = new TextEncoder();

/** Writes items one after the other, into memory that grows with them. */
export class FrameWriter {
  #encoded: Uint8Array;
  #view: DataView;
  #end = INTEGER_BYTES;

  constructor(itemCount: number) {
    this.#encoded = new Uint8Array(INTEGER_BYTES + 16 * itemCount);
    this.#view = new DataView(this.#encoded.buffer);
    this.#view.setUint32(0, itemCount, true);
  }

  addBytes(item: Uint8Array): void {
    this.#reserve(item.length);
    this.#encoded.set(item, this.#end + INTEGER_BYTES);
    this.#close(item.length);
  }

  addText(item: string): void {
    this.#reserve(UTF8_BYTES_MAX * item.length);
    const { written } = textEncoder.encodeInto(item, this.#encoded.subarray(this.#end + INTEGER_BYTES));
    this.#close(written);
  }

  /** The encoded chunk; nothing can be added any more. */
  finish(): Uint8Array {
    return this.#encoded.subarray(0, this.#end);
  }

  #close(itemBytes: number): void {
    this.#view.setUint32(this.#end, itemBytes, true);
    this.#end += INTEGER_BYTES + itemBytes;
    if (this.#end > FRAMES_BYTES_MAX) {
      throw new CodecFault("too-large", { expected: FRAMES_BYTES_MAX, actual: this.#end });
    }
  }

  #reserve(itemBytes: number): void {
    const needed = this.#end + INTEGER_BYTES + itemBytes;
    if (needed <= this.#encoded.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#encoded.length, needed));
    grown.set(this.#encoded.subarray(0, this.#end));
    this.#encoded = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** The bytes of each of `itemCount` items, as views of `encoded`. */
export function* decodeFrames(encoded: Uint8Array, itemCount: number): Generator<Uint8Array> {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  let at = 0;
  const readInteger = (): number => {
    if (encoded.length - at < INTEGER_BYTES) {
      throw new CodecFault("truncated", { expected: at + INTEGER_BYTES, actual: encoded.length });
    }
    at += INTEGER_BYTES;
    return view.getUint32(at - INTEGER_BYTES, true);
  };
  const found = readInteger();
  if (found !== itemCount) throw new CodecFault("malformed");
  for (let item = 0; item < itemCount; item++) {
    const itemBytes = readInteger();
    if (itemBytes > encoded.length - at) {
      throw new CodecFault("truncated", { expected: at + itemBytes, actual: encoded.length });
    }
    at += itemBytes;
    yield encoded.subarray(at - itemBytes, at);
  }
  if (at < encoded.length) {
    throw new CodecFault("trailing-bytes", { expected: at, actual: encoded.length });
  }
}
