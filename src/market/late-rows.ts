/** How late rows may be: how much earlier than the latest row before them. */
import { QuarryError } from "../errors.ts";
import { isoTime } from "./partition.ts";

export class LateRows {
  readonly #what: string;
  readonly #toleranceNs: bigint | undefined;
  #rows = 0;
  #latestNs: bigint | undefined;

  /**
   * @param what the rows are, for errors
   * @param toleranceNs undefined: no row is too late
   */
  constructor(what: string, toleranceNs: bigint | undefined) {
    this.#what = what;
    this.#toleranceNs = toleranceNs;
  }

  /** Time of the latest row that was noted; undefined without a tolerance. */
  get latestNs(): bigint | undefined {
    return this.#latestNs;
  }

  /** @throws QuarryError `VALUE_INVALID` naming the first row that is too late; nothing is noted */
  check(times: BigInt64Array): void {
    const toleranceNs = this.#toleranceNs;
    if (toleranceNs === undefined) return;
    let latestNs = this.#latestNs;
    for (const [row, timeNs] of times.entries()) {
      if (latestNs === undefined || timeNs > latestNs) latestNs = timeNs;
      else if (latestNs - timeNs > toleranceNs) {
        throw new QuarryError(
          "VALUE_INVALID",
          `${this.#what} ${this.#rows + row} (${row} of this batch) is of ${isoTime(timeNs)}, ${latestNs - timeNs} ns ` +
            `before one that came earlier, of ${isoTime(latestNs)}: at most ${toleranceNs} ns are tolerated`,
        );
      }
    }
  }

  /** Notes rows that have been checked. */
  note(times: BigInt64Array): void {
    if (this.#toleranceNs === undefined) return;
    this.#rows += times.length;
    for (const timeNs of times) {
      if (this.#latestNs === undefined || timeNs > this.#latestNs) this.#latestNs = timeNs;
    }
  }
}
