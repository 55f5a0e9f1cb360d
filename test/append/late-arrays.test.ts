/** Arrays that come after the rows, and grow together with them from then on. */
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createGroup, openGroup, openWriter, recoverStore } from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

it("refuses one whose rows no journal can hold, and leaves the table as it was", async () => {
  const path = join(await temporaryDirectory(), "book.zarr");
  const root = await createGroup(path);
  await root.createArray("t", { shape: [0], dataType: "int32", chunks: [4], dimensionNames: ["t"] });
  const writer = await openWriter(path);
  await writer.append({ t: Int32Array.of(1, 2) });
  const names = { shape: [2], dataType: "string", chunks: [2], dimensionNames: ["t"] } as const;
  await expect(writer.addArray("name", names, ["a", "b"])).rejects.toMatchObject({
    code: "UNSUPPORTED_DATA_TYPE",
  });
  expect(await readdir(path)).not.toContain("name");
  await writer.addArray("venue", { ...names, dimensionNames: ["venue"] }, ["a", "b"]);
  expect(await writer.append({ t: Int32Array.of(3) })).toEqual({ firstRow: 2, rows: 1 });
  await writer.close();
  const store = await openGroup(path);
  expect((await (await store.array("t")).get()).data).toEqual(Int32Array.of(1, 2, 3));
  expect((await (await store.array("venue")).get()).data).toEqual(["a", "b"]);
});

it("refuses one where something lies that is no node of Zarr v3, and leaves that alone", async () => {
  const path = join(await temporaryDirectory(), "book.zarr");
  const root = await createGroup(path);
  await root.createArray("t", { shape: [0], dataType: "int32", chunks: [4] });
  await mkdir(join(path, "old"));
  const v2 = { zarr_format: 2, shape: [1], chunks: [1], dtype: "<i4", fill_value: 0, order: "C" };
  await writeFile(join(path, "old", ".zarray"), JSON.stringify({ ...v2, compressor: null, filters: null }));
  await writeFile(join(path, "notes"), "a file");
  const writer = await openWriter(path);
  const options = { shape: [1], dataType: "uint8", chunks: [1], dimensionNames: ["x"] } as const;
  for (const name of ["old", "notes"]) {
    await expect(writer.addArray(name, options, Uint8Array.of(1))).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
    });
  }
  await writer.close();
  expect(await readdir(join(path, "old"))).toEqual([".zarray"]);
  expect(await readFile(join(path, "notes"), "utf8")).toBe("a file");
});

it("takes one before any row has been appended, and recovers from a journal of nothing else", async () => {
  const path = join(await temporaryDirectory(), "book.zarr");
  const root = await createGroup(path);
  await root.createArray("t", { shape: [0], dataType: "int32", chunks: [4] });
  const writer = await openWriter(path);
  const levels = { shape: [2], dataType: "uint8", chunks: [2], dimensionNames: ["level"] } as const;
  await writer.addArray("level", levels, Uint8Array.of(1, 2));
  const stopped = `${path}-stopped`;
  await cp(path, stopped, { recursive: true });
  await cp(`${path}.journal`, `${stopped}.journal`, { recursive: true });
  await writer.append({ t: Int32Array.of(3) });
  await writer.close();
  expect(await recoverStore(stopped)).toMatchObject({ rowsRecovered: 0, filesRemoved: 0 });
  for (const place of [path, stopped]) {
    const { data } = await (await (await openGroup(place)).array("level")).get();
    expect(data).toEqual(Uint8Array.of(1, 2));
  }
});
