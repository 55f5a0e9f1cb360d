/**
 * Silences: rows that come later after the latest row before them than was to be expected. One row with a time far in
 * the past is no gap behind it.
 */

import type { TableBlock } from "../tables/table-blocks.ts";
import type { Check } from "./check.ts";
import { durationText } from "./duration.ts";
import type { ExpectedStep } from "./expected-step.ts";

export class Gaps implements Check {
  readonly name = "gaps";
  readonly rule: string;
  readonly #limit: number;
  readonly #regular: number | undefined;
  readonly #unitNs: number;
  /** How far the last row lies behind the latest one. */
  #lag = 0;
  #longest = 0;
  #missing = 0;

  /** @param unitNs nanoseconds in a unit of the time column, of which `expected` counts */
  constructor({ limit, regular, reason }: ExpectedStep, unitNs: number) {
    this.#limit = limit;
    this.#regular = regular;
    this.#unitNs = unitNs;
    this.rule = `at most ${durationText(limit * unitNs)} after the row before it (${reason})`;
  }

  get figures(): Record<string, number | string> {
    return {
      limitNs: this.#limit * this.#unitNs,
      longestNs: this.#longest * this.#unitNs,
      ...(this.#regular !== undefined && { missingRows: this.#missing }),
    };
  }

  inspect({ timeSteps }: TableBlock, fault: (row: number) => void): void {
    for (let row = 0; row < timeSteps.length; row += 1) {
      const step = timeSteps[row]!;
      // NaN: there is no row before this one.
      const advance = Number.isNaN(step) ? 0 : step - this.#lag;
      this.#lag = Math.max(0, -advance);
      if (advance <= this.#limit) continue;
      if (advance > this.#longest) this.#longest = advance;
      if (this.#regular !== undefined) this.#missing += Math.round(advance / this.#regular) - 1;
      fault(row);
    }
  }

  forget(): void {
    this.#lag = 0;
  }
}
