/** A map that remembers only its newest entries, for streams that refer back a little but never far. */
export class RecentEntries<Value> {
  readonly #entries = new Map<number, Value>();
  /** Keys in the order in which they came; asking the map for its oldest key costs a walk over deleted ones. */
  readonly #keys: Float64Array;
  #next = 0;

  /** @param entriesMax entries that are remembered, from 1 */
  constructor(entriesMax: number) {
    this.#keys = new Float64Array(entriesMax).fill(Number.NaN);
  }

  has(key: number): boolean {
    return this.#entries.has(key);
  }

  /** Takes the entry out. */
  take(key: number): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.#entries.delete(key);
    return value;
  }

  set(key: number, value: Value): void {
    this.#entries.delete(this.#keys[this.#next]!);
    this.#keys[this.#next] = key;
    this.#next = (this.#next + 1) % this.#keys.length;
    this.#entries.set(key, value);
  }
}
