/**
 * Settles, from the first messages of a capture, what the rest is read with: the instrument, the tick and the
 * lot. The messages are kept until then, so nothing is read twice.
 */
import { QuarryError } from "../../../errors.ts";
import { DecimalGrid } from "../../decimal-grid.ts";
import type { CaptureOptions, CaptureScale } from "../capture-source.ts";
import { StepSample } from "../find-step.ts";
import type { CaptureMessage, LevelText } from "./message.ts";

/**
 * Settles the scale for `messages`.
 * @throws QuarryError `CAPTURE_INVALID` where they are of several instruments and none is the one asked for
 */
export function settleScale(messages: Iterable<CaptureMessage>, options: CaptureOptions): CaptureScale {
  const symbols = new Set<string>();
  for (const message of messages) {
    if (message.kind !== "other" && message.symbol !== undefined) symbols.add(message.symbol);
  }
  const symbol = pickSymbol(symbols, options.symbol);
  const prices = new StepSample();
  const sizes = new StepSample();
  for (const message of messages) {
    if (message.kind === "other" || (message.symbol !== undefined && message.symbol !== symbol)) continue;
    prices.nextLine();
    sizes.nextLine();
    for (const [price, size] of levelsOf(message)) {
      prices.add(price);
      sizes.add(size);
    }
  }
  return {
    symbol,
    tick: new DecimalGrid(options.tickSize ?? prices.step(true) ?? "1"),
    // Traders favour round sizes, so a lot that only few sizes show may well be the true one.
    lot: new DecimalGrid(options.lotSize ?? sizes.step(false) ?? "1"),
  };
}

function pickSymbol(symbols: ReadonlySet<string>, wanted: string): string {
  const [only] = symbols;
  if (symbols.has(wanted) || only === undefined) return wanted;
  if (symbols.size === 1) return only;
  throw new QuarryError(
    "CAPTURE_INVALID",
    `the capture holds ${[...symbols].sort().join(", ")}, and none of them is ${wanted}; name one of them as the symbol`,
  );
}

function levelsOf(message: Exclude<CaptureMessage, { kind: "other" }>): readonly LevelText[] {
  switch (message.kind) {
    case "trade":
      return [[message.price, message.size]];
    case "ticker":
      return [message.bid, message.ask];
    default:
      return [...message.bids, ...message.asks];
  }
}
