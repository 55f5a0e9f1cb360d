/** Writes bits, the most significant first, into a buffer that grows. */
const INITIAL_BYTES = 1 << 12;

export class BitWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #length = 0;
  #bits = 0;
  #bitCount = 0;

  /** The low `bitCount` bits of `value`, at most 24, of which the higher ones must be zero. */
  write(value: number, bitCount: number): void {
    this.#bits = (this.#bits << bitCount) | value;
    this.#bitCount += bitCount;
    while (this.#bitCount >= 8) {
      this.#bitCount -= 8;
      this.#append((this.#bits >>> this.#bitCount) & 0xff);
    }
  }

  /** 32 or 48 bits. */
  writeLong(value: number, bitCount: number): void {
    for (let shift = bitCount - 16; shift >= 0; shift -= 16) {
      this.write(Math.floor(value / 2 ** shift) % 0x10000, 16);
    }
  }

  /** Fills the last byte with zeros. @returns all that has been written */
  finish(): Uint8Array {
    if (this.#bitCount > 0) {
      this.write(0, 8 - this.#bitCount);
    }
    return this.#bytes.slice(0, this.#length);
  }

  #append(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#length);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = byte;
  }
}
