/**
 * Rows of hftbacktest into events. Consecutive rows of one time and one sort are one change of the book: depth rows a
 * delta, clears and snapshot rows a snapshot.
 *
 * Prices and quantities are doubles that arithmetic has been at (28155.100000000002): each stands for the decimal of
 * 15 digits next to it, which is what a double holds for certain.
 */
import { SIDE_CODES } from "../../book-rows.ts";
import type { CaptureBlock, Decoder, DecoderOutput } from "../decoder.ts";
import { UNKNOWN_TIME_NS } from "../events.ts";
import type { InstrumentGrid } from "../instrument.ts";
import { LevelChanges } from "../level-changes.ts";
import { LineFault } from "../refused-lines.ts";
import type { HftbacktestRow, RowLayout } from "./row-layout.ts";

export interface HftbacktestRows extends CaptureBlock {
  readonly layout: RowLayout;
  /** Number, from 1, of the first row. */
  readonly firstRow: number;
}

const KINDS = { depth: 1, trade: 2, clear: 3, snapshot: 4 } as const;
const EXACT_DIGITS = 15;

type Sort = "delta" | "snapshot";

export class HftbacktestDecoder implements Decoder<HftbacktestRows> {
  readonly #instrument: InstrumentGrid;
  readonly #output: DecoderOutput;
  readonly #bids: LevelChanges;
  readonly #asks: LevelChanges;
  /** The change that is under way. */
  #sort: Sort | undefined;
  #eventNs = 0n;
  #recvNs = 0n;
  #hasBook = false;
  #changes = 0n;
  #trades = 0n;

  constructor(instrument: InstrumentGrid, output: DecoderOutput) {
    this.#instrument = instrument;
    this.#output = output;
    this.#bids = new LevelChanges(instrument.stepTypes);
    this.#asks = new LevelChanges(instrument.stepTypes);
  }

  decode({ file, bytes, layout, firstRow }: HftbacktestRows): void {
    let line = firstRow;
    for (let at = 0; at < bytes.length; at += layout.rowBytes) {
      try {
        this.#addRow(layout.read(bytes, at));
      } catch (fault) {
        if (!(fault instanceof LineFault)) throw fault;
        this.#output.refused.add({ file, line }, fault.message);
      }
      line += 1;
    }
  }

  end(): void {
    this.#endChange();
  }

  #addRow(row: HftbacktestRow): void {
    this.#instrument.takes(undefined);
    if (!row.isExchanges) {
      this.#output.counts.duplicates += 1;
      return;
    }
    if (row.eventNs === UNKNOWN_TIME_NS) throw new LineFault("has no time of the exchange");
    switch (row.kind) {
      case KINDS.depth:
        this.#addLevel("delta", row);
        return;
      case KINDS.snapshot:
        this.#addLevel("snapshot", row);
        return;
      case KINDS.clear:
        // The snapshot that a clear makes room for replaces the whole book.
        this.#beginChange("snapshot", row);
        return;
      case KINDS.trade:
        this.#addTrade(row);
        return;
      default:
        this.#output.counts.ignored += 1;
    }
  }

  #addLevel(sort: Sort, row: HftbacktestRow): void {
    if (row.side === "none") throw new LineFault("is of neither side of the book");
    const priceTicks = this.#instrument.ticks(decimalText(row.price));
    const sizeLots = this.#instrument.lots(decimalText(row.quantity));
    this.#beginChange(sort, row);
    (row.side === "buy" ? this.#bids : this.#asks).add(priceTicks, sizeLots);
  }

  #addTrade(row: HftbacktestRow): void {
    const priceTicks = this.#instrument.ticks(decimalText(row.price));
    const sizeLots = this.#instrument.lots(decimalText(row.quantity));
    if (sizeLots === 0) throw new LineFault("trade of size 0");
    this.#endChange();
    this.#trades += 1n;
    const side = { buy: SIDE_CODES.B, sell: SIDE_CODES.A, none: SIDE_CODES.N }[row.side];
    this.#output.batch.addTrade(row.eventNs, row.recvNs, this.#trades, priceTicks, sizeLots, side);
  }

  #beginChange(sort: Sort, { eventNs, recvNs }: HftbacktestRow): void {
    if (sort === this.#sort && eventNs === this.#eventNs && recvNs === this.#recvNs) return;
    this.#endChange();
    this.#sort = sort;
    this.#eventNs = eventNs;
    this.#recvNs = recvNs;
  }

  #endChange(): void {
    const sort = this.#sort;
    if (sort === undefined) return;
    this.#sort = undefined;
    if (sort === "delta" && !this.#hasBook) this.#output.counts.unsynced += 1;
    else this.#emit(sort);
    this.#bids.clear();
    this.#asks.clear();
  }

  #emit(sort: Sort): void {
    this.#changes += 1n;
    this.#hasBook = true;
    const { batch } = this.#output;
    const stamps = [this.#eventNs, this.#recvNs, this.#changes] as const;
    if (sort === "snapshot") batch.addSnapshot(true, ...stamps, this.#bids, this.#asks);
    else batch.addDelta(true, ...stamps, this.#bids, this.#asks);
  }
}

/** Decimal text without an exponent. */
function decimalText(value: number): string {
  const text = value.toPrecision(EXACT_DIGITS);
  return text.includes("e") ? value.toFixed(EXACT_DIGITS) : text;
}
