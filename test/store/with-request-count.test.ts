import { describe, expect, test } from "vitest";
import { FileSystemStore } from "../../src/store/file-system-store.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { ReadableStore } from "../../src/store/store.ts";
import { withReadOnly } from "../../src/store/with-read-only.ts";
import { withRequestCount } from "../../src/store/with-request-count.ts";
import { putSettled } from "../kit/settled-file.ts";
import { EVERYTHING, storeContract } from "../kit/store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

storeContract("withRequestCount(MemoryStore)", async () => ({ store: withRequestCount(new MemoryStore()) }), {
  ...EVERYTHING,
  versions: true,
});
storeContract(
  "withRequestCount(FileSystemStore)",
  async () => {
    const inner = new FileSystemStore(await temporaryDirectory());
    return { store: withRequestCount(inner), put: (key, value) => putSettled(inner, key, value) };
  },
  { ...EVERYTHING, files: true, versions: true },
);

describe("a store with a request count", () => {
  test("writes down every request and the bytes that went through, until it is reset", async () => {
    const store = withRequestCount(new MemoryStore());
    await store.set("/a", Uint8Array.of(0, 1, 2, 3, 4));
    await store.get("/a");
    await store.get("/b");
    await store.getRange!("/a", { offset: 1, length: 2 });
    await store.getTail!("/a", 3);
    await store.getHead!("/a", 1);
    await store.listDirectory!("/");
    for await (const key of store.list!("/")) expect(key).toBe("/a");
    await store.delete("/a");
    await store.deletePrefix("/b");
    expect(store.requests).toEqual([
      { operation: "set", key: "/a" },
      { operation: "get", key: "/a" },
      { operation: "get", key: "/b" },
      { operation: "getRange", key: "/a", range: { offset: 1, length: 2 } },
      { operation: "getTail", key: "/a", range: { suffixLength: 3 } },
      { operation: "getHead", key: "/a", range: { offset: 0, length: 1 } },
      { operation: "listDirectory", key: "/" },
      { operation: "list", key: "/" },
      { operation: "delete", key: "/a" },
      { operation: "deletePrefix", key: "/b" },
    ]);
    expect(store).toMatchObject({ bytesWritten: 5, bytesRead: 5 + 2 + 3 + 1 });
    store.reset();
    expect(store).toMatchObject({ requests: [], bytesWritten: 0, bytesRead: 0 });
  });

  test("offers no more than the store under it can do, and no directory to read around it", async () => {
    const bare: ReadableStore = { get: async () => undefined };
    const counted = withRequestCount(bare);
    expect(["getRange", "getTail", "list", "set"].filter((name) => name in counted)).toEqual([]);
    const directory = new FileSystemStore(await temporaryDirectory());
    expect(withRequestCount(directory)).not.toHaveProperty("localDirectory");
    expect(withRequestCount(withReadOnly(directory))).toHaveProperty("readOnly", true);
  });
});
