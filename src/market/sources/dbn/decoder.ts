/**
 * Records of DBN into events. A file holds one schema; where MBP records and MBO records came together, each would
 * be a book of its own.
 */
import { QuarryError } from "../../../errors.ts";
import type { CaptureBlock, Decoder, DecoderOutput } from "../decoder.ts";
import type { InstrumentGrid } from "../instrument.ts";
import { LevelChanges } from "../level-changes.ts";
import { LineFault } from "../refused-lines.ts";
import { type DbnMetadata, MIXED_SCHEMA } from "./metadata.ts";
import { OrderBookDecoder } from "./order-book-decoder.ts";
import {
  BAR_TYPES,
  eventNs,
  instrumentId,
  LEVEL_BYTES,
  LEVELS_OFFSET,
  PRICE_DECIMALS,
  priceAt,
  RECORD_TYPES,
  recordBytes,
  sideOf,
  TYPE_BYTES,
  timestampAt,
} from "./record.ts";

export interface DbnRecords extends CaptureBlock {
  readonly metadata: DbnMetadata;
  /** Number, from 1, of the first record. */
  readonly firstRecord: number;
}

const TRADE_ACTION = 0x54;

export class DbnDecoder implements Decoder<DbnRecords> {
  readonly #instrument: InstrumentGrid;
  readonly #output: DecoderOutput;
  readonly #orderBook: OrderBookDecoder;
  readonly #bids: LevelChanges;
  readonly #asks: LevelChanges;
  /** Most records are of the instrument of the one before. */
  #lastId: number | undefined;
  #lastSymbols: ReadonlyMap<string, string> | undefined;
  #lastSymbol = "";

  constructor(instrument: InstrumentGrid, output: DecoderOutput) {
    this.#instrument = instrument;
    this.#output = output;
    this.#bids = new LevelChanges(instrument.stepTypes, 10);
    this.#asks = new LevelChanges(instrument.stepTypes, 10);
    this.#orderBook = new OrderBookDecoder(instrument, output);
  }

  decode({ file, bytes, metadata, firstRecord }: DbnRecords): void {
    if (metadata.schema === MIXED_SCHEMA) {
      const message = `${file} holds records of several schemas, which are books of their own; give one schema`;
      throw new QuarryError("CAPTURE_INVALID", message, { path: file });
    }
    let line = firstRecord;
    for (let at = 0; at < bytes.length; at += recordBytes(bytes, at)) {
      try {
        this.#addRecord(bytes, at, metadata);
      } catch (fault) {
        if (!(fault instanceof LineFault)) throw fault;
        this.#output.refused.add({ file, line }, fault.message);
      }
      line += 1;
    }
  }

  end(): void {}

  #addRecord(bytes: Buffer, at: number, { symbols }: DbnMetadata): void {
    const type = bytes[at + 1]!;
    const shortestBytes = TYPE_BYTES.get(type);
    const symbol = shortestBytes === undefined ? "" : this.#symbolOf(instrumentId(bytes, at), symbols);
    if (shortestBytes === undefined || !this.#instrument.takes(symbol)) {
      this.#output.counts.ignored += 1;
      return;
    }
    if (recordBytes(bytes, at) < shortestBytes) {
      throw new LineFault(`has ${recordBytes(bytes, at)} bytes where its type takes ${shortestBytes}`);
    }
    if (type === RECORD_TYPES.mbo) this.#orderBook.addRecord(bytes, at);
    else if (BAR_TYPES.includes(type)) this.#addBar(bytes, at);
    else this.#addPriceRecord(bytes, at, type);
  }

  /** The number of the instrument itself where the metadata has no name for it. */
  #symbolOf(id: number, symbols: ReadonlyMap<string, string>): string {
    if (id !== this.#lastId || symbols !== this.#lastSymbols) {
      this.#lastId = id;
      this.#lastSymbols = symbols;
      this.#lastSymbol = symbols.get(String(id)) ?? String(id);
    }
    return this.#lastSymbol;
  }

  /** MBP of one or ten levels, and trades. */
  #addPriceRecord(bytes: Buffer, at: number, type: number): void {
    const event = eventNs(bytes, at);
    const recv = timestampAt(bytes, at + 32);
    const sequence = BigInt(bytes.readUInt32LE(at + 44));
    const isTrade = type === RECORD_TYPES.trade || bytes[at + 28] === TRADE_ACTION;
    const price = isTrade ? priceAt(bytes, at + 16) : undefined;
    if (isTrade && price === undefined) throw new LineFault("trade without a price");
    const priceTicks = price === undefined ? 0 : this.#instrument.ticksOfUnits(price, PRICE_DECIMALS);
    const sizeLots = isTrade ? this.#instrument.lotsOfWhole(bytes.readUInt32LE(at + 24)) : 0;
    const levelCount = type === RECORD_TYPES.mbp10 ? 10 : type === RECORD_TYPES.mbp1 ? 1 : 0;
    this.#readLevels(bytes, at + LEVELS_OFFSET, levelCount);
    const { batch } = this.#output;
    if (isTrade) batch.addTrade(event, recv, sequence, priceTicks, sizeLots, sideOf(bytes[at + 29]!));
    if (type === RECORD_TYPES.mbp10) {
      batch.addSnapshot(true, event, recv, sequence, this.#bids, this.#asks);
    } else if (type === RECORD_TYPES.mbp1) {
      // A side that is empty is told by a level of size 0.
      if (this.#bids.count === 0) this.#bids.add(0, 0);
      if (this.#asks.count === 0) this.#asks.add(0, 0);
      batch.addQuote(event, recv, sequence, this.#bids, this.#asks);
    }
  }

  #readLevels(bytes: Buffer, at: number, count: number): void {
    this.#bids.clear();
    this.#asks.clear();
    for (let level = at; level < at + count * LEVEL_BYTES; level += LEVEL_BYTES) {
      this.#readLevel(bytes, level, level + 16, this.#bids);
      this.#readLevel(bytes, level + 8, level + 20, this.#asks);
    }
  }

  #readLevel(bytes: Buffer, priceOffset: number, sizeOffset: number, side: LevelChanges): void {
    const price = priceAt(bytes, priceOffset);
    if (price === undefined) return;
    const sizeLots = this.#instrument.lotsOfWhole(bytes.readUInt32LE(sizeOffset));
    side.add(this.#instrument.ticksOfUnits(price, PRICE_DECIMALS), sizeLots);
  }

  #addBar(bytes: Buffer, at: number): void {
    const [open, high, low, close] = [16, 24, 32, 40].map((offset) => {
      const price = priceAt(bytes, at + offset);
      if (price === undefined) throw new LineFault("bar without all of its prices");
      return this.#instrument.ticksOfUnits(price, PRICE_DECIMALS);
    }) as [number, number, number, number];
    const volume = Number(bytes.readBigUInt64LE(at + 48));
    if (!Number.isSafeInteger(volume)) throw new LineFault("volume is beyond 2^53");
    this.#output.batch.addBar(eventNs(bytes, at), open, high, low, close, volume);
  }
}
