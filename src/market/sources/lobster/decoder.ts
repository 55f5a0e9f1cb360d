/**
 * A message and the book after it into a snapshot, and a trade where the message is an execution.
 *
 * | type | message |
 * |---|---|
 * | 1, 2, 3 | an order comes, is cancelled in part, is deleted |
 * | 4, 5 | a visible, a hidden order is executed: a trade of the other direction |
 * | 6 | a cross trade, of no side |
 * | 7 | trading halts or goes on |
 */
import { SIDE_CODES } from "../../book-rows.ts";
import { secondsTextToNs } from "../clock.ts";
import { commaFields, wholeNumber } from "../comma-fields.ts";
import { decodeLines } from "../decode-lines.ts";
import type { Decoder, DecoderOutput } from "../decoder.ts";
import { UNKNOWN_TIME_NS } from "../events.ts";
import type { InstrumentGrid } from "../instrument.ts";
import { LevelChanges } from "../level-changes.ts";
import type { NewYorkDay } from "../new-york-day.ts";
import { LineFault } from "../refused-lines.ts";
import type { PairedLines } from "./paired-lines.ts";

export interface LobsterDay {
  readonly symbol: string;
  /** Levels a side in the file of books. */
  readonly levels: number;
  readonly newYork: NewYorkDay;
}

export interface LobsterLines extends PairedLines {
  readonly day: LobsterDay;
}

const MESSAGE_FIELDS = 6;
const FIELDS_PER_LEVEL = 4;
const PRICE_DECIMALS = 4;
const TYPE_MAX = 7;
const VISIBLE_EXECUTION = 4;
const HIDDEN_EXECUTION = 5;
const CROSS_TRADE = 6;
const LINE_FEED = 10;
/** Prices of levels that are not there. */
const NO_PRICE = new Set(["9999999999", "-9999999999"]);

export class LobsterDecoder implements Decoder<LobsterLines> {
  readonly #instrument: InstrumentGrid;
  readonly #output: DecoderOutput;
  readonly #bids: LevelChanges;
  readonly #asks: LevelChanges;
  /** Messages of earlier files, for the sequence. */
  #earlierMessages = 0n;
  #lastMessage = 0n;
  #day: LobsterDay | undefined;

  constructor(instrument: InstrumentGrid, output: DecoderOutput) {
    this.#instrument = instrument;
    this.#output = output;
    this.#bids = new LevelChanges(instrument.stepTypes);
    this.#asks = new LevelChanges(instrument.stepTypes);
  }

  decode(block: LobsterLines): void {
    const { bytes, day, paired, firstLine } = block;
    if (day !== this.#day) this.#earlierMessages = this.#lastMessage;
    this.#day = day;
    let bookLine = firstLine;
    let bookStart = 0;
    decodeLines(block, this.#output.refused, (start, end, line) => {
      for (; bookLine < line; bookLine += 1) bookStart = paired.indexOf(LINE_FEED, bookStart) + 1;
      this.#lastMessage = this.#earlierMessages + BigInt(line);
      if (!this.#instrument.takes(day.symbol)) {
        this.#output.counts.ignored += 1;
        return;
      }
      const message = commaFields(bytes, start, end, MESSAGE_FIELDS);
      const bookEnd = paired.indexOf(LINE_FEED, bookStart);
      const textEnd = paired[bookEnd - 1] === 13 ? bookEnd - 1 : bookEnd;
      this.#addMessage(message, commaFields(paired, bookStart, textEnd, day.levels * FIELDS_PER_LEVEL), day);
    });
  }

  end(): void {}

  #addMessage(message: readonly string[], book: readonly string[], day: LobsterDay): void {
    const [time, typeText, , sizeText, priceText, direction] = message as [string, ...string[]];
    const sinceMidnightNs = secondsTextToNs(time);
    if (sinceMidnightNs === undefined) throw new LineFault("time is no number of seconds");
    const eventNs = day.newYork.utcNs(sinceMidnightNs);
    const type = wholeNumber(typeText!, "type");
    if (type < 1 || type > TYPE_MAX) throw new LineFault(`type ${type} is not from 1 to ${TYPE_MAX}`);
    const trade = TRADE_TYPES.has(type) ? this.#trade(type, sizeText!, priceText!, direction!) : undefined;
    this.#readBook(book);
    const { batch } = this.#output;
    const sequence = this.#lastMessage;
    if (trade !== undefined) {
      batch.addTrade(eventNs, UNKNOWN_TIME_NS, sequence, trade.priceTicks, trade.sizeLots, trade.side);
    }
    batch.addSnapshot(true, eventNs, UNKNOWN_TIME_NS, sequence, this.#bids, this.#asks);
  }

  #trade(type: number, sizeText: string, priceText: string, direction: string) {
    if (direction !== "1" && direction !== "-1")
      throw new LineFault(`direction ${direction} is neither 1 nor -1`);
    const price = wholeNumber(priceText, "price");
    const sizeLots = this.#instrument.lotsOfWhole(wholeNumber(sizeText, "size"));
    if (price <= 0 || sizeLots === 0) throw new LineFault("execution without price or size");
    // The direction is that of the order that rested in the book.
    const side = direction === "1" ? SIDE_CODES.A : SIDE_CODES.B;
    return {
      priceTicks: this.#instrument.ticksOfUnits(price, PRICE_DECIMALS),
      sizeLots,
      side: type === CROSS_TRADE ? SIDE_CODES.N : side,
    };
  }

  #readBook(fields: readonly string[]): void {
    this.#bids.clear();
    this.#asks.clear();
    for (let at = 0; at < fields.length; at += FIELDS_PER_LEVEL) {
      this.#readLevel(fields[at]!, fields[at + 1]!, this.#asks);
      this.#readLevel(fields[at + 2]!, fields[at + 3]!, this.#bids);
    }
  }

  #readLevel(price: string, size: string, side: LevelChanges): void {
    if (NO_PRICE.has(price)) return;
    const priceTicks = this.#instrument.ticksOfUnits(wholeNumber(price, "price"), PRICE_DECIMALS);
    side.add(priceTicks, this.#instrument.lotsOfWhole(wholeNumber(size, "size")));
  }
}

const TRADE_TYPES: ReadonlySet<number> = new Set([VISIBLE_EXECUTION, HIDDEN_EXECUTION, CROSS_TRADE]);
