import { existsSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { SyncMode } from "../../src/append/index.ts";
import { BookRows, TradeRows } from "../../src/market/book-rows.ts";
import { BookWriter } from "../../src/market/book-writer.ts";
import { StoreDraft } from "../../src/market/store-draft.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

async function draftAt(place: string, replace = false): Promise<StoreDraft> {
  const draft = await StoreDraft.begin(place, replace);
  await mkdir(join(draft.path, "c"), { recursive: true });
  await writeFile(join(draft.path, "zarr.json"), "{}");
  await writeFile(join(draft.path, "c", "0"), "chunk");
  return draft;
}

/** Calls `onSync` before each sync of a file or a directory. */
async function watchSyncs(onSync: () => void): Promise<void> {
  const handle = await open(".");
  await handle.close();
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  const sync = prototype.sync;
  const spy = vi.spyOn(prototype, "sync").mockImplementation(function (this: FileHandle) {
    onSync();
    return sync.call(this);
  });
  onTestFinished(() => spy.mockRestore());
}

describe("the draft of a store", () => {
  test("appears whole under its name, and nothing else is left", async () => {
    const directory = await temporaryDirectory();
    const place = join(directory, "stores", "a.zarr");
    const draft = await draftAt(place);
    expect(existsSync(place)).toBe(false);
    expect(await draft.storedBytes()).toBe("{}chunk".length);
    await draft.publish();
    expect(await readdir(dirname(place))).toEqual(["a.zarr"]);
    expect(await readFile(join(place, "c", "0"), "utf8")).toBe("chunk");
  });

  test("takes the place of another only where it is told to, also of one that came meanwhile", async () => {
    const place = join(await temporaryDirectory(), "a.zarr");
    const [first, second] = [await draftAt(place), await draftAt(place)];
    await first.publish();
    await expect(second.publish()).rejects.toMatchObject({ code: "ALREADY_EXISTS", path: place });
    await second.discard();
    await expect(StoreDraft.begin(place, false)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    const third = await draftAt(place, true);
    await writeFile(join(third.path, "zarr.json"), "third");
    await third.publish();
    expect(await readFile(join(place, "zarr.json"), "utf8")).toBe("third");
    expect(await readdir(dirname(place))).toEqual(["a.zarr"]);
  });

  test("leaves the store that it was to replace where it is, if it cannot take its place", async () => {
    const place = join(await temporaryDirectory(), "a.zarr");
    await (await draftAt(place)).publish();
    const draft = await draftAt(place, true);
    await rm(draft.path, { recursive: true });
    await expect(draft.publish()).rejects.toMatchObject({ code: "STORE_FAILED", path: place });
    expect(await readFile(join(place, "zarr.json"), "utf8")).toBe("{}");
    expect(await readdir(dirname(place))).toEqual(["a.zarr"]);
  });

  test("is on the disk before it has its name, and the name after it", async () => {
    const place = join(await temporaryDirectory(), "a.zarr");
    const draft = await draftAt(place);
    const hadName: boolean[] = [];
    await watchSyncs(() => hadName.push(existsSync(place)));
    await draft.sync();
    // Two files, two directories.
    expect(hadName).toEqual([false, false, false, false]);
    await draft.publish(true);
    expect(hadName.slice(4)).toEqual([true]);
  });

  test("says when it cannot be written", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "file"), "");
    await expect(StoreDraft.begin(join(directory, "file", "a.zarr"), false)).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
  });
});

test.each<[SyncMode | undefined, boolean]>([
  [undefined, true],
  ["always", true],
  ["interval", true],
  ["none", false],
])("a book writer with sync %s: the disk holds the store before it appears is %s", async (sync, isSynced) => {
  const path = join(await temporaryDirectory(), "A.zarr");
  const options = { path, symbol: "A", levels: 1, tickSize: "1", lotSize: "1", partition: "none" } as const;
  const writer = new BookWriter({ ...options, sync });
  const rows = new BookRows(1);
  rows.add(0n, 0n, 1n);
  await writer.append(rows, new TradeRows());
  const hadName: boolean[] = [];
  await watchSyncs(() => hadName.push(existsSync(path)));
  await writer.publish();
  expect(hadName.includes(false)).toBe(isSynced);
  expect(hadName.filter(Boolean)).toHaveLength(isSynced ? 1 : 0);
});
