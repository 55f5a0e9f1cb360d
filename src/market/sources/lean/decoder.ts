/** Lines of LEAN's tick files into quotes and trades. */
import { SIDE_CODES } from "../../book-rows.ts";
import type { LineBlock } from "../capture-lines.ts";
import { NS_PER_MS } from "../clock.ts";
import { commaFields, wholeNumber } from "../comma-fields.ts";
import { decodeLines } from "../decode-lines.ts";
import type { Decoder, DecoderOutput } from "../decoder.ts";
import { UNKNOWN_TIME_NS } from "../events.ts";
import type { InstrumentGrid } from "../instrument.ts";
import { LevelChanges } from "../level-changes.ts";
import type { NewYorkDay } from "../new-york-day.ts";
import { LineFault } from "../refused-lines.ts";

export interface LeanTicks {
  readonly symbol: string;
  readonly kind: "quote" | "trade";
  readonly day: NewYorkDay;
}

export interface LeanLines extends LineBlock {
  readonly ticks: LeanTicks;
}

const QUOTE_FIELDS = 8;
const TRADE_FIELDS = 6;
/** Prices are ten-thousandths of a dollar. */
const PRICE_DECIMALS = 4;

export class LeanDecoder implements Decoder<LeanLines> {
  readonly #instrument: InstrumentGrid;
  readonly #output: DecoderOutput;
  readonly #bids: LevelChanges;
  readonly #asks: LevelChanges;
  #quotes = 0n;
  #trades = 0n;

  constructor(instrument: InstrumentGrid, output: DecoderOutput) {
    this.#instrument = instrument;
    this.#output = output;
    this.#bids = new LevelChanges(instrument.stepTypes, 1);
    this.#asks = new LevelChanges(instrument.stepTypes, 1);
  }

  decode(block: LeanLines): void {
    const { bytes, ticks } = block;
    decodeLines(block, this.#output.refused, (start, end) => {
      if (!this.#instrument.takes(ticks.symbol)) this.#output.counts.ignored += 1;
      else if (ticks.kind === "quote")
        this.#addQuote(commaFields(bytes, start, end, QUOTE_FIELDS), ticks.day);
      else this.#addTrade(commaFields(bytes, start, end, TRADE_FIELDS), ticks.day);
    });
  }

  end(): void {}

  #addQuote(fields: readonly string[], day: NewYorkDay): void {
    const [time, bidPrice, bidSize, askPrice, askSize, , , suspicious] = fields as [string, ...string[]];
    const eventNs = eventTime(time, day);
    this.#readSide(bidPrice!, bidSize!, this.#bids);
    this.#readSide(askPrice!, askSize!, this.#asks);
    if (this.#bids.count + this.#asks.count === 0) throw new LineFault("quotes neither side");
    if (isSuspicious(suspicious!)) {
      this.#output.counts.ignored += 1;
      return;
    }
    this.#quotes += 1n;
    this.#output.batch.addQuote(eventNs, UNKNOWN_TIME_NS, this.#quotes, this.#bids, this.#asks);
  }

  #addTrade(fields: readonly string[], day: NewYorkDay): void {
    const [time, price, size, , , suspicious] = fields as [string, ...string[]];
    const eventNs = eventTime(time, day);
    const priceTicks = this.#priceTicks(price!);
    const sizeLots = this.#instrument.lotsOfWhole(wholeNumber(size!, "size"));
    if (priceTicks === 0 || sizeLots === 0) throw new LineFault("trade without price or size");
    if (isSuspicious(suspicious!)) {
      this.#output.counts.ignored += 1;
      return;
    }
    this.#trades += 1n;
    this.#output.batch.addTrade(eventNs, UNKNOWN_TIME_NS, this.#trades, priceTicks, sizeLots, SIDE_CODES.N);
  }

  #readSide(price: string, size: string, side: LevelChanges): void {
    side.clear();
    if (price === "0" && size === "0") return;
    const priceTicks = this.#priceTicks(price);
    const sizeLots = this.#instrument.lotsOfWhole(wholeNumber(size, "size"));
    if (priceTicks === 0) throw new LineFault("size without a price");
    side.add(priceTicks, sizeLots);
  }

  #priceTicks(text: string): number {
    const price = wholeNumber(text, "price");
    if (price < 0) throw new LineFault(`price ${text} is negative`);
    return this.#instrument.ticksOfUnits(price, PRICE_DECIMALS);
  }
}

function eventTime(text: string, day: NewYorkDay): bigint {
  return day.utcNs(BigInt(wholeNumber(text, "time")) * NS_PER_MS);
}

/** @throws LineFault */
function isSuspicious(text: string): boolean {
  if (text !== "0" && text !== "1") throw new LineFault("last field, suspicious, is neither 0 nor 1");
  return text === "1";
}
