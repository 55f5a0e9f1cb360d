/**
 * Settles, from the first messages of a capture, what the rest is read with: the instrument, the tick and the lot.
 */
import { QuarryError } from "../../errors.ts";
import { DecimalGrid, formatDecimal } from "../decimal-grid.ts";
import type { CaptureOptions, CaptureScale } from "./capture-source.ts";
import { StepSample } from "./find-step.ts";
import type { InstrumentGrid } from "./instrument.ts";

/** The numbers of one message, as text. */
interface SampledMessage {
  readonly symbol: string | undefined;
  readonly prices: string[];
  readonly sizes: string[];
}

export class InstrumentSample implements InstrumentGrid {
  readonly scale = undefined;
  readonly #messages: SampledMessage[] = [];
  #message: SampledMessage = { symbol: undefined, prices: [], sizes: [] };

  takes(symbol: string | undefined): boolean {
    this.#message = { symbol, prices: [], sizes: [] };
    this.#messages.push(this.#message);
    return true;
  }

  ticks(text: string): number {
    this.#message.prices.push(text);
    return 1;
  }

  signedTicks(text: string): number {
    return this.ticks(text);
  }

  ticksOfUnits(units: number, decimals: number): number {
    return this.ticks(formatDecimal(units, decimals));
  }

  lots(text: string): number {
    this.#message.sizes.push(text);
    return 1;
  }

  lotsOfWhole(): number {
    return this.lots("1");
  }

  /** @throws QuarryError `CAPTURE_INVALID` where the messages are of several instruments and none is the one asked for */
  settle(options: Pick<CaptureOptions, "symbol" | "tickSize" | "lotSize">): CaptureScale {
    const symbol = pickSymbol(this.#messages, options.symbol);
    const prices = new StepSample();
    const sizes = new StepSample();
    for (const message of this.#messages) {
      if (message.symbol !== undefined && message.symbol !== symbol) continue;
      prices.nextLine();
      sizes.nextLine();
      for (const price of message.prices) prices.add(price);
      for (const size of message.sizes) sizes.add(size);
    }
    return {
      symbol,
      tick: new DecimalGrid(options.tickSize ?? prices.step(true) ?? "1"),
      // Traders favour round sizes, so a lot that only few sizes show may well be the true one.
      lot: new DecimalGrid(options.lotSize ?? sizes.step(false) ?? "1"),
    };
  }
}

function pickSymbol(messages: readonly SampledMessage[], wanted: string): string {
  const symbols = new Set<string>();
  for (const { symbol } of messages) if (symbol !== undefined) symbols.add(symbol);
  const [only] = symbols;
  if (symbols.has(wanted) || only === undefined) return wanted;
  if (symbols.size === 1) return only;
  throw new QuarryError(
    "CAPTURE_INVALID",
    `the capture holds ${[...symbols].sort().join(", ")}, and none of them is ${wanted}; name one of them as the symbol`,
  );
}
