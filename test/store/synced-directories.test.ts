/** Which names a store that syncs has handed to the disk when `set` resolves. */
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FileSystemStore } from "../../src/store/file-system-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const syncPath = vi.fn(async (_path: string): Promise<void> => {});

let parent: string;
let store: FileSystemStore;
beforeEach(async () => {
  vi.resetModules();
  vi.doMock("../../src/store/sync-path.ts", () => ({ syncPath }));
  const { FileSystemStore } = await import("../../src/store/file-system-store.ts");
  parent = await temporaryDirectory();
  store = new FileSystemStore(join(parent, "book.zarr"), { sync: true });
});

/** Directories that were synced by `work`, relative to the one that the store's own is in. */
async function syncedBy(work: () => Promise<unknown>): Promise<string[]> {
  syncPath.mockClear();
  await work();
  return syncPath.mock.calls.map(([path]) => relative(parent, path));
}

afterEach(() => {
  vi.doUnmock("../../src/store/sync-path.ts");
});

test("the directory, and the parents of those that had to be made", async () => {
  const first = await syncedBy(() => store.set("/a/b/c", Uint8Array.of(1)));
  expect(first).toEqual(["book.zarr/a/b", "book.zarr/a", "book.zarr", ""]);
  const next = await syncedBy(() => store.set("/a/b/d", Uint8Array.of(1)));
  expect(next).toEqual(["book.zarr/a/b"]);
});

test("those of directories that another set made before it failed", async () => {
  const tooLong = `/a/b/${"x".repeat(300)}` as const;
  await expect(store.set(tooLong, Uint8Array.of(1))).rejects.toMatchObject({ code: "STORE_FAILED" });
  const next = await syncedBy(() => store.set("/a/d", Uint8Array.of(1)));
  expect(next).toEqual(["book.zarr/a", "book.zarr", ""]);
  const last = await syncedBy(() => store.set("/a/b/c", Uint8Array.of(1)));
  expect(last).toEqual(["book.zarr/a/b", "book.zarr/a"]);
});

test("those of directories that another set has made, and not synced yet", async () => {
  let goOn = (): void => {};
  const waiting = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  syncPath.mockClear();
  syncPath.mockImplementationOnce(() => waiting);
  const first = store.set("/a/b/c", Uint8Array.of(1));
  await vi.waitFor(() => expect(syncPath).toHaveBeenCalled());
  const next = await syncedBy(() => store.set("/a/b/d", Uint8Array.of(1)));
  expect(next).toEqual(["book.zarr/a/b", "book.zarr/a", "book.zarr", ""]);
  goOn();
  await first;
});
