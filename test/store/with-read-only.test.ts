import { describe, expect, test } from "vitest";
import { FileSystemStore } from "../../src/store/file-system-store.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { ReadableStore } from "../../src/store/store.ts";
import { withReadOnly } from "../../src/store/with-read-only.ts";
import { putSettled } from "../kit/settled-file.ts";
import { storeContract } from "../kit/store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const READING = { write: false, range: true, list: true, versions: true };

storeContract(
  "withReadOnly(MemoryStore)",
  async () => {
    const inner = new MemoryStore();
    return { store: withReadOnly(inner), put: (key, value) => inner.set(key, value) };
  },
  READING,
);

storeContract(
  "withReadOnly(FileSystemStore)",
  async () => {
    const inner = new FileSystemStore(await temporaryDirectory());
    return { store: withReadOnly(inner), put: (key, value) => putSettled(inner, key, value) };
  },
  { ...READING, files: true },
);

describe("a store behind withReadOnly", () => {
  test("refuses every write by READ_ONLY, names the key, and keeps what it has", async () => {
    const inner = new MemoryStore();
    await inner.set("/a", Uint8Array.of(1));
    const store = withReadOnly(inner);
    const refused = { code: "READ_ONLY", path: "/a" };
    await expect(store.set("/a", Uint8Array.of(2))).rejects.toMatchObject(refused);
    await expect(store.delete("/a")).rejects.toMatchObject(refused);
    await expect(store.deletePrefix("/a")).rejects.toMatchObject(refused);
    expect(await inner.get("/a")).toEqual(Uint8Array.of(1));
  });

  test("says that it is read-only, and where its files are if it has any", async () => {
    const directory = await temporaryDirectory();
    expect(withReadOnly(new FileSystemStore(directory))).toMatchObject({
      readOnly: true,
      localDirectory: directory,
    });
  });

  test("offers no more than the store under it can do", () => {
    const bare: ReadableStore = { get: async () => undefined };
    const store = withReadOnly(bare);
    expect(["getRange", "listDirectory", "list", "localDirectory"].filter((name) => name in store)).toEqual(
      [],
    );
  });
});
