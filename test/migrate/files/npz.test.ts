import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";
import { arrayAt } from "./legacy-files.ts";

function npyBytes(items: Float64Array): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${items.length},), }\n`;
  const prefix = Buffer.from("\x93NUMPY\x01\x00\x00\x00", "latin1");
  prefix.writeUInt16LE(header.length, 8);
  return Buffer.concat([prefix, Buffer.from(header), new Uint8Array(items.buffer)]);
}

async function npzFile(members: Record<string, Uint8Array>, level: 0 | 6): Promise<string> {
  const path = join(await temporaryDirectory(), "arrays.npz");
  await writeFile(path, zipSync(members, { level }));
  return path;
}

const ITEMS = Float64Array.from({ length: 5000 }, (_, i) => i / 8);

const spools = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("quarry-npz-"));

test.each([0, 6] as const)("members are arrays by their names, groups included (level %i)", async (level) => {
  const path = await npzFile(
    { "px.npy": npyBytes(ITEMS), "book/sz.npy": npyBytes(ITEMS.slice(0, 7)) },
    level,
  );
  const source = await openFileSource(path);
  expect(source.groups.map((group) => group.path)).toEqual(["/", "/book"]);
  expect(source.arrays.map((array) => array.path)).toEqual(["/book/sz", "/px"]);
  expect(source.arrays.every(({ verifiesContent }) => verifiesContent)).toBe(true);
  const px = arrayAt(source, "/px");
  expect(px.encoding).toBe(level === 0 ? "" : "deflate");
  const [first, again] = await Promise.all([px.readRegion([4000], [9]), px.readRegion([0], [5000])]);
  expect(first).toEqual(ITEMS.slice(4000, 4009));
  expect(again).toEqual(ITEMS);
  await source.close();
});

test("what was inflated is gone when the source is closed", async () => {
  const before = spools();
  const source = await openFileSource(await npzFile({ "px.npy": npyBytes(ITEMS) }, 6));
  expect(spools()).toEqual(before);
  await arrayAt(source, "/px").readRegion([0], [1]);
  expect(spools().length).toBe(before.length + 1);
  await source.close();
  expect(spools()).toEqual(before);
});

test.each([0, 6] as const)(
  "a flipped bit is an error, whatever part of the array is read (level %i)",
  async (level) => {
    const path = await npzFile({ "px.npy": npyBytes(ITEMS) }, level);
    const bytes = await readFile(path);
    bytes[Math.floor(bytes.length * 0.8)]! ^= 1;
    await writeFile(path, bytes);
    const source = await openFileSource(path);
    await expect(arrayAt(source, "/px").readRegion([0], [1])).rejects.toMatchObject({
      code: "ARCHIVE_INVALID",
    });
    await source.close();
  },
);

test("what cannot be read is refused by name, and does not hide the others", async () => {
  const members = {
    "good.npy": npyBytes(ITEMS),
    "short.npy": npyBytes(ITEMS).subarray(0, 5000),
    "note.txt": new Uint8Array(10),
    "empty.npy": new Uint8Array(0),
  };
  const source = await openFileSource(await npzFile(members, 6));
  expect(source.arrays.map(({ path }) => path)).toEqual(["/good"]);
  expect(source.refusals).toMatchObject([
    { path: "/empty", code: "FILE_INVALID" },
    { path: "/note.txt", code: "UNSUPPORTED_FORMAT" },
    { path: "/short", code: "FILE_INVALID", reason: expect.stringMatching(/there are \d+: 616 whole items/) },
  ]);
  await source.close();
});

test("an array and a group of one name are not both made", async () => {
  const source = await openFileSource(
    await npzFile({ "px.npy": npyBytes(ITEMS), "px/a.npy": npyBytes(ITEMS) }, 0),
  );
  expect(source.refusals).toMatchObject([{ path: "/px", code: "KEY_INVALID" }]);
  expect(source.arrays.map(({ path }) => path)).toEqual(["/px/a"]);
});

test("a file that is no archive is refused", async () => {
  const path = join(await temporaryDirectory(), "arrays.npz");
  await writeFile(path, npyBytes(ITEMS));
  await expect(openFileSource(path)).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
});
