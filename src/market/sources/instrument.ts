/**
 * The one instrument that is taken from a capture, and the grid on which its prices and sizes are read.
 *
 * Decoders ask for it before the grid is known as well: a sample of the capture is decoded with an
 * {@link InstrumentSample}, which only takes note of the numbers, and decoded again with the {@link Instrument}
 * that came of it. A decoder does not see the difference.
 */
import { QuarryError } from "../../errors.ts";
import { DecimalGrid, formatDecimal, type GridFault } from "../decimal-grid.ts";
import type { StepTypes } from "../step-types.ts";
import type { CaptureScale } from "./capture-source.ts";
import { LineFault } from "./refused-lines.ts";

export interface InstrumentGrid {
  /** What the rest is read with; `undefined` while a sample is taken. */
  readonly scale: CaptureScale | undefined;
  /** Of the ticks and lots that it gives. */
  readonly stepTypes: StepTypes;
  /**
   * Whether a message of `symbol` is to be read; `undefined` where the message does not say whose it is.
   * To be asked once for each message, before any of its numbers is read.
   * @throws LineFault for a message that may be another instrument's
   * @throws QuarryError `CAPTURE_INVALID` at a second instrument where none has the wanted name
   */
  takes(symbol: string | undefined): boolean;
  /** A price above 0. @throws LineFault */
  ticks(text: string): number;
  /** A price of any sign: spreads and some futures trade below 0. @throws LineFault */
  signedTicks(text: string): number;
  /** A price of any sign, `units × 10^-decimals`. @throws LineFault */
  ticksOfUnits(units: number, decimals: number): number;
  /** A size from 0. @throws LineFault */
  lots(text: string): number;
  /** A size from 0 that the format gives in whole shares or contracts: the lot is one of them. @throws LineFault */
  lotsOfWhole(size: number): number;
}

/** Of the ticks and lots of a capture. */
export function stepTypesIn({ tick, lot }: CaptureScale): StepTypes {
  return { priceType: tick.stepType, sizeType: lot.stepType };
}

export class Instrument implements InstrumentGrid {
  readonly scale: CaptureScale;
  readonly stepTypes: StepTypes;
  readonly #wantedSymbol: string;
  #severalSymbols = false;

  /** @param wantedSymbol what the caller calls the instrument */
  constructor(scale: CaptureScale, wantedSymbol: string) {
    this.scale = scale;
    this.stepTypes = stepTypesIn(scale);
    this.#wantedSymbol = wantedSymbol;
  }

  takes(symbol: string | undefined): boolean {
    if (symbol === this.scale.symbol) return true;
    if (symbol === undefined) {
      if (!this.#severalSymbols) return true;
      throw new LineFault("depth snapshot without a symbol in a capture of several instruments");
    }
    if (this.scale.symbol !== this.#wantedSymbol) {
      throw new QuarryError(
        "CAPTURE_INVALID",
        `the capture holds ${this.scale.symbol} and ${symbol}, and neither is ${this.#wantedSymbol}; ` +
          "name one of them as the symbol",
      );
    }
    this.#severalSymbols = true;
    return false;
  }

  ticks(text: string): number {
    const ticks = this.scale.tick.stepsOf(text);
    if (ticks === 0 || isNegative(text) || DecimalGrid.faultOf(ticks) !== undefined) {
      throw new LineFault(describe("price", text, ticks, this.scale.tick));
    }
    return ticks;
  }

  signedTicks(text: string): number {
    const ticks = this.scale.tick.stepsOf(text);
    if (DecimalGrid.faultOf(ticks) === undefined) return ticks;
    throw new LineFault(describe("price", text, ticks, this.scale.tick));
  }

  ticksOfUnits(units: number, decimals: number): number {
    const ticks = this.scale.tick.stepsOfUnits(units, decimals);
    if (DecimalGrid.faultOf(ticks) === undefined) return ticks;
    throw new LineFault(describe("price", formatDecimal(units, decimals), ticks, this.scale.tick));
  }

  lots(text: string): number {
    const lots = this.scale.lot.stepsOf(text);
    if (isNegative(text) || DecimalGrid.faultOf(lots) !== undefined) {
      throw new LineFault(describe("size", text, lots, this.scale.lot));
    }
    return lots;
  }

  lotsOfWhole(size: number): number {
    const lots = this.scale.lot.stepsOfUnits(size, 0);
    if (size >= 0 && DecimalGrid.faultOf(lots) === undefined) return lots;
    throw new LineFault(describe("size", String(size), lots, this.scale.lot));
  }
}

/** Whether the text has a minus sign; `-0.000` as well, which no exchange sends. */
function isNegative(text: string): boolean {
  return text.charCodeAt(0) === 45;
}

type Noun = "price" | "size";

function describe(noun: Noun, text: string, steps: number, grid: DecimalGrid): string {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const fault = DecimalGrid.faultOf(steps);
  if (fault === undefined) return `${noun} ${shown} is ${isNegative(text) ? "negative" : "zero"}`;
  return `${noun} ${JSON.stringify(shown)} ${faultWords(fault, noun, text, grid)}`;
}

function faultWords(fault: GridFault, noun: Noun, text: string, grid: DecimalGrid): string {
  switch (fault) {
    case "not-a-decimal":
      return "is not a decimal number";
    case "off-grid":
      return `is not a whole number of steps of ${grid.step}`;
    case "overflow":
      return overflowWords(noun, text, grid);
  }
}

function overflowWords(noun: Noun, text: string, grid: DecimalGrid): string {
  if (grid.stepType === "int64") return `is beyond 2^53 steps of ${grid.step}`;
  const isWide = DecimalGrid.faultOf(new DecimalGrid(grid.step, "int64").stepsOf(text)) === undefined;
  return `does not fit 32 bits in steps of ${grid.step}${isWide ? `; ${wideHint(noun)}` : ""}`;
}

/** What takes a count of steps that int32 does not hold. */
export function wideHint(noun: Noun): string {
  return `--${noun}-type int64 (${noun}Type) takes it`;
}
