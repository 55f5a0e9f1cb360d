import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test, vi } from "vitest";
import { openGroup, recoverStore, verify } from "../../src/index.ts";
import { BookReader } from "../../src/market/book-reader.ts";
import { BookRows, TradeRows } from "../../src/market/book-rows.ts";
import { BookStore } from "../../src/market/book-store.ts";
import type { TickBlock } from "../../src/market/book-week.ts";
import { BookWriter, type BookWriterOptions } from "../../src/market/book-writer.ts";
import { defineArray } from "../../src/market/schema.ts";
import { buildProgram } from "../append/crash/build-program.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { DURABLE_SCALE, fillRow, ROWS_OF_A_BATCH } from "./durable-rows.ts";

async function newWriter(options: Partial<BookWriterOptions> = {}) {
  const path = options.path ?? join(await temporaryDirectory(), "BTCUSDT.zarr");
  return { path, writer: new BookWriter({ ...DURABLE_SCALE, durable: true, ...options, path }) };
}

function rowsOf(from: number, to: number): BookRows {
  const rows = new BookRows(DURABLE_SCALE.levels);
  for (let row = from; row < to; row += 1) fillRow(rows, row);
  return rows;
}

const NONE = new TradeRows();

/** Checks that the weeks at `path` hold rows 0, 1 … as they were made, and says how many. */
async function rowsAt(path: string): Promise<number> {
  const reader = await BookReader.open(path);
  expect(reader.report.skipped).toEqual([]);
  let next = 0;
  for await (const block of reader.blocks()) {
    const { count, timestampsNs, book, metadata } = block as TickBlock;
    const expected = rowsOf(next, next + count);
    const items = count * DURABLE_SCALE.levels;
    expect(timestampsNs).toEqual(expected.tsEventNs.subarray(0, count));
    expect(metadata.sequence).toEqual(expected.sequence.subarray(0, count));
    expect(book.bid_px).toEqual(expected.bidTicks.subarray(0, items));
    expect(book.ask_sz).toEqual(expected.askLots.subarray(0, items));
    next += count;
  }
  return next;
}

describe("a durable book", () => {
  test("is read while it grows, and says what is in it when it is published", async () => {
    const { path, writer } = await newWriter({ publishIntervalMs: 1 });
    await writer.append(rowsOf(0, 4), NONE);
    await vi.waitFor(async () => expect(await rowsAt(path)).toBe(4), 5000);
    const week = join(path, "2024-W32.zarr");
    expect((await openGroup(week)).attributes).toMatchObject({ rows: null, ts_event_in_order: null });
    await writer.append(rowsOf(4, 20), NONE);
    const stores = await writer.publish(({ rows }) => ({ counted: rows.rows }));
    expect(stores).toMatchObject([
      { path: week, rows: 9, trades: 0, first: "2024-08-11T23:59:51.000000000Z" },
      { path: join(path, "2024-W33.zarr"), rows: 11 },
    ]);
    expect((await openGroup(week)).attributes).toMatchObject({
      rows: 9,
      ts_event_in_order: true,
      counted: 9,
    });
    expect(await rowsAt(path)).toBe(20);
    expect((await readdir(path)).sort()).toEqual(["2024-W32.zarr", "2024-W33.zarr"]);
    expect(await verify(path)).toMatchObject({ ok: true });
  });

  test("goes on where it was, with what came late before counted in", async () => {
    const { path, writer } = await newWriter();
    await writer.append(rowsOf(1, 3), NONE);
    await writer.append(rowsOf(0, 1), NONE);
    await writer.publish();
    const { writer: next } = await newWriter({ path });
    await next.append(rowsOf(3, 9), NONE);
    expect(await next.publish()).toMatchObject([{ rows: 9, first: "2024-08-11T23:59:51.000000000Z" }]);
    const store = await BookStore.open(join(path, "2024-W32.zarr"));
    expect(store.attributes).toMatchObject({ rows: 9, ts_event_in_order: false });
    expect((await store.rows()).sequence.subarray(0, 4)).toEqual(BigInt64Array.of(1n, 2n, 0n, 3n));
  });

  test("does not go on with rows of another scale or type, or beside another writer", async () => {
    const { path, writer } = await newWriter();
    await writer.append(rowsOf(0, 3), NONE);
    const { writer: beside } = await newWriter({ path });
    await expect(beside.append(rowsOf(3, 4), NONE)).rejects.toMatchObject({ code: "LEASE_HELD" });
    await writer.publish();
    for (const [change, words] of [
      [{ tickSize: "0.01" }, "2, 0.01, 0.001, int32, int32"],
      [{ sizeType: "int64" }, "2, 0.1, 0.001, int32, int64"],
    ] as const) {
      const { writer: other } = await newWriter({ path, ...change });
      await expect(other.append(rowsOf(3, 4), NONE)).rejects.toMatchObject({
        code: "METADATA_INVALID",
        message: expect.stringContaining(
          `BTCUSDT, 2, 0.1, 0.001, int32, int32, and cannot go on with BTCUSDT, ${words}`,
        ),
      });
    }
    expect(await rowsAt(path)).toBe(3);
  });

  test("takes arrays that come late, and is closed when it can get no more rows", async () => {
    const { path, writer } = await newWriter({ lateToleranceNs: 1_000_000_000n });
    await writer.append(rowsOf(0, 11), NONE);
    const [first] = writer.stores;
    const spread = defineArray({ name: "spread", dataType: "int32", dimensions: ["ts_event"] });
    await expect(first!.addArray(spread, Int32Array.of(1, 2))).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
    });
    await first!.addArray(spread, new Int32Array(9).fill(1));
    const [finished, ...others] = await writer.publishFinished({ quality: "ok" });
    expect([finished!.rows, others]).toEqual([9, []]);
    const store = await BookStore.open(finished!.path);
    expect(store.schema.arrays.at(-1)).toEqual(spread);
    const group = await openGroup(finished!.path);
    expect(group.attributes.quality).toBe("ok");
    expect((await (await group.array("spread")).get()).data).toEqual(new Int32Array(9).fill(1));
    await expect(writer.append(rowsOf(8, 9), NONE)).rejects.toMatchObject({ code: "VALUE_INVALID" });
    await writer.append(rowsOf(11, 13), NONE);
    await writer.publish();
    expect(await rowsAt(path)).toBe(13);
  });

  test("keeps what was acknowledged when it is given up", async () => {
    const { path, writer } = await newWriter();
    await writer.append(rowsOf(0, 5), NONE);
    await writer.discard();
    expect(await rowsAt(path)).toBe(5);
  });

  test("is neither written over nor given other codecs", async () => {
    await expect(newWriter({ overwrite: true })).rejects.toThrow(RangeError);
    await expect(newWriter({ tryCodecs: true })).rejects.toThrow(RangeError);
  });

  test("has every acknowledged row after its process was killed, and goes on with the next", async () => {
    const feeder = await buildProgram(new URL("durable-feeder.ts", import.meta.url));
    const path = join(await temporaryDirectory(), "BTCUSDT.zarr");
    let first = 0;
    for (const batches of [1, 9, 25]) {
      const acknowledged = await killedFeeder(feeder, path, first, batches);
      expect(acknowledged).toBeGreaterThanOrEqual(first + ROWS_OF_A_BATCH * batches);
      // Before anything is recovered there is a commit to read, and nothing else.
      await rowsAt(path);
      for (const week of await readdir(path)) {
        if (week.endsWith(".zarr")) await recoverStore(join(path, week));
      }
      first = await rowsAt(path);
      expect(first).toBeGreaterThanOrEqual(acknowledged);
    }
    expect(await verify(path)).toMatchObject({ ok: true });
  });
});

/** Kills a feeder that has said so many batches are acknowledged. @returns rows of the last that it told */
async function killedFeeder(
  feeder: string,
  path: string,
  firstRow: number,
  batches: number,
): Promise<number> {
  const child = spawn(process.execPath, [feeder, path, String(firstRow)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let told = 0;
  let rows = firstRow;
  for await (const line of createInterface({ input: child.stdout })) {
    rows = Number(line);
    told += 1;
    if (told === batches) child.kill("SIGKILL");
  }
  return rows;
}
