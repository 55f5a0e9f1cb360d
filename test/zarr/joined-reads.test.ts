/** Reads of one array that are asked for together share their chunks, and nothing else. */
import { getEventListeners } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { codec, createArray, openArray, slice, type ZarrArray } from "../../src/index.ts";
import type { ArrayChunk } from "../../src/zarr/array-access.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const ROWS = 200;
const COLUMNS = 3;
const ITEMS = Int32Array.from({ length: ROWS * COLUMNS }, (_, item) => item);

let directory: string;
let array: ZarrArray;
beforeEach(async () => {
  directory = await temporaryDirectory();
  const created = await createArray(directory, {
    shape: [ROWS, COLUMNS],
    dataType: "int32",
    chunks: [10, COLUMNS],
    shards: [100, COLUMNS],
    codecs: [codec.zstd(), codec.crc32c()],
  });
  await created.set(null, ITEMS);
  array = await openArray(directory);
});

const rows = async (first: number, count: number, signal?: AbortSignal): Promise<Int32Array> =>
  ((await array.get([slice(first, first + count), null], { signal })) as ArrayChunk).data as Int32Array;

const expected = (first: number, count: number): Int32Array =>
  ITEMS.slice(first * COLUMNS, (first + count) * COLUMNS);

describe("reads that are asked for together", () => {
  test("have each its own items, however they overlap", async () => {
    const starts = Array.from({ length: 190 }, (_, row) => row);
    const windows = await Promise.all(starts.map((row) => rows(row, 10)));
    for (const [row, window] of windows.entries()) expect(window).toEqual(expected(row, 10));
  });

  test("of a part, of all and of single columns go together", async () => {
    const [part, all, column, listed, item] = await Promise.all([
      rows(15, 3),
      rows(0, ROWS),
      array.get([null, 1]),
      array.getOrthogonal([[17, 16, 17], null]),
      array.get([17, 2]),
    ]);
    expect(part).toEqual(expected(15, 3));
    expect(all).toEqual(ITEMS);
    expect((column as ArrayChunk).data).toEqual(ITEMS.filter((_, index) => index % COLUMNS === 1));
    expect((listed as ArrayChunk).data).toEqual(Int32Array.of(51, 52, 53, 48, 49, 50, 51, 52, 53));
    expect(item).toBe(53);
  });

  test("listen once to the signal that they share, and no longer than they take", async () => {
    const { signal } = new AbortController();
    const counts: number[] = [];
    const { addEventListener } = signal;
    signal.addEventListener = (...listener: Parameters<AbortSignal["addEventListener"]>) => {
      addEventListener.apply(signal, listener);
      counts.push(getEventListeners(signal, "abort").length);
    };
    // Together, and each a job of its own.
    const together = Array.from({ length: 50 }, (_, row) => rows(row, 2, signal));
    const points = Array.from({ length: 50 }, (_, row) => array.getPoints([[row], [0]], { signal }));
    await Promise.all([...together, ...points]);
    expect(new Set(counts)).toEqual(new Set([1]));
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("fail only where they touch what is damaged", async () => {
    const shard = join(directory, "c", "1", "0");
    const bytes = await readFile(shard);
    // The first inner chunk: rows 100 to 109.
    bytes[7] = bytes[7]! ^ 0x10;
    await writeFile(shard, bytes);
    const outcomes = await Promise.allSettled([rows(90, 10), rows(95, 10), rows(109, 1), rows(110, 90)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") {
        expect(outcome.reason).toMatchObject({ code: "CHUNK_CORRUPT", shard: [1, 0], chunk: [10, 0] });
      }
    }
  });

  test("are aborted one by one", async () => {
    const [early, late] = [new AbortController(), new AbortController()];
    early.abort(new Error("before it began"));
    const outcomes = Promise.allSettled([
      rows(0, 50, early.signal),
      rows(20, 20),
      rows(0, ROWS, late.signal),
      rows(180, 20),
    ]);
    // In the turn in which the reads have been handed over.
    queueMicrotask(() => queueMicrotask(() => late.abort(new Error("while it ran"))));
    const [before, beside, during, other] = await outcomes;
    expect(before).toMatchObject({ status: "rejected", reason: { message: "before it began" } });
    expect(beside).toMatchObject({ status: "fulfilled", value: expected(20, 20) });
    expect(other).toMatchObject({ status: "fulfilled", value: expected(180, 20) });
    // An abort that comes when the last chunk is there already is not heard.
    if (during.status === "rejected") expect(during.reason).toMatchObject({ message: "while it ran" });
    else expect(during.value).toEqual(ITEMS);
  });

  test("of no items have none", async () => {
    const [none, some] = await Promise.all([rows(5, 0), rows(5, 1)]);
    expect(none).toEqual(new Int32Array(0));
    expect(some).toEqual(expected(5, 1));
  });
});
