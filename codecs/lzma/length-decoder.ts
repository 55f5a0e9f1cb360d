/** The lengths of LZMA's matches: 2…9 by position, 10…17 by position, 18…273. */
import { evenProbabilities, type RangeDecoder } from "./range-decoder.ts";

const SHORT_BITS = 3;
const LONG_BITS = 8;
const SHORT_COUNT = 1 << SHORT_BITS;
const LENGTH_MIN = 2;
const POSITIONS_MAX = 16;

export class LengthDecoder {
  readonly #choices = evenProbabilities(2);
  readonly #low = evenProbabilities(POSITIONS_MAX * SHORT_COUNT);
  readonly #middle = evenProbabilities(POSITIONS_MAX * SHORT_COUNT);
  readonly #high = evenProbabilities(1 << LONG_BITS);

  /** @param position the low bits of the output's length, by which the short lengths are told apart */
  decode(range: RangeDecoder, position: number): number {
    if (range.bit(this.#choices, 0) === 0) {
      return LENGTH_MIN + range.tree(this.#low, position * SHORT_COUNT, SHORT_BITS);
    }
    if (range.bit(this.#choices, 1) === 0) {
      return LENGTH_MIN + SHORT_COUNT + range.tree(this.#middle, position * SHORT_COUNT, SHORT_BITS);
    }
    return LENGTH_MIN + 2 * SHORT_COUNT + range.tree(this.#high, 0, LONG_BITS);
  }
}
