/**
 * The book as OKX's checksum sees it: prices and sizes as the strings that were sent, since `0.10` and `0.1` are not
 * the same to it.
 *
 * The checksum is the CRC-32 of the best 25 levels as `price:size`, bid and ask in turn, joined by colons; where one
 * side has fewer, the other goes on alone. It is sent as a signed number.
 */
import { crc32 } from "../../../metadata/crc.ts";
import type { LevelText } from "../json-fields.ts";

const CHECKED_LEVELS = 25;

export class ChecksumBook {
  readonly #bids = new TextSide(-1);
  readonly #asks = new TextSide(1);

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
  }

  apply(bids: readonly LevelText[], asks: readonly LevelText[]): void {
    for (const [price, size] of bids) this.#bids.set(price, size);
    for (const [price, size] of asks) this.#asks.set(price, size);
  }

  get checksum(): number {
    const parts: string[] = [];
    for (let level = 0; level < CHECKED_LEVELS; level += 1) {
      const bid = this.#bids.levels[level];
      const ask = this.#asks.levels[level];
      if (bid !== undefined) parts.push(bid.text);
      if (ask !== undefined) parts.push(ask.text);
    }
    return crc32(Buffer.from(parts.join(":"), "latin1")) | 0;
  }
}

interface TextLevel {
  /** What levels are sorted by, ascending. */
  readonly key: number;
  /** `price:size` as sent. */
  text: string;
}

class TextSide {
  readonly #sign: 1 | -1;
  /** Best first. */
  readonly levels: TextLevel[] = [];

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  clear(): void {
    this.levels.length = 0;
  }

  set(price: string, size: string): void {
    const key = Number(price) * this.#sign;
    const { levels } = this;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (levels[middle]!.key < key) low = middle + 1;
      else high = middle;
    }
    const isThere = levels[low]?.key === key;
    if (Number(size) === 0) {
      if (isThere) levels.splice(low, 1);
    } else if (isThere) {
      levels[low]!.text = `${price}:${size}`;
    } else {
      levels.splice(low, 0, { key, text: `${price}:${size}` });
    }
  }
}
