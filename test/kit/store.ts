/**
 * The contract of a store, run against every implementation and every wrapper.
 *
 * The factory lends an empty store for one test. Capabilities say what the store can do beyond `get`; what it
 * cannot do is not tested, so a test file that sets one to false says so in the open.
 */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { AbsolutePath, DirectoryEntry, ReadableStore, Store } from "../../src/store/store.ts";

export interface StoreLoan {
  readonly store: Store;
  /** Puts a value in without the store under test; for stores that cannot be written. Default `store.set`. */
  readonly put?: (key: AbsolutePath, value: Uint8Array) => Promise<void>;
}

export interface StoreCapabilities {
  readonly write: boolean;
  readonly range: boolean;
  readonly list: boolean;
  /** Parts of values have a version, unless they are too new (`put` sees to it that they are not). Default false. */
  readonly versions?: boolean;
  /** Keys are names of files, so that no key with a value may be a prefix of others. Default false. */
  readonly files?: boolean;
}

export const EVERYTHING: StoreCapabilities = { write: true, range: true, list: true };

export function storeContract(
  name: string,
  factory: () => Promise<StoreLoan>,
  capabilities: StoreCapabilities = EVERYTHING,
): void {
  const { files = false } = capabilities;
  describe(`${name} keeps the contract of a store:`, () => {
    let store: Store;
    let put: (key: AbsolutePath, value: Uint8Array) => Promise<void>;

    beforeEach(async () => {
      const loan = await factory();
      store = loan.store;
      put = loan.put ?? ((key, value) => store.set(key, value));
    });

    test("a key that was never set has no value", async () => {
      expect(await store.get("/c/0")).toBeUndefined();
      await put("/c/0", bytes(1));
      expect(await store.get("/c/1")).toBeUndefined();
      expect(await store.get("/d/0")).toBeUndefined();
    });

    test(`a prefix of a key with a value, and a key below it, ${files ? "cannot be read" : "have no value"}`, async () => {
      await put("/c/0", bytes(1));
      for (const key of ["/c", "/c/0/0"] as const) {
        if (files) await expect(store.get(key)).rejects.toMatchObject({ code: "STORE_FAILED", path: key });
        else expect(await store.get(key)).toBeUndefined();
      }
    });

    test("a value comes back byte for byte, the empty one too", async () => {
      await put("/zarr.json", bytes(0, 255, 10));
      await put("/empty", bytes());
      expect(await store.get("/zarr.json")).toEqual(bytes(0, 255, 10));
      expect(await store.get("/empty")).toEqual(bytes());
    });

    test("keys may have spaces, letters of any script, and characters that URLs and shells know", async () => {
      const keys: AbsolutePath[] = [
        "/my group/zarr.json",
        "/Größe/文",
        "/a%2Fb",
        "/$(x) *?#",
        "/..a",
        "/a..",
        "/-",
      ];
      for (const [index, key] of keys.entries()) await put(key, bytes(index));
      for (const [index, key] of keys.entries()) expect(await store.get(key)).toEqual(bytes(index));
    });

    test("the bytes that it returns belong to the caller", async () => {
      await put("/a", bytes(1, 2, 3));
      (await store.get("/a"))?.fill(9);
      expect(await store.get("/a")).toEqual(bytes(1, 2, 3));
    });

    test.each(BAD_KEYS)("%j is not a key", async (key) => {
      const bad = key as AbsolutePath;
      await expect(store.get(bad)).rejects.toMatchObject({ code: "KEY_INVALID", path: bad });
      if (capabilities.range) await rejectsKey(store.getRange!(bad, { offset: 0, length: 1 }));
      if (capabilities.write) {
        await rejectsKey(store.set(bad, bytes(1)));
        await rejectsKey(store.delete(bad));
      }
      if (capabilities.write && bad !== "/") await rejectsKey(store.deletePrefix(bad));
      if (capabilities.list && bad !== "/") {
        await rejectsKey(store.listDirectory!(bad));
        await rejectsKey(keysBelow(store, bad));
      }
    });

    test("an aborted read rejects with the signal's reason", async () => {
      await put("/a", bytes(1));
      const signal = AbortSignal.abort("enough");
      await expect(store.get("/a", { signal })).rejects.toBe("enough");
      if (capabilities.range) {
        await expect(store.getRange!("/a", { offset: 0, length: 1 }, { signal })).rejects.toBe("enough");
      }
    });

    if (capabilities.range) rangeContract(() => ({ store, put }));
    if (capabilities.versions) versionContract(() => ({ store, put }));
    if (capabilities.list) listContract(() => ({ store, put }));
    if (capabilities.write) writeContract(() => store);
    if (capabilities.write && capabilities.list) modelContract(factory);
  });
}

type Lent = () => { store: Store; put: (key: AbsolutePath, value: Uint8Array) => Promise<void> };

function rangeContract(lent: Lent): void {
  test("a range is the part that it covers, cut at the value's end", async () => {
    const { store, put } = lent();
    await put("/a", bytes(0, 1, 2, 3, 4));
    const range = store.getRange!.bind(store);
    expect(await range("/a", { offset: 1, length: 3 })).toEqual(bytes(1, 2, 3));
    expect(await range("/a", { offset: 3, length: 9 })).toEqual(bytes(3, 4));
    expect(await range("/a", { offset: 5, length: 1 })).toEqual(bytes());
    expect(await range("/a", { offset: 9, length: 1 })).toEqual(bytes());
    expect(await range("/a", { offset: 0, length: 0 })).toEqual(bytes());
    expect(await range("/a", { suffixLength: 2 })).toEqual(bytes(3, 4));
    expect(await range("/a", { suffixLength: 9 })).toEqual(bytes(0, 1, 2, 3, 4));
    expect(await range("/a", { suffixLength: 0 })).toEqual(bytes());
  });

  test("a tail is the end of the value, with the size of the whole", async () => {
    const { store, put } = lent();
    await put("/a", bytes(0, 1, 2, 3, 4));
    expect(await store.getTail!("/a", 2)).toMatchObject({ bytes: bytes(3, 4), valueBytes: 5 });
    expect(await store.getTail!("/a", 9)).toMatchObject({ bytes: bytes(0, 1, 2, 3, 4), valueBytes: 5 });
    expect(await store.getTail!("/a", 0)).toMatchObject({ bytes: bytes(), valueBytes: 5 });
    await expect(store.getTail!("/a", -1)).rejects.toBeInstanceOf(RangeError);
  });

  test("a head is the beginning of the value, with the size of the whole", async () => {
    const { store, put } = lent();
    await put("/a", bytes(0, 1, 2, 3, 4));
    expect(await store.getHead!("/a", 2)).toMatchObject({ bytes: bytes(0, 1), valueBytes: 5 });
    expect(await store.getHead!("/a", 9)).toMatchObject({ bytes: bytes(0, 1, 2, 3, 4), valueBytes: 5 });
    expect(await store.getHead!("/a", 0)).toMatchObject({ bytes: bytes(), valueBytes: 5 });
    await expect(store.getHead!("/a", -1)).rejects.toBeInstanceOf(RangeError);
  });

  test("parts of an empty value are empty", async () => {
    const { store, put } = lent();
    await put("/a", bytes());
    expect(await store.getRange!("/a", { offset: 0, length: 2 })).toEqual(bytes());
    expect(await store.getRange!("/a", { suffixLength: 2 })).toEqual(bytes());
    for (const lengthBytes of [0, 2]) {
      expect(await store.getTail!("/a", lengthBytes)).toMatchObject({ bytes: bytes(), valueBytes: 0 });
      expect(await store.getHead!("/a", lengthBytes)).toMatchObject({ bytes: bytes(), valueBytes: 0 });
    }
  });

  test("a range of no value is no value", async () => {
    const { store } = lent();
    expect(await store.getTail!("/a", 1)).toBeUndefined();
    expect(await store.getHead!("/a", 1)).toBeUndefined();
    expect(await store.getRange!("/a", { offset: 0, length: 1 })).toBeUndefined();
    expect(await store.getRange!("/a", { suffixLength: 1 })).toBeUndefined();
  });

  test.each([
    { offset: -1, length: 1 },
    { offset: 0, length: -1 },
    { offset: 0.5, length: 1 },
    { offset: 0, length: Number.POSITIVE_INFINITY },
    { suffixLength: Number.NaN },
  ])("the range %j is a RangeError, with a value and without", async (range) => {
    const { store, put } = lent();
    await expect(store.getRange!("/a", range)).rejects.toBeInstanceOf(RangeError);
    await put("/a", bytes(1));
    await expect(store.getRange!("/a", range)).rejects.toBeInstanceOf(RangeError);
  });
}

function versionContract(lent: Lent): void {
  test("a part is given of the version that is asked for, and of no other", async () => {
    const { store, put } = lent();
    await put("/a", bytes(0, 1, 2, 3, 4));
    const { version } = (await store.getTail!("/a", 1))!;
    expect(version).toEqual(expect.any(String));
    expect((await store.getHead!("/a", 1))!.version).toBe(version);
    const range = { offset: 1, length: 2 };
    expect(await store.getRange!("/a", range, { ifVersion: version! })).toEqual(bytes(1, 2));
    const changed = { code: "VALUE_CHANGED", path: "/a" };
    const ifVersion = `${version}x`;
    await expect(store.getRange!("/a", range, { ifVersion })).rejects.toMatchObject(changed);
    await expect(store.getTail!("/a", 1, { ifVersion })).rejects.toMatchObject(changed);
    await expect(store.getHead!("/a", 1, { ifVersion })).rejects.toMatchObject(changed);
    await expect(store.getRange!("/gone", range, { ifVersion })).rejects.toMatchObject({
      code: "VALUE_CHANGED",
      path: "/gone",
    });
  });

  test("a value that takes another's place has another version, of the same size too", async () => {
    const { store, put } = lent();
    await put("/a", bytes(0, 1, 2));
    const { version } = (await store.getTail!("/a", 1))!;
    await put("/a", bytes(3, 4, 5));
    const held = store.getRange!("/a", { offset: 1, length: 2 }, { ifVersion: version! });
    await expect(held).rejects.toMatchObject({ code: "VALUE_CHANGED", path: "/a" });
    expect((await store.getTail!("/a", 1))!.version).not.toBe(version);
  });
}

function listContract(lent: Lent): void {
  test("a directory lists its direct children by name, and what is not there has none", async () => {
    const { store, put } = lent();
    for (const key of ["/b/zarr.json", "/b/c/0/1", "/a", "/b2"] as const) await put(key, bytes(1));
    const object = (name: string): DirectoryEntry => ({ name, kind: "object" });
    const directory = (name: string): DirectoryEntry => ({ name, kind: "directory" });
    expect(await store.listDirectory!("/")).toEqual([object("a"), directory("b"), object("b2")]);
    expect(await store.listDirectory!("/b")).toEqual([directory("c"), object("zarr.json")]);
    expect(await store.listDirectory!("/b/c/0")).toEqual([object("1")]);
    expect(await store.listDirectory!("/a")).toEqual([]);
    expect(await store.listDirectory!("/nowhere")).toEqual([]);
  });

  test("listing a prefix gives every key below it, and no key that only begins alike", async () => {
    const { store, put } = lent();
    for (const key of ["/b/zarr.json", "/b/c/0/1", "/a", "/b2"] as const) await put(key, bytes(1));
    expect(await keysBelow(store, "/")).toEqual(["/a", "/b/c/0/1", "/b/zarr.json", "/b2"]);
    expect(await keysBelow(store, "/b")).toEqual(["/b/c/0/1", "/b/zarr.json"]);
    expect(await keysBelow(store, "/a")).toEqual([]);
    expect(await keysBelow(store, "/nowhere")).toEqual([]);
  });
}

function writeContract(lent: () => Store): void {
  test("setting a key again replaces its value, by a longer and by a shorter one", async () => {
    const store = lent();
    for (const value of [bytes(1, 2), bytes(3, 4, 5), bytes(6)]) {
      await store.set("/a/b", value);
      expect(await store.get("/a/b")).toEqual(value);
    }
  });

  test("the value is the caller's again once set has resolved, a view into a larger buffer too", async () => {
    const store = lent();
    const buffer = Buffer.from([9, 1, 2, 9]);
    await store.set("/a", buffer.subarray(1, 3));
    buffer.fill(0);
    expect(await store.get("/a")).toEqual(bytes(1, 2));
  });

  test("of writers that set one key at once, one wins whole", async () => {
    const store = lent();
    const values = Array.from({ length: 8 }, (_, index) => new Uint8Array(100_000).fill(index));
    await Promise.all(values.map((value) => store.set("/a", value)));
    const kept = await store.get("/a");
    expect(values.filter((value) => Buffer.compare(value, kept!) === 0)).toHaveLength(1);
  });

  test("a reader beside a writer sees one of the values, never a part", async () => {
    const store = lent();
    const values = [new Uint8Array(300_000).fill(1), new Uint8Array(200_000).fill(2)];
    await store.set("/a", values[0]!);
    const writing = (async () => {
      for (let round = 0; round < 20; round++) await store.set("/a", values[round % 2]!);
    })();
    const seen: (Uint8Array | undefined)[] = [];
    for (let round = 0; round < 20; round++) seen.push(await store.get("/a"));
    await writing;
    for (const value of seen) {
      expect(value).toBeDefined();
      expect(values.some((whole) => Buffer.compare(whole, value!) === 0)).toBe(true);
    }
  });

  test("a deleted key has no value, and deleting what is not there is no error", async () => {
    const store = lent();
    await store.set("/a/b", bytes(1));
    await store.delete("/a/b");
    expect(await store.get("/a/b")).toBeUndefined();
    await store.delete("/a/b");
    await store.delete("/a");
    await store.delete("/nowhere/at/all");
  });

  test("deleting a prefix takes the keys below it, the key itself, and no key that only begins alike", async () => {
    const store = lent();
    for (const key of ["/b/zarr.json", "/b/c/0/1", "/a", "/b2"] as const) await store.set(key, bytes(1));
    await store.deletePrefix("/b");
    expect(await presentKeys(store, ["/b/zarr.json", "/b/c/0/1", "/a", "/b2"])).toEqual(["/a", "/b2"]);
    await store.deletePrefix("/a");
    await store.deletePrefix("/nowhere");
    expect(await presentKeys(store, ["/a", "/b2"])).toEqual(["/b2"]);
    await store.deletePrefix("/");
    expect(await store.get("/b2")).toBeUndefined();
    await store.set("/b2", bytes(2));
    expect(await store.get("/b2")).toEqual(bytes(2));
  });
}

/** Any run of writes against a plain `Map`. No key of the model is also a prefix: file systems cannot hold both. */
function modelContract(factory: () => Promise<StoreLoan>): void {
  const key = fc.constantFrom<AbsolutePath>("/a/0", "/a/1", "/a/b/0", "/c", "/a2");
  const operation = fc.oneof(
    { weight: 4, arbitrary: fc.record({ set: key, value: fc.uint8Array({ maxLength: 5 }) }) },
    { weight: 2, arbitrary: fc.record({ delete: key }) },
    {
      weight: 1,
      arbitrary: fc.record({ deletePrefix: fc.constantFrom<AbsolutePath>("/a", "/a/b", "/c", "/") }),
    },
  );

  test("any run of writes leaves what a map would hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 15 }), async (operations) => {
        const { store } = await factory();
        const model = new Map<AbsolutePath, Uint8Array>();
        for (const step of operations) {
          if ("set" in step) {
            await store.set(step.set, step.value);
            model.set(step.set, step.value);
          } else if ("delete" in step) {
            await store.delete(step.delete);
            model.delete(step.delete);
          } else {
            await store.deletePrefix(step.deletePrefix);
            const below = step.deletePrefix === "/" ? "/" : `${step.deletePrefix}/`;
            for (const kept of [...model.keys()]) {
              if (kept === step.deletePrefix || kept.startsWith(below)) model.delete(kept);
            }
          }
        }
        expect(await keysBelow(store, "/")).toEqual([...model.keys()].sort());
        for (const [kept, value] of model) expect(await store.get(kept)).toEqual(new Uint8Array(value));
      }),
      { numRuns: 40 },
    );
  });
}

const BAD_KEYS = [
  "",
  "/",
  "a",
  "a/b",
  "//a",
  "/a//b",
  "/a/",
  "/.",
  "/..",
  "/../a",
  "/a/../b",
  "/a/./b",
  "/a/...",
  "/a\\b",
  "/..\\b",
  "/a\0b",
  "/a\ud800",
];

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

async function rejectsKey(promise: Promise<unknown>): Promise<void> {
  await expect(promise).rejects.toMatchObject({ code: "KEY_INVALID" });
}

async function keysBelow(store: ReadableStore, prefix: AbsolutePath): Promise<AbsolutePath[]> {
  const keys: AbsolutePath[] = [];
  for await (const key of store.list!(prefix)) keys.push(key);
  return keys.sort();
}

async function presentKeys(store: ReadableStore, keys: readonly AbsolutePath[]): Promise<AbsolutePath[]> {
  const present: AbsolutePath[] = [];
  for (const key of keys) if ((await store.get(key)) !== undefined) present.push(key);
  return present;
}
