/**
 * Events in columns, a table for each sort, and the order in which they came: the fast form of
 * {@link MarketEvent}. {@link EventBatch.events} shows it one event after another.
 */
import { BarRows } from "../bar-rows.ts";
import { SIDE_CODES, TradeRows } from "../book-rows.ts";
import { grownColumn } from "../growing-column.ts";
import type { StepTypes } from "../step-types.ts";
import { BookChanges, CHANGE_KINDS } from "./book-changes.ts";
import type { BookLevel, MarketEvent } from "./events.ts";
import type { LevelChanges } from "./level-changes.ts";

/** The table that an event is in. */
const TABLES = { changes: 0, trades: 1, bars: 2 } as const;

export class EventBatch {
  count = 0;
  readonly changes: BookChanges;
  readonly trades: TradeRows;
  readonly bars: BarRows;
  /** Of {@link TABLES}, for each event; within a table events keep their order. */
  #tables: Uint8Array<ArrayBuffer> = new Uint8Array(1024);

  constructor(types: StepTypes) {
    this.changes = new BookChanges(types);
    this.trades = new TradeRows(types);
    this.bars = new BarRows(types);
  }

  /** Levels best first. Borrowed only for the call. */
  addSnapshot(
    endsChange: boolean,
    eventNs: bigint,
    recvNs: bigint,
    sequence: bigint,
    bids: LevelChanges,
    asks: LevelChanges,
  ): void {
    this.#note(TABLES.changes);
    this.changes.add(CHANGE_KINDS.snapshot, endsChange, eventNs, recvNs, sequence, bids, asks);
  }

  addDelta(
    endsChange: boolean,
    eventNs: bigint,
    recvNs: bigint,
    sequence: bigint,
    bids: LevelChanges,
    asks: LevelChanges,
  ): void {
    this.#note(TABLES.changes);
    this.changes.add(CHANGE_KINDS.delta, endsChange, eventNs, recvNs, sequence, bids, asks);
  }

  /** @param bids one level, or none where the side has not changed; `asks` likewise */
  addQuote(eventNs: bigint, recvNs: bigint, sequence: bigint, bids: LevelChanges, asks: LevelChanges): void {
    this.#note(TABLES.changes);
    this.changes.add(CHANGE_KINDS.quote, true, eventNs, recvNs, sequence, bids, asks);
  }

  /** @param side a byte of `SIDE_CODES` */
  addTrade(
    eventNs: bigint,
    recvNs: bigint,
    tradeId: bigint,
    priceTicks: number,
    sizeLots: number,
    side: number,
  ): void {
    this.#note(TABLES.trades);
    this.trades.add(eventNs, recvNs, tradeId, priceTicks, sizeLots, side);
  }

  addBar(
    eventNs: bigint,
    openTicks: number,
    highTicks: number,
    lowTicks: number,
    closeTicks: number,
    volume: number,
  ): void {
    this.#note(TABLES.bars);
    this.bars.add(eventNs, openTicks, highTicks, lowTicks, closeTicks, volume);
  }

  /** Empties the batch and keeps its memory. */
  clear(): void {
    this.count = 0;
    this.changes.clear();
    this.trades.clear();
    this.bars.clear();
  }

  /** The events one by one, each a copy. */
  *events(): Generator<MarketEvent> {
    const next = [0, 0, 0];
    for (let index = 0; index < this.count; index += 1) {
      const table = this.#tables[index]!;
      const row = next[table]!;
      next[table] = row + 1;
      if (table === TABLES.changes) yield changeAt(this.changes, row);
      else if (table === TABLES.trades) yield tradeAt(this.trades, row);
      else yield barAt(this.bars, row);
    }
  }

  #note(table: number): void {
    this.#tables = grownColumn(this.#tables, this.count + 1);
    this.#tables[this.count] = table;
    this.count += 1;
  }
}

function changeAt(changes: BookChanges, row: number): MarketEvent {
  const firstBid = changes.firstLevel[row]!;
  const firstAsk = firstBid + changes.bidCount[row]!;
  const levels = (from: number, to: number): BookLevel[] => {
    const list: BookLevel[] = [];
    for (let at = from; at < to; at += 1) {
      list.push({ priceTicks: changes.ticks[at]!, sizeLots: changes.lots[at]! });
    }
    return list;
  };
  const bids = levels(firstBid, firstAsk);
  const asks = levels(firstAsk, firstAsk + changes.askCount[row]!);
  const stamps = {
    eventNs: changes.eventNs[row]!,
    recvNs: changes.recvNs[row]!,
    sequence: changes.sequence[row]!,
  };
  if (changes.kind[row] === CHANGE_KINDS.quote) {
    return { kind: "quote", ...stamps, bid: bids[0], ask: asks[0] };
  }
  const kind = changes.kind[row] === CHANGE_KINDS.snapshot ? "snapshot" : "delta";
  return { kind, ...stamps, endsChange: changes.endsChange[row] === 1, bids, asks };
}

function tradeAt(trades: TradeRows, row: number): MarketEvent {
  const side = trades.side[row];
  return {
    kind: "trade",
    eventNs: trades.tsEventNs[row]!,
    recvNs: trades.tsRecvNs[row]!,
    tradeId: trades.tradeId[row]!,
    priceTicks: trades.priceTicks[row]!,
    sizeLots: trades.sizeLots[row]!,
    side: side === SIDE_CODES.B ? "B" : side === SIDE_CODES.A ? "A" : "N",
  };
}

function barAt(bars: BarRows, row: number): MarketEvent {
  return {
    kind: "bar",
    eventNs: bars.tsEventNs[row]!,
    openTicks: bars.openTicks[row]!,
    highTicks: bars.highTicks[row]!,
    lowTicks: bars.lowTicks[row]!,
    closeTicks: bars.closeTicks[row]!,
    volume: bars.volume[row]!,
  };
}
