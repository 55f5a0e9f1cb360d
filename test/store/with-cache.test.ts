import { describe, expect, test } from "vitest";
import { FileSystemStore } from "../../src/store/file-system-store.ts";
import { HttpStore } from "../../src/store/http-store.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { AbsolutePath, ReadableStore } from "../../src/store/store.ts";
import { withCache } from "../../src/store/with-cache.ts";
import { withReadOnly } from "../../src/store/with-read-only.ts";
import { withRequestCount } from "../../src/store/with-request-count.ts";
import { serve } from "../kit/http-server.ts";
import { settle, unsettle } from "../kit/settled-file.ts";
import { EVERYTHING, storeContract } from "../kit/store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const OF_MEMORY = { ...EVERYTHING, versions: true };

storeContract("withCache(MemoryStore)", async () => ({ store: withCache(new MemoryStore()) }), OF_MEMORY);
storeContract(
  "withCache(FileSystemStore)",
  async () => ({ store: withCache(new FileSystemStore(await temporaryDirectory())) }),
  { ...EVERYTHING, files: true },
);
storeContract(
  "withCache without room",
  async () => ({ store: withCache(new MemoryStore(), { bytesMax: 0 }) }),
  OF_MEMORY,
);
storeContract(
  "withCache(HttpStore)",
  async () => {
    const values = new MemoryStore();
    const { url } = await serve(values);
    return {
      store: withReadOnly(withCache(new HttpStore(url))),
      put: (key, value) => values.set(key, value),
    };
  },
  { write: false, range: true, list: false, versions: true },
);

const VALUE = Uint8Array.of(0, 1, 2, 3, 4);

async function counted(bytesMax?: number) {
  const inner = withRequestCount(new MemoryStore());
  for (const key of ["/a", "/b", "/c"] as const) await inner.set(key, VALUE);
  inner.reset();
  return { inner, store: withCache(inner, bytesMax === undefined ? {} : { bytesMax }) };
}

describe("a store with a cache", () => {
  test("asks once for each value and each part of one", async () => {
    const { inner, store } = await counted();
    for (let round = 0; round < 3; round++) {
      expect(await store.get("/a")).toEqual(VALUE);
      expect(await store.getRange!("/a", { offset: 1, length: 2 })).toEqual(Uint8Array.of(1, 2));
      expect(await store.getRange!("/a", { suffixLength: 2 })).toEqual(Uint8Array.of(3, 4));
      const whole = { valueBytes: 5, version: "1" };
      expect(await store.getTail!("/a", 2)).toEqual({ bytes: Uint8Array.of(3, 4), ...whole });
      expect(await store.getHead!("/a", 2)).toEqual({ bytes: Uint8Array.of(0, 1), ...whole });
    }
    expect(inner.requests.map(({ operation }) => operation)).toEqual([
      "get",
      "getRange",
      "getRange",
      "getTail",
      "getHead",
    ]);
  });

  test("lets go what was used longest ago", async () => {
    const { inner, store } = await counted(2 * (VALUE.length + 256));
    for (const key of ["/a", "/b", "/a", "/c", "/a", "/b"] as const) await store.get(key);
    expect(inner.requests.map(({ key }) => key)).toEqual(["/a", "/b", "/c", "/b"]);
  });

  test("asks again for the version of a part that was too new to have one", async () => {
    const directory = new FileSystemStore(await temporaryDirectory());
    const store = withCache(directory);
    await store.set("/a", VALUE);
    await unsettle(directory, "/a");
    expect(await store.getTail!("/a", 2)).toMatchObject({ isUnsettled: true });
    await settle(directory, "/a");
    expect(await store.getTail!("/a", 2)).toMatchObject({ version: expect.any(String) });
  });

  test("asks again for what had no value", async () => {
    const { inner, store } = await counted();
    expect(await store.get("/new")).toBeUndefined();
    await inner.set("/new", VALUE);
    expect(await store.get("/new")).toEqual(VALUE);
  });

  test("does not remember a value that was replaced while it was being read", async () => {
    const values = new MemoryStore();
    await values.set("/a", VALUE);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = Object.assign(new MemoryStore(), {
      get: async (key: AbsolutePath) => {
        const value = await values.get(key);
        await held;
        return value;
      },
      set: (key: AbsolutePath, value: Uint8Array) => values.set(key, value),
    });
    const store = withCache(slow);
    const old = store.get("/a");
    await store.set("/a", Uint8Array.of(9));
    release();
    expect(await old).toEqual(VALUE);
    expect(await store.get("/a")).toEqual(Uint8Array.of(9));
  });

  test("forgets all of a value when a part of it turns out to be of another version", async () => {
    const values = new MemoryStore();
    await values.set("/a", VALUE);
    const store = withCache(new HttpStore((await serve(values)).url));
    const { version } = (await store.getTail!("/a", 2))!;
    await values.set("/a", Uint8Array.of(9, 9, 9));
    expect((await store.getTail!("/a", 2))!.version).toBe(version);
    await expect(
      store.getRange!("/a", { offset: 0, length: 1 }, { ifVersion: version! }),
    ).rejects.toMatchObject({ code: "VALUE_CHANGED" });
    expect(await store.getTail!("/a", 2)).toMatchObject({ bytes: Uint8Array.of(9, 9), valueBytes: 3 });
  });

  test("offers no more than the store under it can do, and no directory to read around it", async () => {
    const bare: ReadableStore = { get: async () => undefined };
    expect(Object.keys(withCache(bare))).toEqual(["get"]);
    const directory = new FileSystemStore(await temporaryDirectory());
    expect(withCache(directory)).not.toHaveProperty("localDirectory");
    expect(withCache(withReadOnly(directory))).toHaveProperty("readOnly", true);
  });
});
