/** Where a store is: other paths to it, a directory that is moved away, groups that speak of what is below them. */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { NodeFiles } from "../../src/append/node-files.ts";
import { openWriterOn } from "../../src/append/open-writer.ts";
import { findAddon } from "../../src/codec/native/addon.ts";
import { createGroup, openArray, openGroup, openWriter, recoverStore, verify } from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const never = { publishIntervalMs: Number.POSITIVE_INFINITY };

async function storeAt(path: string): Promise<void> {
  const root = await createGroup(path);
  await root.createArray("px", { shape: [0], dataType: "int32", chunks: [2], shards: [4], fillValue: -9 });
}

async function pxOf(path: string) {
  return (await (await (await openGroup(path)).array("px")).get()).data;
}

it.each([
  ["moved away", async (_path: string) => {}],
  [
    "replaced by another",
    async (path: string) => {
      await storeAt(`${path}-other`);
      await rename(`${path}-other`, path);
    },
  ],
])("writes nothing where the store has been %s, and loses no row of it", async (_, afterwards) => {
  const path = join(await temporaryDirectory(), "book.zarr");
  await storeAt(path);
  const writer = await openWriter(path, never);
  await writer.append({ px: Int32Array.of(1, 2, 3, 4) });
  await writer.commit();
  await rename(path, `${path}-moved`);
  await afterwards(path);
  // A whole new shard: nothing of the old path is needed for it.
  await writer.append({ px: Int32Array.of(5) });
  const failure = { code: "STORE_FAILED", message: expect.stringContaining("moved") };
  await expect(writer.commit()).rejects.toMatchObject(failure);
  await writer.close();
  if (existsSync(path)) {
    expect(await readdir(path, { recursive: true })).toEqual(["px", "zarr.json", "px/zarr.json"]);
    expect(await pxOf(path)).toHaveLength(0);
  }

  await rename(`${path}.journal`, `${path}-moved.journal`);
  expect(await recoverStore(`${path}-moved`)).toMatchObject({ rowsRecovered: 1, committedRows: 5 });
  expect(await pxOf(`${path}-moved`)).toEqual(Int32Array.of(1, 2, 3, 4, 5));
});

it("brings no shard into its last form where the store has been replaced just after a commit", async () => {
  const path = join(await temporaryDirectory(), "book.zarr");
  const other = `${path}-other`;
  await storeAt(path);
  await storeAt(other);
  await (await openArray(join(other, "px"), { mode: "r+" })).append(Int32Array.of(7, 7, 7, 7));
  const files = new NodeFiles(findAddon().addon!);
  const remove = files.remove.bind(files);
  files.remove = async (file) => {
    await remove(file);
    if (!file.endsWith(".segment")) return;
    await rename(path, `${path}-moved`);
    await rename(other, path);
  };
  const platform = { files, clock: { nowMs: () => performance.now(), graceMs: 0 }, settleMs: 0 };
  const writer = await openWriterOn(path, never, platform);
  await writer.append({ px: Int32Array.of(1, 2, 3, 4, 5) });
  const failure = { code: "STORE_FAILED", message: expect.stringContaining("moved") };
  await expect(writer.commit()).rejects.toMatchObject(failure);
  await writer.close();
  expect(await pxOf(path)).toEqual(Int32Array.of(7, 7, 7, 7));
  expect(await pxOf(`${path}-moved`)).toEqual(Int32Array.of(1, 2, 3, 4, 5));
});

it("knows a store by every path that leads to it", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "book.zarr");
  await storeAt(path);
  const link = join(directory, "link.zarr");
  await symlink(path, link);
  await mkdir(join(directory, "elsewhere"));
  await symlink(join(path, "px"), join(directory, "elsewhere/px"));
  const writer = await openWriter(link, never);
  expect(await readdir(directory)).toContain("book.zarr.journal");
  const held = { code: "LEASE_HELD" };
  await expect(openWriter(path)).rejects.toMatchObject(held);
  for (const place of [join(link, "px"), join(directory, "elsewhere/px")]) {
    const array = await openArray(place, { mode: "r+" });
    await expect(array.append(Int32Array.of(1))).rejects.toMatchObject(held);
  }
  await writer.append({ px: Int32Array.of(1) });
  await writer.close();
  expect(await pxOf(path)).toEqual(Int32Array.of(1));
  expect(dirname(writer.directory)).toBe(directory);
});

it("leaves no group that says what the arrays below it were before a commit", async () => {
  const path = join(await temporaryDirectory(), "book.zarr");
  const trades = await (await createGroup(path)).createGroup("trades", { attributes: { venue: "test" } });
  await trades.createArray("size", { shape: [0], dataType: "int32", chunks: [2] });
  await trades.consolidate();
  const writer = await openWriter(path, never);
  await writer.append({ "trades/size": Int32Array.of(1, 2, 3) });
  await writer.commit();
  const sizes = async () => (await (await (await openGroup(join(path, "trades"))).array("size")).get()).data;
  expect(await sizes()).toEqual(Int32Array.of(1, 2, 3));
  await writer.close();
  expect(await sizes()).toEqual(Int32Array.of(1, 2, 3));
  expect((await openGroup(join(path, "trades"))).attributes).toEqual({ venue: "test" });
  expect((await verify(path)).ok).toBe(true);
});
