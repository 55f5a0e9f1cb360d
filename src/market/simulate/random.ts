/** A seeded stream of random numbers: the same on every machine, so a simulated capture has fixed bytes. */
export class SeededRandom {
  #state: number;

  /** @param seed any integer; only its low 32 bits count */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). The generator is mulberry32 (Tommy Ettinger, public domain): 32 bits of state. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Bell-shaped around 0, within ±2, standard deviation 0.58: the sum of four uniform numbers. */
  bell(): number {
    return this.next() + this.next() + this.next() + this.next() - 2;
  }

  /** 0 with probability `1 - continuation`, then 1, 2, …, each less likely by that factor; at most `max`. */
  geometric(continuation: number, max: number): number {
    let count = 0;
    while (count < max && this.chance(continuation)) count += 1;
    return count;
  }
}
