import { expect, test } from "vitest";
import type { ShardIndex } from "../../../src/codec/sharding/shard.ts";
import { IndexCache } from "../../../src/zarr/store-engine/index-cache.ts";

const MISSING = 2n ** 64n - 1n;

/** Of two inner chunks, the second one absent: 32 bytes. */
function index(version: string | undefined): ShardIndex {
  return { shardBytes: 9, version, pairs: BigUint64Array.of(0n, 5n, MISSING, MISSING) };
}

const first = index("v1");

test("an index with a version is kept, for cells that it knows and not for those that it calls absent", async () => {
  const cache = new IndexCache();
  expect(cache.find("/a", [0])).toBeUndefined();
  expect(await cache.read("/a", async () => first)).toBe(first);
  expect(cache.find("/a", [0])).toBe(first);
  expect(cache.find("/a", [0, 1])).toBeUndefined();
  expect(cache.find("/b", [0])).toBeUndefined();
});

test("an index without a version, and the absence of a shard, are not kept", async () => {
  const cache = new IndexCache();
  const unversioned = index(undefined);
  expect(await cache.read("/a", async () => unversioned)).toBe(unversioned);
  expect(await cache.read("/b", async () => undefined)).toBeUndefined();
  expect(cache.find("/a", [0])).toBeUndefined();
  expect(cache.find("/b", [])).toBeUndefined();
});

test("indexes take no more bytes than allowed: the one used longest ago goes", async () => {
  const cache = new IndexCache(64);
  for (const key of ["/a", "/b"] as const) await cache.read(key, async () => index(key));
  cache.find("/a", [0]);
  await cache.read("/c", async () => index("/c"));
  const versions = (["/a", "/b", "/c"] as const).map((key) => cache.find(key, [0])?.version);
  expect(versions).toEqual(["/a", undefined, "/c"]);
});

test("an outdated index is forgotten, but not the one that has taken its place", async () => {
  const cache = new IndexCache();
  const second = index("v2");
  await cache.read("/a", async () => first);
  await cache.read("/a", async () => second);
  cache.forget("/a", first);
  expect(cache.find("/a", [0])).toBe(second);
  cache.forget("/a", second);
  expect(cache.find("/a", [0])).toBeUndefined();
});

test("somebody else's read can be waited for, fails for him alone, and not at all on stores without versions", async () => {
  const cache = new IndexCache();
  expect(cache.underWay("/a", undefined)).toBeUndefined();
  let settle = (_: ShardIndex | Error): void => {};
  const load = () =>
    new Promise<ShardIndex>((resolve, reject) => {
      settle = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
    });

  const failing = cache.read("/a", load);
  const waiting = cache.underWay("/a", undefined);
  settle(new Error("lost"));
  await expect(failing).rejects.toThrow("lost");
  await waiting;
  expect(cache.find("/a", [0])).toBeUndefined();

  const reading = cache.read("/a", load);
  const aborted = cache.underWay("/a", AbortSignal.abort("enough"));
  await expect(aborted).rejects.toBe("enough");
  const patient = cache.underWay("/a", new AbortController().signal)!.then(() => cache.find("/a", [0]));
  settle(first);
  expect(await patient).toBe(first);
  await reading;

  await cache.read("/b", async () => index(undefined));
  void cache.read("/a", load);
  expect(cache.underWay("/a", undefined)).toBeUndefined();
});
