import { describe, expect, test } from "vitest";
import type { BookSide } from "../../../../src/market/book-side.ts";
import { OrderBook } from "../../../../src/market/order-book.ts";
import {
  DepthSync,
  type DiffInTicks,
  type SnapshotInTicks,
} from "../../../../src/market/sources/binance/depth-sync.ts";
import { LevelChanges } from "../../../../src/market/sources/level-changes.ts";
import { INT32_STEPS } from "../../../../src/market/step-types.ts";

type Levels = readonly (readonly [priceTicks: number, sizeLots: number])[];

function changes(levels: Levels): LevelChanges {
  const list = new LevelChanges(INT32_STEPS);
  for (const [price, size] of levels) list.add(price, size);
  return list;
}

function put(levels: LevelChanges, side: BookSide): void {
  for (let index = 0; index < levels.count; index += 1) side.set(levels.ticksAt(index), levels.lotsAt(index));
}

/** A synchroniser whose applied diffs are recorded as `[update id, best bid in ticks]`. */
function newSync() {
  const book = new OrderBook(INT32_STEPS);
  const applied: [number, number][] = [];
  const counts = { gaps: 0, duplicates: 0, unsynced: 0 };
  const follower = {
    loadSnapshot(snapshot: SnapshotInTicks) {
      book.clear();
      put(snapshot.bids, book.bids);
    },
    applyDiff(diff: DiffInTicks) {
      put(diff.bids, book.bids);
      applied.push([diff.lastUpdateId, book.bids.bestTicks]);
    },
  };
  const sync = new DepthSync(follower, counts);
  const diff = (
    previousUpdateId: number,
    lastUpdateId: number,
    bids: Levels = [],
    venue: "futures" | "spot" = "futures",
  ) =>
    sync.addDiff({
      venue,
      previousUpdateId,
      lastUpdateId,
      eventNs: 0n,
      recvNs: 0n,
      bids: changes(bids),
      asks: changes([]),
    });
  const snapshot = (lastUpdateId: number, bids: Levels = [[100, 1]]) =>
    sync.addSnapshot({ lastUpdateId, bids: changes(bids), asks: changes([]) });
  return { sync, counts, applied, diff, snapshot, ids: () => applied.map(([id]) => id) };
}

describe("a book kept from snapshot and diffs", () => {
  test("begins with the diff that the snapshot falls into, though it was written before the snapshot", () => {
    const { counts, applied, diff, snapshot } = newSync();
    diff(10, 20, [[90, 1]]);
    diff(20, 30, [[95, 1]]);
    diff(30, 40, [[120, 1]]);
    snapshot(25);
    diff(40, 50, [[120, 0]]);
    expect(applied).toEqual([
      [30, 100],
      [40, 120],
      [50, 100],
    ]);
    expect(counts).toMatchObject({ gaps: 0, duplicates: 0, unsynced: 1 });
  });

  test("begins with a later diff where the snapshot came first", () => {
    const { counts, ids, diff, snapshot } = newSync();
    snapshot(25);
    diff(10, 20);
    diff(20, 30);
    diff(30, 40);
    expect(ids()).toEqual([30, 40]);
    expect(counts).toMatchObject({ gaps: 0, unsynced: 1 });
  });

  test.each([
    ["ends at the snapshot's id", 15, 20],
    ["follows the snapshot's id", 20, 30],
  ])("begins with a diff that %s", (_, previousUpdateId, lastUpdateId) => {
    const { counts, ids, diff, snapshot } = newSync();
    snapshot(20);
    diff(previousUpdateId, lastUpdateId);
    expect(ids()).toEqual([lastUpdateId]);
    expect(counts.gaps).toBe(0);
  });

  test("drops a spot diff that ends at the snapshot's id, and begins with the next", () => {
    const { counts, ids, diff, snapshot } = newSync();
    snapshot(20);
    diff(15, 20, [], "spot");
    diff(20, 21, [], "spot");
    expect(ids()).toEqual([21]);
    expect(counts).toMatchObject({ gaps: 0, unsynced: 1 });
  });

  test("counts a gap once, and shows nothing until the next snapshot", () => {
    const { counts, ids, diff, snapshot } = newSync();
    snapshot(20);
    diff(20, 30);
    diff(35, 40);
    diff(45, 50);
    diff(50, 60);
    snapshot(55);
    diff(60, 70);
    expect(ids()).toEqual([30, 60, 70]);
    expect(counts).toMatchObject({ gaps: 1, unsynced: 2 });
  });

  test("forgets the levels from before a gap", () => {
    const { applied, diff, snapshot } = newSync();
    snapshot(20, [[500, 1]]);
    diff(20, 30);
    diff(35, 40);
    snapshot(40, [[100, 1]]);
    expect(applied).toEqual([
      [30, 500],
      [40, 100],
    ]);
  });

  test("does without a snapshot that is older than the diffs at hand, and counts the gap", () => {
    const { counts, ids, diff, snapshot } = newSync();
    diff(30, 40);
    snapshot(20);
    diff(40, 50);
    expect(ids()).toEqual([]);
    snapshot(45);
    expect(ids()).toEqual([50]);
    expect(counts).toMatchObject({ gaps: 1, unsynced: 1 });
  });

  test("takes a gap and a snapshot that does not reach over it for one gap", () => {
    const { counts, ids, diff, snapshot } = newSync();
    snapshot(20);
    diff(20, 30);
    snapshot(32);
    diff(40, 50);
    diff(50, 60);
    expect(ids()).toEqual([30]);
    expect(counts.gaps).toBe(1);
  });

  test("goes on over a gap with a snapshot that came before it and reaches over it", () => {
    const { counts, ids, diff, snapshot } = newSync();
    snapshot(20);
    diff(20, 30);
    snapshot(45);
    diff(40, 50);
    expect(ids()).toEqual([30, 50]);
    expect(counts).toMatchObject({ gaps: 1, unsynced: 0 });
  });

  test("counts a diff that ends at or before the book's id as a duplicate", () => {
    const { counts, ids, diff, snapshot } = newSync();
    snapshot(20);
    diff(20, 30, [[130, 1]]);
    diff(20, 30, [[999, 1]]);
    diff(22, 28, [[999, 1]]);
    diff(30, 40);
    expect(ids()).toEqual([30, 40]);
    expect(counts).toMatchObject({ duplicates: 2, gaps: 0 });
  });

  test("takes a new snapshot at its turn, with the levels that only it knows", () => {
    const { applied, diff, snapshot } = newSync();
    snapshot(20);
    diff(20, 30);
    snapshot(45, [[300, 1]]);
    diff(30, 40, [[200, 1]]);
    diff(40, 50);
    expect(applied).toEqual([
      [30, 100],
      [40, 200],
      [50, 300],
    ]);
  });

  test("ignores a snapshot that is older than the book", () => {
    const { applied, diff, snapshot } = newSync();
    snapshot(20);
    diff(20, 30);
    snapshot(25, [[300, 1]]);
    diff(30, 40);
    expect(applied).toEqual([
      [30, 100],
      [40, 100],
    ]);
  });

  test("keeps a bounded number of diffs while it waits, the newest ones", () => {
    const { counts, ids, diff, snapshot } = newSync();
    const count = 100_000;
    for (let id = 1; id <= count; id += 1) diff(id - 1, id);
    snapshot(count - 10);
    expect(ids()).toEqual(Array.from({ length: 11 }, (_, index) => count - 10 + index));
    expect(counts).toMatchObject({ gaps: 0, unsynced: count - 11 });
  });

  test("counts the diffs that never found a snapshot", () => {
    const { counts, sync, diff } = newSync();
    diff(10, 20);
    diff(20, 30);
    sync.end();
    expect(counts.unsynced).toBe(2);
  });
});
