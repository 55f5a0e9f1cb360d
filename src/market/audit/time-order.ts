/** Rows that are earlier than the row before them. */

import type { TableBlock } from "../tables/table-blocks.ts";
import type { Check } from "./check.ts";

export class TimeOrder implements Check {
  readonly name = "time-order";
  readonly rule = "no row is earlier than the row before it";

  inspect({ timeSteps }: TableBlock, fault: (row: number) => void): void {
    for (let row = 0; row < timeSteps.length; row += 1) if (timeSteps[row]! < 0) fault(row);
  }
}
