/** Our stores have zarrita's interface: it opens and reads through them, and we through its own. */
import { cp } from "node:fs/promises";
import ZarritaFileSystemStore from "@zarrita/storage/fs";
import { describe, expect, test } from "vitest";
import * as zarrita from "zarrita";
import { FileSystemStore } from "../../src/store/file-system-store.ts";
import { HttpStore } from "../../src/store/http-store.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import { withCache } from "../../src/store/with-cache.ts";
import { withReadOnly } from "../../src/store/with-read-only.ts";
import { withRequestCount } from "../../src/store/with-request-count.ts";
import { ZipStore } from "../../src/store/zip-store.ts";
import { slice } from "../../src/zarr/indexing/slice.ts";
import { createArray, createGroup, openArray, openGroup } from "../../src/zarr/open.ts";
import { serve } from "../kit/http-server.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const FIXTURES = ["conformance", "zarrita", "fixtures", "v3"];
const FIXTURE = sharedPath(...FIXTURES, "data.zarr");

async function onDisk(): Promise<FileSystemStore> {
  const directory = await temporaryDirectory();
  await cp(FIXTURE, directory, { recursive: true });
  return new FileSystemStore(directory);
}

async function inMemory(): Promise<MemoryStore> {
  const disk = await onDisk();
  const memory = new MemoryStore();
  for await (const key of disk.list("/")) await memory.set(key, (await disk.get(key))!);
  return memory;
}

describeShared("zarrita, reading its own fixtures,", FIXTURE, () => {
  describe.each([
    ["FileSystemStore", onDisk],
    ["MemoryStore", inMemory],
    ["HttpStore", async () => new HttpStore((await serve(await inMemory())).url)],
    ["ZipStore", async () => new ZipStore(sharedPath(...FIXTURES, "data.zipped_from_within.zarr.zip"))],
    ["withReadOnly", async () => withReadOnly(await onDisk())],
    ["withCache", async () => withCache(await onDisk())],
    ["withRequestCount", async () => withRequestCount(await onDisk())],
  ])("zarrita on %s", (_, lend) => {
    test("opens the root and a group", async () => {
      const store = await lend();
      expect(await zarrita.open(store, { kind: "group" })).toBeInstanceOf(zarrita.Group);
      const group = await zarrita.open(zarrita.root(store).resolve("my group with spaces"), {
        kind: "group",
      });
      expect(group.attrs).toEqual({ description: "A group with spaces in the name" });
    });

    test("reads chunks, and shards by their ranges", async () => {
      const root = zarrita.root(await lend());
      for (const name of ["1d.chunked.i2", "1d.chunked.compressed.sharded.i2"]) {
        const array = await zarrita.open(root.resolve(name), { kind: "array" });
        expect((await zarrita.get(array)).data).toEqual(Int16Array.of(1, 2, 3, 4));
      }
    });

    test("is told of a node that is not there", async () => {
      await expect(zarrita.open(zarrita.root(await lend()).resolve("nowhere"))).rejects.toThrow();
    });
  });
});

test("zarrita creates a group and an array in our stores", async () => {
  const store = new FileSystemStore(await temporaryDirectory());
  await zarrita.create(store, { attributes: { venue: "binance" } });
  const array = await zarrita.create(zarrita.root(store).resolve("px"), {
    shape: [4],
    chunkShape: [2],
    dtype: "int32",
  });
  await zarrita.set(array, null, { data: Int32Array.of(1, 2, 3, 4), shape: [4], stride: [1] });
  expect(await store.get("/px/c/1")).toEqual(new Uint8Array(Int32Array.of(3, 4).buffer));
});

describe("on zarrita's stores", () => {
  const VALUES = Int32Array.from({ length: 64 }, (_, item) => item * item);

  async function book(): Promise<FileSystemStore> {
    const store = new FileSystemStore(await temporaryDirectory());
    const root = await createGroup(store, { attributes: { venue: "binance" } });
    const px = await root.createArray("px", { shape: [64], dataType: "int32", chunks: [8], shards: [32] });
    await px.set(null, VALUES);
    await root.consolidate();
    return store;
  }

  test.each([
    ["FileSystemStore", async (store: FileSystemStore) => new ZarritaFileSystemStore(store.localDirectory)],
    ["FetchStore", async (store: FileSystemStore) => new zarrita.FetchStore((await serve(store)).url)],
    [
      "FetchStore with suffix requests",
      async (store: FileSystemStore) =>
        new zarrita.FetchStore((await serve(store)).url, { useSuffixRequest: true }),
    ],
    [
      "Map",
      async (store: FileSystemStore) => {
        const values = new Map<string, Uint8Array>();
        for await (const key of store.list("/")) values.set(key, (await store.get(key))!);
        return { get: async (key: string) => values.get(key) };
      },
    ],
  ])("%s we read groups, whole arrays and windows of shards", async (_, lend) => {
    const store = await lend(await book());
    const root = await openGroup(store);
    expect(root.attributes).toMatchObject({ venue: "binance" });
    const px = await root.array("px");
    expect((await px.get()).data).toEqual(VALUES);
    expect((await px.get([slice(13, 27)])).data).toEqual(VALUES.slice(13, 27));
    await expect(openGroup(store, { path: "nowhere" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("FileSystemStore we create and write what zarrita reads", async () => {
    const store = new ZarritaFileSystemStore(await temporaryDirectory());
    await createArray(store, { shape: [64], dataType: "int32", chunks: [8], shards: [32] });
    await (await openArray(store, { mode: "r+" })).set(null, VALUES);
    const array = await zarrita.open(store, { kind: "array" });
    expect((await zarrita.get(array)).data).toEqual(VALUES);
  });
});
