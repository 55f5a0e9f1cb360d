/** What a check is: a rule for the rows of one table, and a look at its blocks, in order. */
import type { TableBlock } from "../tables/table-blocks.ts";

/** Every check that there is, in the order in which reports have them. */
export const CHECK_NAMES = [
  "unreadable",
  "time-order",
  "duplicates",
  "gaps",
  "sequence-breaks",
  "crossed",
  "locked",
  "level-order",
  "sizes",
  "price-grid",
  "bar-range",
  "bar-open-close",
] as const;

export type CheckName = (typeof CHECK_NAMES)[number];

export interface Check {
  readonly name: CheckName;
  /** What a row has to fulfil, in words. */
  readonly rule: string;
  /** Figures beside the number of faults, such as how long the longest gap is. */
  readonly figures?: Readonly<Record<string, number | string>>;
  /** Calls `fault` with the index in the block of each row that breaks the rule, in order. */
  inspect(block: TableBlock, fault: (row: number) => void): void;
  /** The rows before the next block are not known: they could not be read. */
  forget?(): void;
}
