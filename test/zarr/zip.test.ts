/** Arrays in zip archives, on both backends. */
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { codec } from "../../codecs/builders.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { AbsolutePath, ReadableStore } from "../../src/store/store.ts";
import { withRequestCount } from "../../src/store/with-request-count.ts";
import { ZipStore } from "../../src/store/zip-store.ts";
import { slice } from "../../src/zarr/indexing/slice.ts";
import { createGroup, openGroup } from "../../src/zarr/open.ts";
import { verify } from "../../src/zarr/verify.ts";

const VALUES = Int32Array.from({ length: 256 }, (_, item) => (item * 7919) % 641);

async function archive(level: 0 | 6): Promise<Blob> {
  const store = new MemoryStore();
  const root = await createGroup(store);
  const px = await root.createArray("bid px", {
    shape: [64, 4],
    dataType: "int32",
    chunks: [8, 4],
    shards: [32, 4],
    codecs: [codec.zstd({ level: 1 }), codec.crc32c()],
  });
  await px.set(null, VALUES);
  const entries: [string, [Uint8Array, { level: 0 | 6 }]][] = [];
  for await (const key of store.list("/")) entries.push([key.slice(1), [(await store.get(key))!, { level }]]);
  return new Blob([new Uint8Array(zipSync(Object.fromEntries(entries)))]);
}

test.each([
  ["stored", 0],
  ["deflated", 6],
] as const)("a sharded array in %s entries is found by listing, read, and verified", async (_, level) => {
  const store = new ZipStore(await archive(level));
  const root = await openGroup(store);
  const names = [];
  for await (const [name] of root.members()) names.push(name);
  expect(names).toEqual(["bid px"]);
  const px = await root.array("bid px");
  expect(await px.get([slice(30, 34), 1])).toMatchObject({
    data: Int32Array.from([30, 31, 32, 33], (row) => VALUES[row * 4 + 1]!),
  });
  expect(await px.get()).toMatchObject({ data: VALUES });
  expect(await verify(store)).toMatchObject({ ok: true, chunks: 8 });
});

test("a second window of a shard takes one read of the archive", async () => {
  const values = new MemoryStore();
  const key: AbsolutePath = "/book.zip";
  await values.set(key, new Uint8Array(await (await archive(0)).arrayBuffer()));
  const counted = withRequestCount(values as ReadableStore);
  const px = await (await openGroup(new ZipStore({ store: counted, key }))).array("bid px");
  await px.get([slice(0, 4), null]);
  counted.reset();
  expect(await px.get([slice(8, 12), null])).toMatchObject({ data: VALUES.subarray(32, 48) });
  expect(counted.requests).toEqual([
    { operation: "getRange", key, range: { offset: expect.any(Number), length: expect.any(Number) } },
  ]);
});
