/** Books that nobody could have seen: a best bid above the best ask (crossed), or equal to it (locked). */

import type { SideFields } from "../tables/table.ts";
import type { TableBlock } from "../tables/table-blocks.ts";
import type { Check } from "./check.ts";

export class CrossedBooks implements Check {
  readonly name: "crossed" | "locked";
  readonly rule: string;
  readonly #sides: readonly [SideFields, SideFields];

  constructor(name: "crossed" | "locked", sides: readonly [SideFields, SideFields]) {
    this.name = name;
    this.#sides = sides;
    this.rule =
      name === "crossed"
        ? "the best bid is not above the best ask"
        : "the best bid is not the same as the best ask";
  }

  inspect({ columns, count }: TableBlock, fault: (row: number) => void): void {
    const [bid, ask] = this.#sides.map(({ prices }) => prices) as [
      SideFields["prices"],
      SideFields["prices"],
    ];
    const bids = columns.get(bid.column)!;
    const asks = columns.get(ask.column)!;
    const wantsCrossed = this.name === "crossed";
    for (let row = 0; row < count; row += 1) {
      const bestBid = bids[bid.first + row * bid.rowItems]!;
      const bestAsk = asks[ask.first + row * ask.rowItems]!;
      if (bestBid === bid.missing || bestAsk === ask.missing) continue;
      // NaN, a missing level, is neither.
      if (wantsCrossed ? bestBid > bestAsk : bestBid === bestAsk) fault(row);
    }
  }
}
