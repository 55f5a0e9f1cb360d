import { execFileSync } from "node:child_process";
import { truncateSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { FileSystemStore } from "../../src/store/file-system-store.ts";
import { partialName } from "../../src/store/partial-name.ts";
import { filesIn } from "../kit/directory-state.ts";
import { putSettled, setModified } from "../kit/settled-file.ts";
import { EVERYTHING, storeContract } from "../kit/store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

async function emptyStore(options = {}): Promise<FileSystemStore> {
  return new FileSystemStore(join(await temporaryDirectory(), "book.zarr"), options);
}

const OF_FILES = { ...EVERYTHING, files: true };

storeContract(
  "FileSystemStore",
  async () => {
    const store = await emptyStore();
    return { store, put: (key, value) => putSettled(store, key, value) };
  },
  { ...OF_FILES, versions: true },
);
storeContract(
  "FileSystemStore with sync",
  async () => ({ store: await emptyStore({ sync: true }) }),
  OF_FILES,
);

describe("a file system store", () => {
  test("is a directory of plain files, one a key", async () => {
    const store = await emptyStore();
    await store.set("/bid_px/c/0", Uint8Array.of(7));
    expect(new Uint8Array(await readFile(join(store.localDirectory, "bid_px", "c", "0")))).toEqual(
      Uint8Array.of(7),
    );
  });

  test("takes a file: URL, and keeps its directory when the process moves to another", async () => {
    const directory = await temporaryDirectory();
    const store = new FileSystemStore(pathToFileURL(join(directory, "my store")));
    await store.set("/a", Uint8Array.of(1));
    expect(await filesIn(join(directory, "my store"))).toEqual(["a"]);
    const before = process.cwd();
    process.chdir(directory);
    const relative = new FileSystemStore("my store");
    process.chdir(before);
    expect(await relative.get("/a")).toEqual(Uint8Array.of(1));
  });

  test("leaves nothing but the values behind", async () => {
    const store = await emptyStore();
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.set("/a/b", new Uint8Array(index))));
    await store.deletePrefix("/nothing");
    expect(await filesIn(store.localDirectory)).toEqual([join("a", "b")]);
  });

  test("hides what a crashed writer left, and refuses to be asked for it", async () => {
    const store = await emptyStore();
    await store.set("/a/zarr.json", Uint8Array.of(1));
    const stray = partialName("zarr.json");
    await writeFile(join(store.localDirectory, "a", stray), "half");
    await mkdir(join(store.localDirectory, partialName("b")));
    expect(await store.listDirectory("/a")).toEqual([{ name: "zarr.json", kind: "object" }]);
    expect(await store.listDirectory("/")).toEqual([{ name: "a", kind: "directory" }]);
    await expect(store.get(`/a/${stray}`)).rejects.toMatchObject({ code: "KEY_INVALID" });
    await expect(store.set(`/${stray}/x`, Uint8Array.of(1))).rejects.toMatchObject({ code: "KEY_INVALID" });
  });

  test("keeps the old value and no debris when a write fails", async () => {
    const store = await emptyStore();
    await store.set("/a/b", Uint8Array.of(1));
    await expect(store.set("/a", Uint8Array.of(2))).rejects.toMatchObject({
      code: "STORE_FAILED",
      path: "/a",
      cause: { code: "EISDIR" },
    });
    await expect(store.set("/a/b/c", Uint8Array.of(3))).rejects.toMatchObject({
      code: "STORE_FAILED",
      cause: { code: "ENOTDIR" },
    });
    expect(await store.get("/a/b")).toEqual(Uint8Array.of(1));
    expect(await filesIn(store.localDirectory)).toEqual([join("a", "b")]);
  });

  test("passes on what the file system refuses, with its error as the cause", async () => {
    const store = await emptyStore();
    await store.set("/a", Uint8Array.of(1));
    const name = "x".repeat(300);
    const cause = { code: "ENAMETOOLONG" };
    await expect(store.get(`/${name}`)).rejects.toMatchObject({
      code: "STORE_FAILED",
      path: `/${name}`,
      cause,
    });
    await expect(store.set(`/${name}`, Uint8Array.of(1))).rejects.toMatchObject({
      code: "STORE_FAILED",
      cause,
    });
    await expect(store.delete(`/${name}`)).rejects.toMatchObject({ code: "STORE_FAILED", cause });
    await expect(store.deletePrefix(`/${name}`)).rejects.toMatchObject({ code: "STORE_FAILED", cause });
    await expect(store.listDirectory(`/${name}`)).rejects.toMatchObject({ code: "STORE_FAILED", cause });
  });

  test("says that a file that shrinks while it is read is no shorter value", async () => {
    const store = await emptyStore();
    await store.set("/a", new Uint8Array(1000));
    // The store looks at the signal once before it opens the file and once when it knows the size.
    const { signal } = new AbortController();
    let looks = 0;
    signal.throwIfAborted = () => {
      if (++looks === 2) truncateSync(join(store.localDirectory, "a"), 10);
    };
    await expect(store.get("/a", { signal })).rejects.toMatchObject({
      code: "STORE_FAILED",
      path: "/a",
      message: expect.stringContaining("it ended after 10 bytes"),
    });
    expect(await store.get("/a")).toEqual(new Uint8Array(10));
  });

  if (process.platform !== "win32") {
    test("does not wait for a named pipe", async () => {
      const store = await emptyStore();
      await store.set("/a", Uint8Array.of(1));
      execFileSync("mkfifo", [join(store.localDirectory, "pipe")]);
      await expect(store.get("/pipe")).rejects.toMatchObject({ code: "STORE_FAILED" });
      expect(await store.listDirectory("/")).toEqual([{ name: "a", kind: "object" }]);
    });
  }

  test("follows links when it reads and lists, and removes the link and not what it points to", async () => {
    const elsewhere = await emptyStore();
    await elsewhere.set("/0", Uint8Array.of(5));
    const store = await emptyStore();
    await store.set("/zarr.json", Uint8Array.of(1));
    await symlink(elsewhere.localDirectory, join(store.localDirectory, "c"));
    expect(await store.get("/c/0")).toEqual(Uint8Array.of(5));
    expect(await store.listDirectory("/")).toContainEqual({ name: "c", kind: "directory" });
    await store.deletePrefix("/c");
    expect(await store.get("/c/0")).toBeUndefined();
    expect(await elsewhere.get("/0")).toEqual(Uint8Array.of(5));
  });

  test("names no version of a file that was modified within the last 100 ms, or will have been", async () => {
    const store = await emptyStore();
    await store.set("/a", Uint8Array.of(1, 2));
    const modifiedMs = 1_700_000_000_000;
    await setModified(store, "/a", modifiedMs);
    const clock = vi.spyOn(Date, "now");
    onTestFinished(() => clock.mockRestore());
    for (const ageMs of [-3_600_000, 0, 100]) {
      clock.mockReturnValue(modifiedMs + ageMs);
      const whole = { valueBytes: 2, isUnsettled: true };
      expect(await store.getTail("/a", 1)).toEqual({ bytes: Uint8Array.of(2), ...whole });
      expect(await store.getHead("/a", 1)).toEqual({ bytes: Uint8Array.of(1), ...whole });
    }
    clock.mockReturnValue(modifiedMs + 101);
    const settled = { bytes: Uint8Array.of(2), valueBytes: 2, version: expect.any(String) };
    expect(await store.getTail("/a", 1)).toEqual(settled);
  });

  test("takes a link to nothing for damage and not for an absence, at the key and on the way to it", async () => {
    const store = await emptyStore();
    await store.set("/zarr.json", Uint8Array.of(1));
    await symlink(join(store.localDirectory, "away"), join(store.localDirectory, "c"));
    for (const key of ["/c", "/c/0", "/c/0/1"] as const) {
      const lost = {
        code: "STORE_FAILED",
        path: key,
        message: expect.stringContaining("link to what is not"),
      };
      await expect(store.get(key)).rejects.toMatchObject(lost);
      await expect(store.getTail(key, 1)).rejects.toMatchObject(lost);
    }
    expect(await store.listDirectory("/")).toEqual([
      { name: "c", kind: "object" },
      { name: "zarr.json", kind: "object" },
    ]);
    await mkdir(join(store.localDirectory, "away"));
    expect(await store.get("/c/0")).toBeUndefined();
  });
});
