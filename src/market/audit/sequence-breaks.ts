/**
 * Ids that go back, and, where the table's ids are consecutive, ids that leave some out. Ids are compared with the
 * highest one before: one stale row is one break, and not two.
 */

import type { TableBlock } from "../tables/table-blocks.ts";
import type { Check } from "./check.ts";

export class SequenceBreaks implements Check {
  readonly name = "sequence-breaks";
  readonly rule: string;
  readonly #consecutive: boolean;
  /** How far the last row's id lies below the highest one. */
  #lag = 0;

  /** @param column what the ids are called; @param consecutive whether they count in ones */
  constructor(column: string, consecutive: boolean) {
    this.#consecutive = consecutive;
    this.rule = consecutive
      ? `${column} is at most one above the highest before it, and never goes back`
      : `${column} never goes back`;
  }

  inspect({ idSteps }: TableBlock, fault: (row: number) => void): void {
    for (let row = 0; row < idSteps.length; row += 1) {
      const step = idSteps[row]!;
      const advance = Number.isNaN(step) ? 0 : step - this.#lag;
      this.#lag = Math.max(0, -advance);
      if (step < 0 || (this.#consecutive && advance > 1)) fault(row);
    }
  }

  forget(): void {
    this.#lag = 0;
  }
}
