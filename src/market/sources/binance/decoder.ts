/**
 * Lines of a Binance capture into events of one instrument.
 *
 * A line is read whole before anything changes: a price or size that is no whole, positive number of ticks or lots
 * refuses its line, and the book stays as it was.
 */
import { SIDE_CODES } from "../../book-rows.ts";
import type { LineBlock } from "../capture-lines.ts";
import { decodeLines } from "../decode-lines.ts";
import type { Decoder, DecoderOutput } from "../decoder.ts";
import type { InstrumentGrid } from "../instrument.ts";
import type { LevelText } from "../json-fields.ts";
import { LevelChanges } from "../level-changes.ts";
import { RecentEntries } from "../recent-entries.ts";
import { LineFault } from "../refused-lines.ts";
import { DepthSync, type DiffInTicks, type SnapshotInTicks } from "./depth-sync.ts";
import { LineScanner } from "./line-scanner.ts";
import { type DepthDiff, parseLine, type Trade } from "./message.ts";

/** A repeated trade comes with a reconnect, seconds after the first. */
const TRADES_REMEMBERED = 65_536;

export class BinanceDecoder implements Decoder<LineBlock> {
  readonly #instrument: InstrumentGrid;
  readonly #output: DecoderOutput;
  readonly #scanner: LineScanner | undefined;
  readonly #sync: DepthSync;
  readonly #tradeIds = new RecentEntries<true>(TRADES_REMEMBERED);
  readonly #bids: LevelChanges;
  readonly #asks: LevelChanges;
  #venue: DepthDiff["venue"] | undefined;

  constructor(instrument: InstrumentGrid, output: DecoderOutput) {
    this.#instrument = instrument;
    this.#output = output;
    this.#bids = new LevelChanges(instrument.stepTypes);
    this.#asks = new LevelChanges(instrument.stepTypes);
    this.#scanner = instrument.scale === undefined ? undefined : new LineScanner(instrument.scale);
    this.#sync = new DepthSync(
      {
        loadSnapshot: (snapshot, diff) => this.#emitSnapshot(snapshot, diff),
        applyDiff: (diff) => this.#emitDiff(diff),
      },
      output.counts,
    );
  }

  decode(block: LineBlock): void {
    decodeLines(block, this.#output.refused, (start, end) => this.#addLine(block.bytes, start, end));
  }

  end(): void {
    this.#sync.end();
  }

  #addLine(bytes: Buffer, start: number, end: number): void {
    const scanner = this.#scanner;
    switch (scanner?.scan(bytes, start, end)) {
      case "diff":
        this.#addDiff(scanner as LineScanner);
        return;
      case "ticker": {
        const { eventNs, recvNs, lastUpdateId, bids, asks } = scanner as LineScanner;
        this.#emitTicker(eventNs, recvNs, lastUpdateId, bids, asks);
        return;
      }
      default:
        this.#addParsed(bytes, start, end);
    }
  }

  #addParsed(bytes: Buffer, start: number, end: number): void {
    const message = parseLine(bytes, start, end);
    if (message.kind === "other" || !this.#instrument.takes(message.symbol)) {
      this.#output.counts.ignored += 1;
      return;
    }
    const bids = this.#bids;
    const asks = this.#asks;
    switch (message.kind) {
      case "snapshot":
        this.#readLevels(message.bids, message.asks);
        this.#sync.addSnapshot({ lastUpdateId: message.lastUpdateId, bids, asks });
        return;
      case "diff":
        this.#readLevels(message.bids, message.asks);
        this.#addDiff({ ...message, bids, asks });
        return;
      case "ticker":
        this.#readLevels([message.bid], [message.ask]);
        this.#emitTicker(message.eventNs, message.recvNs, message.updateId, bids, asks);
        return;
      case "trade":
        this.#addTrade(message);
    }
  }

  /** Borrows the levels only for the call. */
  #addDiff(diff: DiffInTicks): void {
    this.#venue ??= diff.venue;
    if (diff.venue !== this.#venue) {
      throw new LineFault(
        diff.venue === "spot" ? "fields T and pu are missing" : "is a futures diff in a spot capture",
      );
    }
    this.#sync.addDiff(diff);
  }

  #addTrade(message: Trade): void {
    const priceTicks = this.#instrument.ticks(message.price);
    const sizeLots = this.#instrument.lots(message.size);
    if (sizeLots === 0) throw new LineFault("trade of size 0");
    if (this.#tradeIds.has(message.tradeId)) {
      this.#output.counts.duplicates += 1;
      return;
    }
    this.#tradeIds.set(message.tradeId, true);
    // The maker was there first: where it is the buyer, the seller crossed the spread.
    const side = message.buyerIsMaker ? SIDE_CODES.A : SIDE_CODES.B;
    const { eventNs, recvNs, tradeId } = message;
    this.#output.batch.addTrade(eventNs, recvNs, BigInt(tradeId), priceTicks, sizeLots, side);
  }

  /** The snapshot has no time of its own at which the book was so: it goes in with the change that follows it. */
  #emitSnapshot({ lastUpdateId, bids, asks }: SnapshotInTicks, { eventNs, recvNs }: DiffInTicks): void {
    this.#output.batch.addSnapshot(false, eventNs, recvNs, BigInt(lastUpdateId), bids, asks);
  }

  #emitDiff({ eventNs, recvNs, lastUpdateId, bids, asks }: DiffInTicks): void {
    this.#output.batch.addDelta(true, eventNs, recvNs, BigInt(lastUpdateId), bids, asks);
  }

  #emitTicker(
    eventNs: bigint,
    recvNs: bigint,
    updateId: number,
    bids: LevelChanges,
    asks: LevelChanges,
  ): void {
    this.#output.batch.addQuote(eventNs, recvNs, BigInt(updateId), bids, asks);
    this.#output.counts.ignored += 1;
  }

  #readLevels(bids: readonly LevelText[], asks: readonly LevelText[]): void {
    this.#readSide(bids, this.#bids);
    this.#readSide(asks, this.#asks);
  }

  #readSide(levels: readonly LevelText[], changes: LevelChanges): void {
    changes.clear();
    for (const level of levels) {
      changes.add(this.#instrument.ticks(level[0]), this.#instrument.lots(level[1]));
    }
  }
}
