/**
 * Settles, from the first messages of a capture, what the rest is read with: the instrument, the tick and the lot.
 */
import { QuarryError } from "../../errors.ts";
import { DecimalGrid, formatDecimal } from "../decimal-grid.ts";
import { INT32_STEPS } from "../step-types.ts";
import type { CaptureOptions, CaptureScale } from "./capture-source.ts";
import { StepSample } from "./find-step.ts";
import type { InstrumentGrid } from "./instrument.ts";

/** The numbers of all messages of one instrument. */
interface Numbers {
  readonly prices: StepSample;
  readonly sizes: StepSample;
}

export class InstrumentSample implements InstrumentGrid {
  readonly scale = undefined;
  readonly stepTypes = INT32_STEPS;
  /** Under `undefined` those of messages that do not say whose they are. */
  readonly #numbers = new Map<string | undefined, Numbers>();
  #current: Numbers = noNumbers();

  takes(symbol: string | undefined): boolean {
    let numbers = this.#numbers.get(symbol);
    if (numbers === undefined) {
      numbers = noNumbers();
      this.#numbers.set(symbol, numbers);
    }
    numbers.prices.nextLine();
    numbers.sizes.nextLine();
    this.#current = numbers;
    return true;
  }

  ticks(text: string): number {
    this.#current.prices.add(text);
    return 1;
  }

  signedTicks(text: string): number {
    return this.ticks(text);
  }

  ticksOfUnits(units: number, decimals: number): number {
    return this.ticks(formatDecimal(units, decimals));
  }

  lots(text: string): number {
    this.#current.sizes.add(text);
    return 1;
  }

  lotsOfWhole(): number {
    return this.lots("1");
  }

  /** @throws QuarryError `CAPTURE_INVALID` where the messages are of several instruments and none is the one asked for */
  settle(
    options: Pick<CaptureOptions, "symbol" | "tickSize" | "lotSize" | "priceType" | "sizeType">,
  ): CaptureScale {
    const symbol = pickSymbol(this.#numbers.keys(), options.symbol);
    const { prices, sizes } = noNumbers();
    for (const whose of [undefined, symbol]) {
      const numbers = this.#numbers.get(whose);
      if (numbers === undefined) continue;
      prices.addAll(numbers.prices);
      sizes.addAll(numbers.sizes);
    }
    return {
      symbol,
      tick: new DecimalGrid(options.tickSize ?? prices.step(true) ?? "1", options.priceType),
      // Traders favour round sizes, so a lot that only few sizes show may well be the true one.
      lot: new DecimalGrid(options.lotSize ?? sizes.step(false) ?? "1", options.sizeType),
    };
  }
}

function noNumbers(): Numbers {
  return { prices: new StepSample(), sizes: new StepSample() };
}

function pickSymbol(all: Iterable<string | undefined>, wanted: string): string {
  const symbols = new Set([...all].filter((symbol) => symbol !== undefined));
  const [only] = symbols;
  if (symbols.has(wanted) || only === undefined) return wanted;
  if (symbols.size === 1) return only;
  throw new QuarryError(
    "CAPTURE_INVALID",
    `the capture holds ${[...symbols].sort().join(", ")}, and none of them is ${wanted}; name one of them as the symbol`,
  );
}
