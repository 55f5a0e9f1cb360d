/** Bits of a bzip2 stream, most significant first, with every read checked against the end of the input. */
import { CodecFault } from "../fault.ts";

const BITS_MAX = 24;

export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #bitCount = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  /** The next `bitCount` bits (at most 24) as a number. */
  read(bitCount: number): number {
    while (this.#bitCount < bitCount) {
      if (this.#at >= this.#bytes.length) {
        throw new CodecFault("truncated", { actual: this.#bytes.length });
      }
      this.#bits = ((this.#bits << 8) | this.#bytes[this.#at++]!) & 0xffffffff;
      this.#bitCount += 8;
    }
    this.#bitCount -= bitCount;
    return (this.#bits >>> this.#bitCount) & ((1 << bitCount) - 1);
  }

  /** 32 or 48 bits. */
  readLong(bitCount: number): number {
    return this.read(bitCount - BITS_MAX) * 2 ** BITS_MAX + this.read(BITS_MAX);
  }

  /** Drops the rest of the current byte. @returns the index of the next one */
  alignToByte(): number {
    this.#bitCount = 0;
    return this.#at;
  }
}
