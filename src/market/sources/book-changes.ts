/**
 * Snapshots, deltas and quotes as growing columns, in the order in which they came.
 *
 * The levels of all changes lie in one array, those of change `c` from `firstLevel[c]` on: its `bidCount[c]` bids,
 * then its `askCount[c]` asks. In a quote a side that has not changed has no level.
 */
import { grownColumn } from "../growing-column.ts";
import { type StepColumn, type StepTypes, stepColumn } from "../step-types.ts";
import type { LevelChanges } from "./level-changes.ts";

/** Kind of a change, as a byte. */
export const CHANGE_KINDS = { snapshot: 0, delta: 1, quote: 2 } as const;

const INITIAL_CHANGES = 1024;
const INITIAL_LEVELS = 32 * INITIAL_CHANGES;

export class BookChanges {
  count = 0;
  /** Of {@link CHANGE_KINDS}. */
  kind: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL_CHANGES);
  /** 1 where the exchange's change is complete. */
  endsChange: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL_CHANGES);
  eventNs: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_CHANGES);
  recvNs: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_CHANGES);
  sequence: BigInt64Array<ArrayBuffer> = new BigInt64Array(INITIAL_CHANGES);
  firstLevel: Uint32Array<ArrayBuffer> = new Uint32Array(INITIAL_CHANGES);
  bidCount: Uint32Array<ArrayBuffer> = new Uint32Array(INITIAL_CHANGES);
  askCount: Uint32Array<ArrayBuffer> = new Uint32Array(INITIAL_CHANGES);
  ticks: StepColumn;
  lots: StepColumn;
  #levelCount = 0;

  constructor({ priceType, sizeType }: StepTypes) {
    this.ticks = stepColumn(priceType, INITIAL_LEVELS);
    this.lots = stepColumn(sizeType, INITIAL_LEVELS);
  }

  /** Copies the levels, which are of the same types. */
  add(
    kind: number,
    endsChange: boolean,
    eventNs: bigint,
    recvNs: bigint,
    sequence: bigint,
    bids: LevelChanges,
    asks: LevelChanges,
  ): void {
    const change = this.count;
    const firstLevel = this.#levelCount;
    const levelCount = firstLevel + bids.count + asks.count;
    if (change === this.kind.length) this.#reserveChanges(change + 1);
    if (levelCount > this.ticks.length) this.#reserveLevels(levelCount);
    this.kind[change] = kind;
    this.endsChange[change] = endsChange ? 1 : 0;
    this.eventNs[change] = eventNs;
    this.recvNs[change] = recvNs;
    this.sequence[change] = sequence;
    this.firstLevel[change] = firstLevel;
    this.bidCount[change] = bids.count;
    this.askCount[change] = asks.count;
    bids.copyTo(this.ticks, this.lots, firstLevel);
    asks.copyTo(this.ticks, this.lots, firstLevel + bids.count);
    this.#levelCount = levelCount;
    this.count = change + 1;
  }

  /** Empties the columns and keeps their memory. */
  clear(): void {
    this.count = 0;
    this.#levelCount = 0;
  }

  #reserveChanges(changes: number): void {
    this.kind = grownColumn(this.kind, changes);
    this.endsChange = grownColumn(this.endsChange, changes);
    this.eventNs = grownColumn(this.eventNs, changes);
    this.recvNs = grownColumn(this.recvNs, changes);
    this.sequence = grownColumn(this.sequence, changes);
    this.firstLevel = grownColumn(this.firstLevel, changes);
    this.bidCount = grownColumn(this.bidCount, changes);
    this.askCount = grownColumn(this.askCount, changes);
  }

  #reserveLevels(levels: number): void {
    this.ticks = grownColumn(this.ticks, levels);
    this.lots = grownColumn(this.lots, levels);
  }
}
