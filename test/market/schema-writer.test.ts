import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createGroup, MemoryStore, openGroup } from "../../src/index.ts";
import { createStore } from "../../src/market/create-from-schema.ts";
import { defineArray, defineGroup } from "../../src/market/schema.ts";
import { groupSchemaFromJson } from "../../src/market/schema-json.ts";
import { SchemaWriter } from "../../src/market/schema-writer.ts";
import { timestampsSchema } from "../../src/market/schemas/index.ts";
import { FaultyStore } from "../kit/faulty-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const closes = defineGroup({
  name: "closes",
  description: "closing prices",
  attributes: { venue: "binance" },
  arrays: [
    timestampsSchema(),
    defineArray({
      name: "close",
      description: "last price",
      dataType: "float64",
      dimensions: ["timestamps", "side"],
      columns: [
        { name: "bid", units: "USD" },
        { name: "ask", units: "USD", description: "best ask" },
      ],
      fillValue: Number.NaN,
    }),
    defineArray({ name: "side", dataType: "uint8", dimensions: ["side"], shape: [2] }),
  ],
  groups: [
    defineGroup({
      name: "trades",
      arrays: [defineArray({ name: "px", dataType: "int32", dimensions: ["trade"] })],
    }),
  ],
});

const rowsOf = (count: number, from = 0) => ({
  timestamps: BigInt64Array.from({ length: count }, (_, row) => BigInt(from + row)),
  close: Float64Array.from({ length: 2 * count }, (_, item) => 2 * from + item),
});

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    (error) => error,
  );

describe("a store that is made from a schema", () => {
  test("carries it, and says to CF readers what is in it", async () => {
    const store = new MemoryStore();
    await createStore(store, closes, { attributes: { symbol: "BTCUSDT" } });
    const root = await openGroup(store);
    expect(root.attributes).toMatchObject({ Conventions: "CF-1.11", venue: "binance", symbol: "BTCUSDT" });
    expect(groupSchemaFromJson(root.attributes.schema)).toEqual(closes);
    const close = await root.array("close");
    expect(close).toMatchObject({
      shape: [0, 2],
      dimensionNames: ["timestamps", "side"],
      fillValue: Number.NaN,
    });
    expect(close.attributes).toEqual({
      long_name: "last price",
      columns: ["bid", "ask"],
      column_descriptions: ["", "best ask"],
      column_units: ["USD", "USD"],
    });
    expect(close.codecs.map(({ name }) => name)).toEqual(["bytes", "numcodecs.shuffle", "zstd"]);
    expect((await root.array("timestamps")).chunks).toEqual([close.chunks[0]]);
    expect((await root.array("trades/px")).shape).toEqual([0]);
  });

  test("has the names of its columns as a coordinate, where their dimension has no array of its own", async () => {
    const array = (name: string, dimension: string) =>
      defineArray({
        name,
        dataType: "float32",
        dimensions: ["ts", dimension],
        columns: dimension === "side" ? ["bid", "ask"] : ["open", "high", "low"],
      });
    const side = defineArray({ name: "side", dataType: "uint8", dimensions: ["side"], shape: [2] });
    const arrays = [array("quotes", "side"), array("bars", "column"), array("later", "column"), side];
    const root = await createStore(new MemoryStore(), defineGroup({ name: "g", arrays }));
    const labels = await root.array("column");
    expect(labels.dimensionNames).toEqual(["column"]);
    expect((await labels.get()).data).toEqual(["open", "high", "low"]);
    expect((await root.array("side")).dataType.name).toBe("uint8");
  });

  test("has chunks of the same rows in all arrays that grow together, and no shards if none are wanted", async () => {
    const root = await createStore(new MemoryStore(), closes, { disableSharding: true });
    const close = await root.array("close");
    expect(close.shards).toBeUndefined();
    expect((await root.array("timestamps")).chunks[0]).toBe(close.chunks[0]);
  });

  test("is not made over another one unless it is told to", async () => {
    const store = new MemoryStore();
    await createStore(store, closes);
    expect(await refusalOf(createStore(store, closes))).toMatchObject({ code: "ALREADY_EXISTS" });
    const other = defineGroup({ name: "empty" });
    expect((await createStore(store, other, { mode: "w" })).attributes.schema).toMatchObject({
      name: "empty",
    });
  });
});

describe("a schema writer", () => {
  test("appends rows to all arrays together, whoever calls first", async () => {
    const store = new MemoryStore();
    await createStore(store, closes);
    const writer = await SchemaWriter.open(store);
    const appended = await Promise.all([writer.append(rowsOf(3)), writer.append(rowsOf(2, 3))]);
    expect(appended).toEqual([
      { firstRow: 0, rows: 3 },
      { firstRow: 3, rows: 2 },
    ]);
    await writer.set("side", Uint8Array.of(66, 65));
    await writer.close();
    const root = await openGroup(store);
    const { timestamps, close } = rowsOf(5);
    expect((await (await root.array("timestamps")).get()).data).toEqual(timestamps);
    expect((await (await root.array("close")).get()).data).toEqual(close);
    expect((await (await root.array("side")).get()).data).toEqual(Uint8Array.of(66, 65));
  });

  test("goes on where another one ended, in the group that it is told", async () => {
    const store = new MemoryStore();
    await createStore(store, closes);
    const group = { group: "trades" };
    const first = await SchemaWriter.open(store);
    await first.append({ px: Int32Array.of(7) }, group);
    const second = await SchemaWriter.open(store);
    expect(await second.append({ px: Int32Array.of(8, 9) }, group)).toEqual({ firstRow: 1, rows: 2 });
    expect(await refusalOf(second.append({ px: Int32Array.of(8) }, { group: "bars" }))).toMatchObject({
      code: "NOT_FOUND",
      message: "the schema closes has no group bars",
    });
  });

  test("refuses what breaks the schema, with nothing written", async () => {
    const store = new MemoryStore();
    await createStore(store, closes);
    const writer = await SchemaWriter.open(store);
    await writer.append(rowsOf(2));
    const before = await snapshotOf(store);
    const lossy = { ...rowsOf(2), timestamps: BigUint64Array.of(1n, 2n ** 63n) };
    expect(await refusalOf(writer.append(lossy))).toMatchObject({
      code: "PRECISION_LOSS",
      path: "/timestamps",
      message: expect.stringContaining("array timestamps: row 1: 9223372036854775808"),
    });
    expect(await refusalOf(writer.append({ ...rowsOf(2), close: new Float64Array(3) }))).toMatchObject({
      code: "SHAPE_MISMATCH",
      path: "/close",
    });
    expect(await refusalOf(writer.set("side", Uint8Array.of(1)))).toMatchObject({ code: "SHAPE_MISMATCH" });
    expect(await refusalOf(writer.set("close", new Float64Array(2)))).toMatchObject({ code: "NOT_FOUND" });
    expect(await snapshotOf(store)).toEqual(before);
    expect(await writer.append(rowsOf(1, 2))).toEqual({ firstRow: 2, rows: 1 });
  });

  test("cuts back what has grown when one array cannot be written", async () => {
    const store = new FaultyStore(new MemoryStore());
    await createStore(store, closes);
    const writer = await SchemaWriter.open(store);
    await writer.append(rowsOf(2));
    store.inject({ operation: "set", key: /^\/close\/c\//, effect: { kind: "refuse" } });
    expect(await refusalOf(writer.append(rowsOf(3, 2)))).toMatchObject({ code: "STORE_FAILED" });
    expect(store.fired).toHaveLength(1);
    const root = await openGroup(store);
    expect((await root.array("timestamps")).shape).toEqual([2]);
    expect(await writer.append(rowsOf(1, 2))).toEqual({ firstRow: 2, rows: 1 });
  });

  test("opens nothing but a store that is as its schema says", async () => {
    const store = new MemoryStore();
    const root = await createStore(store, closes);
    await (await root.array("close")).resize([4, 2]);
    expect(await refusalOf(SchemaWriter.open(store))).toMatchObject({
      code: "SHAPE_MISMATCH",
      message: expect.stringContaining("/close has 4 rows and /timestamps 0"),
    });
    await root.createArray("close", { shape: [0, 2], dataType: "float32", chunks: [1, 2], mode: "w" });
    expect(await refusalOf(SchemaWriter.open(store))).toMatchObject({
      code: "METADATA_INVALID",
      message: "/close is float32 [0, 2], but its schema says float64 [n, 2]",
    });
    const plain = new MemoryStore();
    await createGroup(plain);
    expect(await refusalOf(SchemaWriter.open(plain))).toMatchObject({
      message: "attribute schema is missing",
    });
  });
});

async function snapshotOf(store: MemoryStore): Promise<Map<string, Uint8Array | undefined>> {
  const values = new Map<string, Uint8Array | undefined>();
  for await (const key of store.list("/")) values.set(key, await store.get(key));
  return values;
}

describe("a durable schema writer", () => {
  const open = async (sync: "always" | "none" = "always") => {
    const store = join(await temporaryDirectory(), "closes.zarr");
    await createStore(store, closes);
    return { store, writer: await SchemaWriter.open(store, { durable: { sync } }) };
  };
  const rowsIn = async (store: string) => (await (await openGroup(store)).array("timestamps")).shape[0];

  test("shows its rows with a commit, all groups in one store, and leaves no journal", async () => {
    const { store, writer } = await open();
    expect(await writer.append(rowsOf(3))).toEqual({ firstRow: 0, rows: 3 });
    expect(await writer.append({ px: Int32Array.of(7) }, { group: "trades" })).toEqual({
      firstRow: 0,
      rows: 1,
    });
    expect(await rowsIn(store)).toBe(0);
    await writer.commit();
    expect(await rowsIn(store)).toBe(3);
    await writer.append(rowsOf(2, 3));
    await writer.close();
    const root = await openGroup(store);
    expect((await (await root.array("close")).get()).data).toEqual(rowsOf(5).close);
    expect((await (await root.array("trades/px")).get()).data).toEqual(Int32Array.of(7));
    expect(await readdir(dirname(store))).toEqual(["closes.zarr"]);
  });

  test("refuses what breaks the schema, and goes on", async () => {
    const { store, writer } = await open("none");
    const broken = { ...rowsOf(2), timestamps: BigUint64Array.of(1n, 2n ** 63n) };
    expect(await refusalOf(writer.append(broken))).toMatchObject({
      code: "PRECISION_LOSS",
      path: "/timestamps",
    });
    expect(await writer.append(rowsOf(2))).toEqual({ firstRow: 0, rows: 2 });
    await writer.close();
    expect(await rowsIn(store)).toBe(2);
  });

  test("has the store to itself, and gives it back when it cannot be opened", async () => {
    const { store, writer } = await open();
    expect(await refusalOf(SchemaWriter.open(store, { durable: true }))).toMatchObject({
      code: "LEASE_HELD",
    });
    expect(await refusalOf(writer.set("side", Uint8Array.of(66, 65)))).toMatchObject({ code: "LEASE_HELD" });
    await writer.close();
    const plain = join(await temporaryDirectory(), "plain.zarr");
    await createGroup(plain);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await refusalOf(SchemaWriter.open(plain, { durable: true }))).toMatchObject({
        code: "METADATA_INVALID",
      });
    }
  });
});
