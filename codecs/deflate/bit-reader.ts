/** Bits of a deflate stream, least significant first, with every read checked against the end of the input. */
import { CodecFault } from "../fault.ts";
import type { HuffmanTable } from "./huffman.ts";

export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #bitCount = 0;

  constructor(bytes: Uint8Array, startBytes: number) {
    this.#bytes = bytes;
    this.#at = startBytes;
  }

  /** The next `bitCount` bits (at most 16) as a number. */
  read(bitCount: number): number {
    while (this.#bitCount < bitCount) {
      if (this.#at >= this.#bytes.length) {
        throw this.#truncated();
      }
      this.#bits |= this.#bytes[this.#at++]! << this.#bitCount;
      this.#bitCount += 8;
    }
    const value = this.#bits & ((1 << bitCount) - 1);
    this.#bits >>>= bitCount;
    this.#bitCount -= bitCount;
    return value;
  }

  readSymbol({ entries, indexBits }: HuffmanTable): number {
    while (this.#bitCount < indexBits && this.#at < this.#bytes.length) {
      this.#bits |= this.#bytes[this.#at++]! << this.#bitCount;
      this.#bitCount += 8;
    }
    const entry = entries[this.#bits & ((1 << indexBits) - 1)]!;
    const codeBits = entry & 15;
    if (codeBits > this.#bitCount) {
      throw this.#truncated();
    }
    if (codeBits === 0) {
      throw this.#bitCount < indexBits ? this.#truncated() : new CodecFault("malformed");
    }
    this.#bits >>>= codeBits;
    this.#bitCount -= codeBits;
    return entry >> 4;
  }

  /** Drops the rest of the current byte and takes `byteCount` whole bytes. */
  readBytes(byteCount: number): Uint8Array {
    const start = this.positionBytes();
    if (byteCount > this.#bytes.length - start) {
      throw this.#truncated();
    }
    this.#at = start + byteCount;
    this.#bits = 0;
    this.#bitCount = 0;
    return this.#bytes.subarray(start, this.#at);
  }

  /** Index of the first byte of which no bit has been read. */
  positionBytes(): number {
    return this.#at - (this.#bitCount >> 3);
  }

  #truncated(): CodecFault {
    return new CodecFault("truncated", { actual: this.#bytes.length });
  }
}
