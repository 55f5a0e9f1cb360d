/** Random numbers that follow from a seed, so that a case is its number. */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Neighbouring seeds are spread out, or their first numbers would be alike.
    this.#state = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) >>> 0;
  }

  /** 32 bits: mulberry32, by Tommy Ettinger. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  }

  /** A whole number from 0 to `limit - 1`; 0 where there is none. */
  below(limit: number): number {
    return limit < 1 ? 0 : this.word() % limit;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}
