/**
 * What a decoder of unknown output size has made so far: it grows by doubling, up to a limit, and is the dictionary
 * of the formats that repeat what was before.
 */
import { CodecFault } from "./fault.ts";

export class BoundedOutput {
  readonly #bytesMax: number;
  #bytes: Uint8Array;
  #length = 0;

  constructor(initialBytes: number, bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#bytes = new Uint8Array(Math.min(initialBytes, bytesMax));
  }

  get length(): number {
    return this.#length;
  }

  /** The byte `distance` before the end; 1 is the last one. */
  byteAt(distance: number): number {
    if (distance > this.#length) {
      throw new CodecFault("malformed");
    }
    return this.#bytes[this.#length - distance]!;
  }

  #reserve(byteCount: number): void {
    const needed = this.#length + byteCount;
    if (needed <= this.#bytes.length) {
      return;
    }
    if (needed > this.#bytesMax) {
      throw new CodecFault("too-large", { expected: this.#bytesMax, actual: needed });
    }
    const grown = new Uint8Array(Math.min(this.#bytesMax, Math.max(needed, this.#bytes.length * 2)));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  appendByte(byte: number): void {
    if (this.#length === this.#bytes.length) {
      this.#reserve(1);
    }
    this.#bytes[this.#length++] = byte;
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  repeat(distance: number, byteCount: number): void {
    if (distance > this.#length) {
      throw new CodecFault("malformed");
    }
    this.#reserve(byteCount);
    const bytes = this.#bytes;
    const end = this.#length + byteCount;
    for (let at = this.#length; at < end; at++) {
      bytes[at] = bytes[at - distance]!;
    }
    this.#length = end;
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
