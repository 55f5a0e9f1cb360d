/** The market as LEAN's tick files tell it: the best bid and ask of each moment, side by side or one alone. */
import { zipSync } from "fflate";
import { type Moment, START_MS } from "./market.ts";

/** 10:00 in New York. */
const START_MS_OF_DAY = 36_000_000;
/** Ten-thousandths of a dollar in a tick. */
const PRICE_PER_TICK = 100;

/** Lines of `…_Quote_Tick.csv`: both sides at first, then those that have changed, one side a line. */
export function* leanQuotes(moments: Iterable<Moment>): Generator<string> {
  let before = ["", ""];
  for (const moment of moments) {
    const ms = START_MS_OF_DAY + moment.eventMs - START_MS;
    const [bid, ask] = [moment.bids(1)[0]!, moment.asks(1)[0]!];
    const texts = [bid, ask].map(([ticks, lots]) => `${ticks * PRICE_PER_TICK},${lots}`);
    if (moment.index === 0) yield `${ms},${texts[0]},${texts[1]},P,1,0`;
    else {
      if (texts[0] !== before[0]) yield `${ms},${texts[0]},0,0,Q,1,0`;
      if (texts[1] !== before[1]) yield `${ms},0,0,${texts[1]},P,1,0`;
    }
    before = texts;
  }
}

/** Lines of `…_Trade_Tick.csv`. */
export function* leanTrades(moments: Iterable<Moment>): Generator<string> {
  for (const moment of moments) {
    const ms = START_MS_OF_DAY + moment.eventMs - START_MS;
    for (const { priceTicks, sizeLots } of moment.step?.trades ?? []) {
      yield `${ms},${priceTicks * PRICE_PER_TICK},${sizeLots},Q,0,0`;
    }
  }
}

export function leanZip(kind: "Quote" | "Trade", lines: Iterable<string>, day = "20240807"): Uint8Array {
  return zipSync({ [`${day}_sim_${kind}_Tick.csv`]: Buffer.from([...lines, ""].join("\r\n")) });
}
