/** Followers of a live store, at its edges: `writer.test.ts` has what they are for. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { createGroup, FileSystemStore, openGroup, openWriter, type ReadableStore } from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const never = { publishIntervalMs: Number.POSITIVE_INFINITY };

async function storeAt(path: string): Promise<void> {
  const root = await createGroup(path);
  await root.createArray("px", { shape: [0], dataType: "int32", chunks: [8], dimensionNames: ["t"] });
}

it.each(["r", "r+"] as const)(
  "stays with its table when larger ones come into being (mode %s)",
  async (mode) => {
    const path = join(await temporaryDirectory(), "book.zarr");
    await storeAt(path);
    const writer = await openWriter(path, never);
    await writer.append({ px: Int32Array.of(1, 2, 3) });
    await writer.commit();
    const stop = new AbortController();
    const seen: number[] = [];
    const group = await openGroup(path, { mode });
    for await (const { firstRow, arrays } of group.follow({
      from: "start",
      pollMs: 1,
      signal: stop.signal,
    })) {
      expect(Object.keys(arrays)).toEqual(["px"]);
      expect(firstRow).toBe(seen.length);
      seen.push(...(arrays.px!.data as Int32Array));
      if (seen.length > 3) stop.abort();
      else {
        const options = { shape: [9], dataType: "int32", chunks: [9], dimensionNames: ["bucket"] } as const;
        await writer.addArray("low", options, new Int32Array(9));
        await writer.addArray("high", options, new Int32Array(9));
        await writer.append({ px: Int32Array.of(4) });
        await writer.commit();
      }
    }
    expect(seen).toEqual([1, 2, 3, 4]);
    await writer.close();
  },
);

it("ends without an error when its signal comes in the middle of a read", async () => {
  const path = join(await temporaryDirectory(), "book.zarr");
  await storeAt(path);
  const writer = await openWriter(path, never);
  await writer.append({ px: Int32Array.of(1, 2, 3) });
  await writer.close();
  const files = new FileSystemStore(path);
  const stop = new AbortController();
  const store: ReadableStore = {
    readOnly: true,
    get: (key, options) => {
      if (key.includes("/c/")) stop.abort();
      return files.get(key, options);
    },
  };
  const group = await openGroup(store);
  for await (const { rows } of group.follow({ from: "start", signal: stop.signal }))
    expect.fail(`${rows} rows`);
  expect(stop.signal.aborted).toBe(true);
});
