/** What a writer makes of a journal that it finds, apart from crashes: long ones, hostile ones, and those of another store. */
import { cp, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { Journal } from "../../src/append/journal/journal.ts";
import { nextSequenceOf } from "../../src/append/journal/segment-files.ts";
import { NodeFiles } from "../../src/append/node-files.ts";
import { findAddon } from "../../src/codec/native/addon.ts";
import { createGroup, openArray, openGroup, openWriter, recoverStore } from "../../src/index.ts";
import { encodeJson } from "../../src/metadata/json.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const never = { publishIntervalMs: Number.POSITIVE_INFINITY, sync: "none" } as const;
const addon = findAddon().addon!;

/** A store of two tables: `px`, and `trades/size`. */
async function storeAt(): Promise<string> {
  const path = join(await temporaryDirectory(), "book.zarr");
  const root = await createGroup(path);
  await root.createArray("px", { shape: [0], dataType: "int32", chunks: [2 ** 20] });
  const trades = await root.createGroup("trades");
  await trades.createArray("size", { shape: [0], dataType: "int32", chunks: [2] });
  await root.consolidate();
  return path;
}

/** The store and the journal of a writer that is stopped after `work`. */
async function stoppedAfter(
  path: string,
  work: (writer: Awaited<ReturnType<typeof openWriter>>) => Promise<void>,
): Promise<string> {
  const writer = await openWriter(path, never);
  await work(writer);
  const copy = `${path}-stopped`;
  await cp(path, copy, { recursive: true });
  await cp(`${path}.journal`, `${copy}.journal`, { recursive: true });
  await writer.close();
  return copy;
}

it("finds what comes behind any number of frames, and behind a segment without any", () => {
  const frames = Array.from({ length: 200_000 }, (_, sequence) => ({
    kind: "rows" as const,
    sequence,
    payload: new Uint8Array(0),
  }));
  const content = { segments: [{ path: "0000000000000000.segment", frames }], framesDropped: 0 };
  expect(nextSequenceOf(content, ["0000000000000000.segment"])).toBe(200_000);
  expect(nextSequenceOf(content, ["0000000000000000.segment", "0000000000030d40.segment"])).toBe(200_001);
  expect(nextSequenceOf({ segments: [], framesDropped: 0 }, [])).toBe(0);
});

it("gives the store back when whoever is told of a recovery throws", async () => {
  const path = await storeAt();
  const stopped = await stoppedAfter(path, async (writer) => {
    await writer.append({ px: Int32Array.of(1, 2) });
  });
  const onRecovered = (): void => {
    throw new Error("no disk for the log");
  };
  await expect(openWriter(stopped, { onRecovered })).rejects.toThrow("no disk for the log");
  const writer = await openWriter(stopped);
  await writer.append({ px: Int32Array.of(3) });
  await writer.close();
  expect((await (await openArray(join(stopped, "px"))).get()).data).toEqual(Int32Array.of(1, 2, 3));
});

it("stops where another table has been changed by somebody who knows no lease", async () => {
  const path = await storeAt();
  const stopped = await stoppedAfter(path, async (writer) => {
    await writer.append({ px: Int32Array.of(1) });
  });
  // As zarr-python does: rows, and the array's document, while the root's stays as it was.
  const other = `${path}-other`;
  await cp(path, other, { recursive: true });
  await (await openArray(join(other, "trades/size"), { mode: "r+" })).append(Int32Array.of(7, 8, 9));
  await cp(join(other, "trades/size"), join(stopped, "trades/size"), { recursive: true });
  const refused = { code: "JOURNAL_CORRUPT", message: expect.stringContaining("trades/size has 3 rows") };
  await expect(openWriter(stopped)).rejects.toMatchObject(refused);
  await expect(recoverStore(stopped)).rejects.toMatchObject(refused);
  expect((await (await openArray(join(stopped, "trades/size"))).get()).data).toEqual(Int32Array.of(7, 8, 9));
});

it("takes nothing away where the root no longer says what is committed", async () => {
  const path = await storeAt();
  const stopped = await stoppedAfter(path, async (writer) => {
    const options = { shape: [2], dataType: "int32", chunks: [2] } as const;
    await writer.addArray("trades/late", { ...options, dimensionNames: ["late"] }, Int32Array.of(4, 5));
  });
  const file = join(stopped, "zarr.json");
  const { consolidated_metadata: _, ...document } = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify(document));
  await expect(recoverStore(stopped)).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
  expect((await (await openArray(join(stopped, "trades/late"))).get()).data).toEqual(Int32Array.of(4, 5));
});

/** A journal of whole frames, beside a store, that no writer would write. */
async function writeJournal(path: string, ...frames: ["array" | "indexes", readonly Uint8Array[]][]) {
  const directory = `${path}.journal`;
  await mkdir(directory);
  const options = { mode: "none", syncIntervalMs: 100, nextSequence: 0, segments: [] } as const;
  const journal = new Journal(directory, new NodeFiles(addon), addon, options);
  await journal.rotate(encodeJson({ format: "quarry journal 1", tables: [] }, 0), () => {});
  for (const [kind, pieces] of frames) await journal.write(kind, pieces);
  await journal.close();
}

it.each(["", "/", ".", "..", "../victim", "px/../../victim", "/px", "px/", 5, null])(
  "takes away nothing by the name %j",
  async (path) => {
    const store = await storeAt();
    const victim = join(dirname(store), "victim");
    await writeFile(victim, "precious");
    await writeJournal(store, ["array", [encodeJson({ path } as never)]]);
    await expect(recoverStore(store)).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
    expect(await readFile(victim, "utf8")).toBe("precious");
    expect((await openGroup(store)).path).toBe("/");
    expect(await readdir(store)).toEqual(["px", "trades", "zarr.json"]);
  },
);

it.each([
  [{ file: "px/../../victim", offsetBytes: 0, lengthBytes: 512 }, 512],
  [{ file: "../victim", offsetBytes: 0, lengthBytes: 512 }, 512],
  [{ file: "px/c/0", offsetBytes: -512, lengthBytes: 512 }, 512],
  [{ file: "px/c/0", offsetBytes: 0, lengthBytes: 512 }, 511],
  [{ file: "px/c/0", offsetBytes: 0, lengthBytes: 512 }, 513],
  [{ file: "px/c/0", offsetBytes: 0.5, lengthBytes: 512 }, 512],
  [{ file: "px/c/0" }, 0],
  ["px/c/0", 0],
])("writes no page again that is %j", async (page, pageBytes) => {
  const store = await storeAt();
  const victim = join(dirname(store), "victim");
  await writeFile(victim, new Uint8Array(512).fill(9));
  const pieces = [encodeJson([page] as never, 0), new Uint8Array(1), new Uint8Array(pageBytes)];
  await writeJournal(store, ["indexes", pieces]);
  await expect(recoverStore(store)).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
  expect(await readFile(victim)).toEqual(Buffer.alloc(512, 9));
});

it("leaves alone what others keep beside the journal's files, and a file in the journal's place", async () => {
  const path = await storeAt();
  const journal = `${path}.journal`;
  await mkdir(join(journal, "old"), { recursive: true });
  await writeFile(join(journal, "old", "0000000000000000.segment"), "moved away by hand");
  const writer = await openWriter(path, never);
  await writer.append({ px: Int32Array.of(1) });
  await writer.close();
  expect(await readdir(journal, { recursive: true })).toEqual(["old", "old/0000000000000000.segment"]);

  const other = await storeAt();
  await writeFile(`${other}.journal`, "notes");
  await expect(openWriter(other)).rejects.toMatchObject({ code: "STORE_FAILED" });
  expect((await stat(`${other}.journal`)).isFile()).toBe(true);
});
