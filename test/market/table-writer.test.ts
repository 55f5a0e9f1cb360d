import { expect, test } from "vitest";
import { type AbsolutePath, createGroup, type Group, MemoryStore, type Store } from "../../src/index.ts";
import { TRADE_COLUMNS } from "../../src/market/book-columns.ts";
import { TradeRows } from "../../src/market/book-rows.ts";
import { TableWriter } from "../../src/market/table-writer.ts";
import { Gate } from "../../src/store/gate.ts";

const TYPES: Readonly<Record<string, "int32" | "uint8">> = { px: "int32", sz: "int32", side: "uint8" };

/** A group with the arrays of trades, empty. */
async function tradesIn(store: Store): Promise<Group> {
  const group = await createGroup(store);
  for (const { name } of TRADE_COLUMNS) {
    await group.createArray(name, { shape: [0], dataType: TYPES[name] ?? "int64", chunks: [64] });
  }
  return group;
}

/**
 * A store in memory that counts how many chunks are being written, and holds them back until `together` of them are;
 * those of a failing array are refused.
 */
class WatchedStore extends MemoryStore {
  writing = 0;
  most = 0;
  together = 1;
  failing: string | undefined;
  #held: (() => void)[] = [];

  override async set(key: AbsolutePath, value: Uint8Array): Promise<void> {
    if (!key.includes("/c/")) return super.set(key, value);
    if (this.failing !== undefined && key.startsWith(this.failing)) throw new Error("the disk is full");
    this.writing += 1;
    this.most = Math.max(this.most, this.writing);
    await new Promise<void>((resolve) => {
      this.#held.push(resolve);
      if (this.#held.length === this.together) for (const release of this.#held.splice(0)) release();
    });
    await super.set(key, value);
    this.writing -= 1;
  }
}

function trades(count: number): TradeRows {
  const rows = new TradeRows();
  for (let row = 0; row < count; row += 1) rows.add(BigInt(row), 0n, 0n, row, 1, 66);
  return rows;
}

test.each([1, 2, 3])("%d arrays are written at a time, and no more", async (places) => {
  const store = new WatchedStore();
  store.together = places;
  const writer = new TableWriter(TRADE_COLUMNS, new TradeRows(), () => tradesIn(store), new Gate(places));
  await writer.append(trades(50), 0, 50);
  await writer.flush();
  expect([store.writing, store.most]).toEqual([0, places]);
});

test("the arrays are made once, from the first rows, and also where there are none", async () => {
  const seen: number[] = [];
  const create = (first: TradeRows) => {
    seen.push(first.count);
    return tradesIn(new MemoryStore());
  };
  const writer = new TableWriter(TRADE_COLUMNS, new TradeRows(), create, new Gate(4));
  await writer.append(trades(70_000), 0, 70_000);
  await writer.flush();
  await writer.append(trades(5), 0, 5);
  await writer.flush();
  expect(seen).toEqual([65_536]);
  expect(writer.summary).toEqual({ rows: 70_005, firstNs: 0n, lastNs: 69_999n, inOrder: false });
  await new TableWriter(TRADE_COLUMNS, new TradeRows(), create, new Gate(4)).flush();
  expect(seen).toEqual([65_536, 0]);
});

test("a write that fails is told when no other is under way, and nothing is taken after it", async () => {
  const store = new WatchedStore();
  store.failing = "/px/c/";
  const writer = new TableWriter(TRADE_COLUMNS, new TradeRows(), () => tradesIn(store), new Gate(8));
  await writer.append(trades(5), 0, 5);
  await expect(writer.flush()).rejects.toThrow("the disk is full");
  expect(store.writing).toBe(0);
  for (const name of ["ts_event", "sz", "side"]) expect(await store.get(`/${name}/c/0`)).toBeDefined();
  store.failing = undefined;
  await expect(writer.flush()).rejects.toThrow("the disk is full");
  await expect(writer.append(trades(5), 0, 5)).rejects.toThrow("the disk is full");
});

test("chunks of nothing but the fill value are stored like any others", async () => {
  const store = new MemoryStore();
  const writer = new TableWriter(TRADE_COLUMNS, new TradeRows(), () => tradesIn(store), new Gate(4));
  await writer.append(trades(5), 0, 5);
  await writer.flush();
  for (const { name } of TRADE_COLUMNS) expect(await store.get(`/${name}/c/0`), name).toBeDefined();
});
