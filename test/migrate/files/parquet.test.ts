import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import { decodeRuns } from "../../../src/migrate/files/parquet/runs.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";
import { arrayAt } from "./legacy-files.ts";
import { peculiarFiles } from "./peculiar-files.ts";

const { pathOf } = peculiarFiles();

test.each(["nulls.parquet", "nulls_untold.parquet"])(
  "a null is refused with its column and row (%s)",
  async (name) => {
    const source = await openFileSource(pathOf(name));
    expect(source.refusals.find(({ path }) => path === "/with_null")).toMatchObject({
      code: "UNSUPPORTED_DATA_TYPE",
      reason: expect.stringMatching(/column with_null: row 317 is null/),
    });
    expect(source.arrays.map(({ path }) => path)).toEqual(["/whole"]);
  },
);

test("columns of lists, structs and too many digits are refused by name, all of them", async () => {
  const source = await openFileSource(pathOf("nulls.parquet"));
  expect(source.refusals).toMatchObject([
    { path: "/list", reason: expect.stringContaining('"list" holds lists or structs') },
    { path: "/struct", reason: expect.stringContaining('"struct" holds lists or structs') },
    { path: "/wide", reason: expect.stringContaining("DECIMAL") },
    { path: "/with_null" },
  ]);
});

/** A copy of a file in which the item `value`, an int64, is another. */
async function withFlippedItem(name: string, value: bigint): Promise<string> {
  const path = join(await temporaryDirectory(), name);
  const bytes = await readFile(pathOf(name));
  const item = Buffer.alloc(8);
  item.writeBigInt64LE(value);
  // In statistics it may stand as well; in a page its successor follows.
  const next = Buffer.alloc(8);
  next.writeBigInt64LE(value + 1n);
  const at = bytes.indexOf(Buffer.concat([item, next]));
  expect(at).toBeGreaterThan(0);
  bytes[at + 2]! ^= 0x40;
  await writeFile(path, bytes);
  return path;
}

test("a flipped bit in a page with a checksum is an error that names the rows, and no others are lost", async () => {
  const array = arrayAt(await openFileSource(await withFlippedItem("checked.parquet", 250n)), "/whole");
  expect(array.verifiesContent).toBe(true);
  await expect(array.readRegion([299], [1])).rejects.toMatchObject({
    code: "CHUNK_CORRUPT",
    message: expect.stringMatching(/column whole: rows 200 to 299, in row group 2, .*checksum/),
  });
  expect(await array.readRegion([198], [2])).toEqual(BigInt64Array.of(198n, 199n));
  expect(await array.readRegion([300], [1])).toEqual(BigInt64Array.of(300n));
});

test("without checksums nobody vouches for the content", async () => {
  const array = arrayAt(await openFileSource(await withFlippedItem("unchecked.parquet", 250n)), "/whole");
  expect(array.verifiesContent).toBe(false);
  expect(await array.readRegion([250], [1])).toEqual(BigInt64Array.of(250n ^ 0x400000n));
});

test("a file that is cut short is refused", async () => {
  const path = join(await temporaryDirectory(), "cut.parquet");
  await writeFile(path, (await readFile(pathOf("checked.parquet"))).subarray(0, -20));
  await expect(openFileSource(path)).rejects.toMatchObject({
    code: "FILE_INVALID",
    message: expect.stringContaining("cut short"),
  });
});

test("an encrypted file is refused as such", async () => {
  const path = join(await temporaryDirectory(), "secret.parquet");
  await writeFile(path, "PARE and then some bytes that say nothing PARE");
  await expect(openFileSource(path)).rejects.toMatchObject({ code: "UNSUPPORTED_FORMAT" });
});

test("runs of one value and groups of packed values alternate", () => {
  // 5 × 3, then the example of the format's specification: 0…7 in three bits each.
  const bytes = Uint8Array.of(5 << 1, 3, (1 << 1) | 1, 0b10001000, 0b11000110, 0b11111010);
  expect([...decodeRuns(bytes, 3, 13)]).toEqual([3, 3, 3, 3, 3, 0, 1, 2, 3, 4, 5, 6, 7]);
  // The second group holds more than is wanted, and is cut where the wanted ones end.
  expect([...decodeRuns(bytes.subarray(2, 4), 3, 2)]).toEqual([0, 1]);
  expect([...decodeRuns(Uint8Array.of(), 0, 3)]).toEqual([0, 0, 0]);
  expect([...decodeRuns(Uint8Array.of(2 << 1, 0xff, 0xff, 0xff, 0xff), 32, 2)]).toEqual([
    0xffffffff, 0xffffffff,
  ]);
});

test.each([
  ["nothing", [], 1, 1],
  ["a run without its value", [4], 8, 1],
  ["a group that is cut short", [3, 0xff], 3, 8],
  ["fewer values than wanted", [2 << 1, 1], 1, 3],
  ["a length without end", [0x80, 0x80, 0x80, 0x80, 0x80, 0x80], 1, 1],
  ["too many bits", [2, 0, 0, 0, 0, 0], 33, 1],
])("runs of %s are an error", (_, bytes, bitWidth, count) => {
  expect(() => decodeRuns(Uint8Array.from(bytes), bitWidth, count)).toThrow(RangeError);
});

test("a run that claims more values than there is room for gives no more", () => {
  expect([...decodeRuns(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 1), 1, 2)]).toEqual([1, 1]);
});
