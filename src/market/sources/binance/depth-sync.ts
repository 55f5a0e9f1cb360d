/**
 * The exchange's rule for keeping a book from a snapshot and a stream of diffs.
 *
 * A diff covers the update ids (`previousUpdateId`, `lastUpdateId`]. A snapshot is the book at one id.
 *
 * 1. Without a book, diffs wait. A snapshot asked for over REST is older than its place in the capture: the
 *    diffs that continue it were often written before it.
 * 2. A snapshot at id S waits for its turn: the diff with previousUpdateId ≤ S ≤ lastUpdateId. Diffs that end
 *    before S belong to the past; they are dropped where there is no book. At its turn the snapshot becomes
 *    the book and the diff is applied on top. (Sizes in diffs are absolute, so the part of the diff that the
 *    snapshot already holds does no harm.) A snapshot whose turn comes while the book is in step replaces the
 *    book as well: it knows levels beyond the depth of the first snapshot.
 * 3. From then on each diff must follow the one before: `pu` equals the previous `u` on futures, `U` is the
 *    previous `u` + 1 on spot. A diff that ends at or before the book's id is a duplicate and changes nothing.
 * 4. Anything else is a gap, a snapshot that ends before the first diff begins included. It is counted once, the
 *    book is given up, and 1. begins again: a book that has missed a change shows wrong sizes for as long as nobody touches those levels. A refused line is missing
 *    in the same way, so a refused diff ends in a gap.
 */
import type { LevelChanges } from "../level-changes.ts";

export interface DiffInTicks {
  readonly venue: "futures" | "spot";
  readonly previousUpdateId: number;
  readonly lastUpdateId: number;
  readonly eventNs: bigint;
  readonly recvNs: bigint;
  readonly bids: LevelChanges;
  readonly asks: LevelChanges;
}

export interface SnapshotInTicks {
  readonly lastUpdateId: number;
  readonly bids: LevelChanges;
  readonly asks: LevelChanges;
}

/** Levels in waiting diffs beyond which the oldest diff is dropped: 8 MiB, minutes of a busy market. */
const WAITING_LEVELS_MAX = 1_000_000;
/** What a diff without levels weighs against that limit. */
const DIFF_WEIGHT_LEVELS = 16;

/** Gets what is in step: a snapshot together with the diff whose turn it is, then diffs that follow each other. */
export interface BookFollower {
  /** `diff` is applied on top, by the next call. */
  loadSnapshot(snapshot: SnapshotInTicks, diff: DiffInTicks): void;
  applyDiff(diff: DiffInTicks): void;
}

export interface SyncCounts {
  /** Losses of continuity. */
  gaps: number;
  /** Diffs that end at or before the id of the book. */
  duplicates: number;
  /** Diffs that no snapshot led up to: before the first one, or between a gap and the next one. */
  unsynced: number;
}

export class DepthSync {
  readonly #follower: BookFollower;
  readonly #counts: SyncCounts;
  /** Id of the book; `undefined` while there is none. */
  #bookId: number | undefined;
  #inGap = false;
  #snapshot: SnapshotInTicks | undefined;
  #waiting: DiffInTicks[] = [];
  #waitingLevels = 0;

  constructor(follower: BookFollower, counts: SyncCounts) {
    this.#follower = follower;
    this.#counts = counts;
  }

  /** Borrows the levels of `snapshot` only for the call. */
  addSnapshot(snapshot: SnapshotInTicks): void {
    const id = snapshot.lastUpdateId;
    if (this.#bookId !== undefined && id < this.#bookId) return;
    if (this.#snapshot !== undefined && id < this.#snapshot.lastUpdateId) return;
    this.#snapshot = { lastUpdateId: id, bids: snapshot.bids.copy(), asks: snapshot.asks.copy() };
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingLevels = 0;
    for (const diff of waiting) this.addDiff(diff);
  }

  /** Borrows the levels of `diff` only for the call. */
  addDiff(diff: DiffInTicks): void {
    if (this.#bookId !== undefined) {
      if (diff.lastUpdateId <= this.#bookId) {
        this.#counts.duplicates += 1;
        return;
      }
    }
    const inStep = diff.previousUpdateId === this.#bookId;
    if (this.#bookId !== undefined && !inStep) this.#loseBook();
    const snapshot = this.#snapshot;
    if (snapshot !== undefined) {
      const turn = turnOf(snapshot, diff);
      if (turn === "now") this.#loadSnapshot(snapshot, diff);
      else if (turn === "later" && !inStep) {
        this.#counts.unsynced += 1;
        return;
      } else if (turn === "past") {
        this.#snapshot = undefined;
        this.#countGap();
      }
    }
    if (this.#bookId === undefined) this.#wait(diff);
    else this.#apply(diff);
  }

  /** Ends the stream: diffs that still wait have found no snapshot. */
  end(): void {
    this.#counts.unsynced += this.#waiting.length;
    this.#waiting = [];
    this.#waitingLevels = 0;
  }

  #apply(diff: DiffInTicks): void {
    this.#bookId = diff.lastUpdateId;
    this.#follower.applyDiff(diff);
  }

  #loseBook(): void {
    this.#countGap();
    this.#bookId = undefined;
  }

  /** Once for each time without a book, whatever is missing within it. */
  #countGap(): void {
    if (!this.#inGap) this.#counts.gaps += 1;
    this.#inGap = true;
  }

  #loadSnapshot(snapshot: SnapshotInTicks, diff: DiffInTicks): void {
    this.#follower.loadSnapshot(snapshot, diff);
    this.#bookId = snapshot.lastUpdateId;
    this.#snapshot = undefined;
    this.#inGap = false;
  }

  #wait(diff: DiffInTicks): void {
    this.#waiting.push({
      venue: diff.venue,
      previousUpdateId: diff.previousUpdateId,
      lastUpdateId: diff.lastUpdateId,
      eventNs: diff.eventNs,
      recvNs: diff.recvNs,
      bids: diff.bids.copy(),
      asks: diff.asks.copy(),
    });
    this.#waitingLevels += weightOf(diff);
    while (this.#waitingLevels > WAITING_LEVELS_MAX) {
      this.#waitingLevels -= weightOf(this.#waiting.shift()!);
      this.#counts.unsynced += 1;
    }
  }
}

/** Whether `snapshot` comes after `diff`, falls into it, or is older than what the diff follows. */
function turnOf(snapshot: SnapshotInTicks, diff: DiffInTicks): "later" | "now" | "past" {
  const id = snapshot.lastUpdateId;
  if (diff.lastUpdateId < id || (diff.venue === "spot" && diff.lastUpdateId === id)) return "later";
  return diff.previousUpdateId <= id ? "now" : "past";
}

function weightOf(diff: DiffInTicks): number {
  return DIFF_WEIGHT_LEVELS + diff.bids.count + diff.asks.count;
}
