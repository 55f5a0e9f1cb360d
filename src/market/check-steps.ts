/** Whether prices and sizes that come as doubles are whole ticks and lots that their arrays can hold, before any is stored. */
import { QuarryError } from "../errors.ts";
import type { BarRows } from "./bar-rows.ts";
import type { BookRows, TradeRows } from "./book-rows.ts";
import { firstUnfit } from "./step-columns.ts";
import { STEPS_MAX, type StepColumn, type StepType, type StepTypes } from "./step-types.ts";

/** @throws QuarryError `PRECISION_LOSS` naming `path`, row (of these, from 0), level and value */
export function checkBookRows(rows: BookRows, { priceType, sizeType }: StepTypes, path: string): void {
  const { levels } = rows;
  const itemCount = rows.count * levels;
  const check = (noun: Noun, side: string, steps: StepColumn, type: StepType, missing: number): void => {
    const at = firstUnfit(steps, itemCount, type, missing);
    if (at < 0) return;
    const place = `row ${Math.floor(at / levels)}, ${side} level ${at % levels}`;
    throw unfit(path, place, noun, steps[at]!, type);
  };
  check("price", "bid", rows.bidTicks, priceType, rows.missingTicks);
  check("size", "bid", rows.bidLots, sizeType, rows.missingLots);
  check("price", "ask", rows.askTicks, priceType, rows.missingTicks);
  check("size", "ask", rows.askLots, sizeType, rows.missingLots);
}

/** @throws QuarryError as {@link checkBookRows} */
export function checkTrades(trades: TradeRows, { priceType, sizeType }: StepTypes, path: string): void {
  checkColumn(path, "trade", "price", trades.priceTicks, trades.count, priceType);
  checkColumn(path, "trade", "size", trades.sizeLots, trades.count, sizeType);
}

/** @throws QuarryError as {@link checkBookRows} */
export function checkBars(bars: BarRows, { priceType }: StepTypes, path: string): void {
  for (const steps of [bars.openTicks, bars.highTicks, bars.lowTicks, bars.closeTicks]) {
    checkColumn(path, "bar", "price", steps, bars.count, priceType);
  }
}

type Noun = "price" | "size";

function checkColumn(
  path: string,
  what: string,
  noun: Noun,
  steps: StepColumn,
  count: number,
  type: StepType,
): void {
  const at = firstUnfit(steps, count, type, undefined);
  if (at >= 0) throw unfit(path, `${what} ${at}`, noun, steps[at]!, type);
}

function unfit(path: string, place: string, noun: Noun, value: number, type: StepType): QuarryError {
  const unit = noun === "price" ? "ticks" : "lots";
  return new QuarryError(
    "PRECISION_LOSS",
    `${path}: ${place}: the ${noun} ${reasonOf(value, unit, noun, type)}`,
    {
      path,
    },
  );
}

function reasonOf(value: number, unit: string, noun: Noun, type: StepType): string {
  if (!Number.isInteger(value)) return `${value} is no whole number of ${unit}`;
  if (type === "int64") return `of ${value} ${unit} is beyond 2^53`;
  const isWide = Math.abs(value) <= STEPS_MAX.int64;
  return `of ${value} ${unit} does not fit int32${isWide ? `; the ${noun}Type int64 takes it` : ""}`;
}
