/** Lines of an OKX capture into events of one instrument. A book message is one change, and gives one row. */
import { SIDE_CODES } from "../../book-rows.ts";
import type { LineBlock } from "../capture-lines.ts";
import { decodeLines } from "../decode-lines.ts";
import type { Decoder, DecoderOutput } from "../decoder.ts";
import type { InstrumentGrid } from "../instrument.ts";
import type { LevelText } from "../json-fields.ts";
import { LevelChanges } from "../level-changes.ts";
import { RecentEntries } from "../recent-entries.ts";
import { LineFault } from "../refused-lines.ts";
import { OkxBookSync } from "./book-sync.ts";
import { type BookMessage, parseLine, type TradesMessage } from "./message.ts";

/** A repeated trade comes with a reconnect, seconds after the first, or from the second of two channels. */
const TRADES_REMEMBERED = 65_536;

export class OkxDecoder implements Decoder<LineBlock> {
  readonly #instrument: InstrumentGrid;
  readonly #output: DecoderOutput;
  /** By symbol: a sample is of every instrument. */
  readonly #syncs = new Map<string, OkxBookSync>();
  readonly #tradeIds = new RecentEntries<true>(TRADES_REMEMBERED);
  readonly #bids: LevelChanges;
  readonly #asks: LevelChanges;
  #channel: string | undefined;
  #bookMessages = 0;

  constructor(instrument: InstrumentGrid, output: DecoderOutput) {
    this.#instrument = instrument;
    this.#output = output;
    this.#bids = new LevelChanges(instrument.stepTypes);
    this.#asks = new LevelChanges(instrument.stepTypes);
  }

  decode(block: LineBlock): void {
    decodeLines(block, this.#output.refused, (start, end) => {
      const message = parseLine(block.bytes, start, end);
      if (message.kind === "other" || !this.#instrument.takes(message.symbol)) {
        this.#output.counts.ignored += 1;
      } else if (message.kind === "book") this.#addBook(message);
      else this.#addTrades(message);
    });
  }

  end(): void {}

  #addBook(message: BookMessage): void {
    // Each channel has a book of its own; a capture of two of them is a capture of the first.
    this.#channel ??= message.channel;
    if (message.channel !== this.#channel) {
      this.#output.counts.ignored += 1;
      return;
    }
    const { recvNs, isSnapshot } = message;
    const sync = this.#syncOf(message.symbol);
    for (const update of message.updates) {
      this.#readSide(update.bids, this.#bids);
      this.#readSide(update.asks, this.#asks);
      if (!sync.takes(update, isSnapshot)) continue;
      this.#bookMessages += 1;
      const sequence = BigInt(update.sequence?.id ?? this.#bookMessages);
      const { batch } = this.#output;
      if (isSnapshot) batch.addSnapshot(true, update.eventNs, recvNs, sequence, this.#bids, this.#asks);
      else batch.addDelta(true, update.eventNs, recvNs, sequence, this.#bids, this.#asks);
    }
  }

  #addTrades({ recvNs, trades }: TradesMessage): void {
    const rows = trades.map((trade) => ({
      ...trade,
      priceTicks: this.#instrument.ticks(trade.price),
      sizeLots: this.#instrument.lots(trade.size),
    }));
    if (rows.some(({ sizeLots }) => sizeLots === 0)) throw new LineFault("trade of size 0");
    for (const { eventNs, tradeId, priceTicks, sizeLots, side } of rows) {
      if (this.#tradeIds.has(tradeId)) {
        this.#output.counts.duplicates += 1;
        continue;
      }
      this.#tradeIds.set(tradeId, true);
      const aggressor = side === "buy" ? SIDE_CODES.B : SIDE_CODES.A;
      this.#output.batch.addTrade(eventNs, recvNs, BigInt(tradeId), priceTicks, sizeLots, aggressor);
    }
  }

  #syncOf(symbol: string): OkxBookSync {
    let sync = this.#syncs.get(symbol);
    if (sync === undefined) {
      sync = new OkxBookSync(this.#output.counts);
      this.#syncs.set(symbol, sync);
    }
    return sync;
  }

  #readSide(levels: readonly LevelText[], changes: LevelChanges): void {
    changes.clear();
    for (const [price, size] of levels)
      changes.add(this.#instrument.ticks(price), this.#instrument.lots(size));
  }
}
