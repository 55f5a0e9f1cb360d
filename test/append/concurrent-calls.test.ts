/** What is asked of one writer without waiting for what was asked before. */
import { cp, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { NodeFiles } from "../../src/append/node-files.ts";
import { openWriterOn } from "../../src/append/open-writer.ts";
import { findAddon } from "../../src/codec/native/addon.ts";
import { createGroup, openGroup, openWriter } from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const grown = { dataType: "int32", chunks: [8], shards: [32] } as const;

/** A store of two tables: `t` and `px`; `trades/size`. */
async function storeAt(): Promise<string> {
  const path = join(await temporaryDirectory(), "book.zarr");
  const root = await createGroup(path);
  await root.createArray("t", { ...grown, shape: [0], dimensionNames: ["t"] });
  await root.createArray("px", {
    ...grown,
    shape: [0, 2],
    chunks: [8, 2],
    shards: [32, 2],
    dimensionNames: ["t", "level"],
  });
  await (await root.createGroup("trades")).createArray("size", { ...grown, shape: [0] });
  return path;
}

const rows = (first: number, count: number) => ({
  t: Int32Array.from({ length: count }, (_, i) => first + i + 1),
  px: Int32Array.from({ length: 2 * count }, (_, i) => 10 * (first + (i >> 1)) + (i % 2) + 1),
});

async function stored(path: string, name: string): Promise<unknown> {
  return (await (await (await openGroup(path)).array(name)).get()).data;
}

const never = { publishIntervalMs: Number.POSITIVE_INFINITY };

it("appends in the order of the calls, also those that come while a table is being opened", async () => {
  const path = await storeAt();
  const writer = await openWriter(path, never);
  const first = writer.append(rows(0, 1));
  const others = [];
  for (let row = 1; row < 20; row++) {
    await new Promise((resolve) => setImmediate(resolve));
    others.push(writer.append(rows(row, 1)));
  }
  expect((await Promise.all([first, ...others])).map(({ firstRow }) => firstRow)).toEqual(
    Array.from({ length: 20 }, (_, row) => row),
  );
  await writer.close();
  expect(await stored(path, "t")).toEqual(rows(0, 20).t);
});

it("keeps the order when so much waits that appends have to", async () => {
  const path = join(await temporaryDirectory(), "wide.zarr");
  const root = await createGroup(path);
  const width = 2 ** 16;
  await root.createArray("wide", { shape: [0, width], dataType: "int32", chunks: [2 ** 12, width] });
  const writer = await openWriter(path, { ...never, sync: "none" });
  const block = (first: number): Int32Array => {
    const items = new Int32Array(80 * width);
    for (let row = 0; row < 80; row++) items[row * width] = first + row;
    return items;
  };
  const appended = [0, 80, 160, 240, 320].map((first) => writer.append({ wide: block(first) }));
  expect((await Promise.all(appended)).map(({ firstRow }) => firstRow)).toEqual([0, 80, 160, 240, 320]);
  await writer.close();
  const wide = await (await openGroup(path)).array("wide");
  expect((await wide.get([null, 0])).data).toEqual(Int32Array.from({ length: 400 }, (_, i) => i));
});

it.each([0, 3])("closes behind the appends that were made before, after %d rows", async (before) => {
  const path = await storeAt();
  const writer = await openWriter(path, never);
  if (before > 0) await writer.append(rows(0, before));
  const [appended] = await Promise.all([writer.append(rows(before, 2)), writer.close()]);
  expect(appended).toEqual({ firstRow: before, rows: 2 });
  expect(await stored(path, "t")).toEqual(rows(0, before + 2).t);
  expect(await stored(path, "px")).toEqual(rows(0, before + 2).px);
  expect(await readdir(dirname(path))).toEqual(["book.zarr"]);
});

it("commits the appends that were made before", async () => {
  const path = await storeAt();
  const writer = await openWriter(path, never);
  const appended = writer.append(rows(0, 2));
  await writer.commit();
  expect(await stored(path, "t")).toEqual(rows(0, 2).t);
  await appended;
  await writer.close();
});

it("adds an array to a table behind the appends that were made before", async () => {
  const path = await storeAt();
  const writer = await openWriter(path, never);
  await writer.append(rows(0, 1));
  const column = { ...grown, dimensionNames: ["t"] };
  const appended = writer.append(rows(1, 1));
  const short = writer.addArray("flags", { ...column, shape: [1] }, Int32Array.of(7));
  const added = writer.addArray("flags", { ...column, shape: [2] }, Int32Array.of(7, 8));
  const without = writer.append(rows(2, 1));
  const next = writer.append({ ...rows(2, 1), flags: Int32Array.of(9) });
  expect(await appended).toEqual({ firstRow: 1, rows: 1 });
  await expect(short).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
  await added;
  await expect(without).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
  expect(await next).toEqual({ firstRow: 2, rows: 1 });
  await writer.close();
  expect(await stored(path, "t")).toEqual(rows(0, 3).t);
  expect(await stored(path, "flags")).toEqual(Int32Array.of(7, 8, 9));
});

it("refuses everything that is asked for after close, and closes once", async () => {
  const path = await storeAt();
  const writer = await openWriter(path, { publishIntervalMs: 20 });
  await writer.append(rows(0, 1));
  const closed = [writer.close(), writer.close()];
  const options = { shape: [1], dataType: "uint8", chunks: [1] } as const;
  const late = await Promise.allSettled([
    writer.append(rows(1, 1)),
    writer.commit(),
    writer.finalize({ late: true }),
    writer.addArray("late", options, Uint8Array.of(1)),
  ]);
  expect(late.map((result) => result.status === "rejected" && result.reason)).toEqual(
    late.map(() => expect.any(TypeError)),
  );
  await Promise.all(closed);
  await writer.close();
  // Nothing of the writer is left that would fire.
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(await readdir(dirname(path))).toEqual(["book.zarr"]);
  const reader = await openGroup(path);
  expect((await reader.array("t")).shape).toEqual([1]);
  expect(reader.attributes).not.toHaveProperty("late");
});

it("keeps rows in the journal that another table's first batch comes between and their publish", async () => {
  const path = await storeAt();
  const { addon } = findAddon();
  const files = new NodeFiles(addon!);
  let atCommit: (() => void) | undefined;
  let goOn: (() => void) | undefined;
  const rename = files.rename.bind(files);
  files.rename = async (from, to) => {
    if (to === join(path, "zarr.json") && atCommit !== undefined) {
      const wait = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      atCommit();
      await wait;
    }
    await rename(from, to);
  };
  const platform = { files, clock: { nowMs: () => performance.now(), graceMs: 10_000 }, settleMs: 0 };
  const writer = await openWriterOn(path, never, platform);
  await writer.append(rows(0, 1));
  const committing = new Promise<void>((resolve) => {
    atCommit = resolve;
  });
  const committed = writer.commit();
  await committing;
  await writer.append(rows(1, 1));
  await writer.append({ "trades/size": Int32Array.of(5) });
  atCommit = undefined;
  goOn!();
  await committed;

  const killed = `${path}-killed`;
  await cp(path, killed, { recursive: true });
  await cp(`${path}.journal`, `${killed}.journal`, { recursive: true });
  await writer.close();
  const recovered = await openWriter(killed);
  await recovered.close();
  expect(await stored(killed, "t")).toEqual(rows(0, 2).t);
  expect(await stored(killed, "trades/size")).toEqual(Int32Array.of(5));
});
