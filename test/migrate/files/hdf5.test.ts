import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readAttributes } from "../../../src/migrate/files/hdf5/attributes.ts";
import { LibraryFile } from "../../../src/migrate/files/hdf5/library.ts";
import { openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import type { MigrationSource } from "../../../src/migrate/source.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";
import { arrayAt } from "./legacy-files.ts";
import { peculiarFiles } from "./peculiar-files.ts";

const { pathOf, chunksOf } = peculiarFiles();

async function withSource(path: string, use: (source: MigrationSource) => Promise<void>): Promise<void> {
  const source = await openFileSource(path);
  try {
    await use(source);
  } finally {
    await source.close();
  }
}

test("what cannot be read is refused by name, all of it: filters, lists, references, other files", () =>
  withSource(pathOf("peculiar.h5"), async ({ refusals }) => {
    expect(refusals.map(({ path, code }) => [path, code])).toEqual([
      ["/elsewhere", "UNSUPPORTED_FORMAT"],
      ["/hollow", "UNSUPPORTED_DATA_TYPE"],
      ["/lists", "UNSUPPORTED_DATA_TYPE"],
      ["/lzf", "UNSUPPORTED_CODEC"],
      ["/nothing", "UNSUPPORTED_DATA_TYPE"],
      ["/outside", "UNSUPPORTED_FORMAT"],
      ["/pointed", "UNSUPPORTED_DATA_TYPE"],
      ["/reference", "UNSUPPORTED_DATA_TYPE"],
      ["/twelve_bits", "UNSUPPORTED_DATA_TYPE"],
      ["/virtual", "UNSUPPORTED_FORMAT"],
    ]);
    const reasonOf = (path: string) => refusals.find((refusal) => refusal.path === path)!.reason;
    expect(reasonOf("/lzf")).toMatch(/lzf \(32000\)/);
    expect(reasonOf("/elsewhere")).toContain("other.h5");
    expect(reasonOf("/pointed")).toContain('"to"');
    expect(reasonOf("/hollow")).toContain('"empty_lists"');
  }));

test("links are not followed, and a group that holds itself is walked once", () =>
  withSource(pathOf("peculiar.h5"), async ({ notes, groups }) => {
    expect(groups.map(({ path }) => path)).toEqual(["/", "/group"]);
    expect(notes).toMatchObject([
      expect.stringContaining("/alias is a soft link to /bool"),
      expect.stringContaining("/group/loop is the same group as /group"),
    ]);
  }));

test("h5py's types are those that h5py means", () =>
  withSource(pathOf("peculiar.h5"), async (source) => {
    const all = (path: string) => {
      const array = arrayAt(source, path);
      return array.readRegion(
        array.shape.map(() => 0),
        array.shape,
      );
    };
    const typeOf = (path: string) => arrayAt(source, path).dataType;
    expect([typeOf("/bool").name, await all("/bool")]).toEqual(["bool", Uint8Array.of(1, 0, 1)]);
    expect([typeOf("/complex").name, await all("/complex")]).toEqual([
      "complex128",
      Float64Array.of(1, 2, 3, -4),
    ]);
    expect([typeOf("/half").name, [...(await all("/half"))]]).toEqual(["float16", [0, 1, 2, 3]]);
    expect(typeOf("/time").configuration).toEqual({ unit: "ns", scale_factor: 1 });
    expect(await all("/time")).toEqual(BigInt64Array.of(1n, 2n));
    expect(await all("/scalar")).toEqual(Float64Array.of(3.5));
    expect(await all("/enum")).toEqual(Int8Array.of(0, 2));
    expect(arrayAt(source, "/enum").attributes).toEqual({ enum: { BID: 0, ASK: 2 } });
    expect((await all("/blanks")) as unknown[]).toEqual([Uint8Array.of(97, 98), new Uint8Array(0)]);
  }));

test("fill values, attributes and names of dimensions are carried over", () =>
  withSource(pathOf("peculiar.h5"), async (source) => {
    const filled = arrayAt(source, "/filled");
    expect([filled.fillValue.value, filled.fillValueIsUndefined]).toEqual([-7, false]);
    expect(await filled.readRegion([0], [6])).toEqual(Int32Array.of(1, -7, -7, -7, -7, -7));
    expect(source.groups[0]!.attributes).toEqual({ venue: "binance" });
    const book = arrayAt(source, "/group/book");
    expect(book.dimensionNames).toEqual(["row", "level"]);
    // As xarray spells the value that masks, in Zarr v3: the bytes of a double, in base64.
    const nan = Buffer.from(new Uint8Array(Float64Array.of(Number.NaN).buffer)).toString("base64");
    expect(book.attributes).toEqual({
      _FillValue: nan,
      count: 2n ** 60n,
      ids: [1, 2],
      on: true,
      scale: 0.1,
      unit: "ticks",
    });
  }));

/** A copy of `checked.h5` with a flipped bit in a chunk. */
async function withFlippedChunk(dataset: string, chunk: number): Promise<string> {
  const path = join(await temporaryDirectory(), "damaged.h5");
  const bytes = await readFile(pathOf("checked.h5"));
  const [offset, length] = chunksOf(dataset)[chunk]!;
  bytes[offset + Math.floor(length / 2)]! ^= 0x10;
  await writeFile(path, bytes);
  return path;
}

test.each(["fletcher", "gzip"])(
  "damage in a chunk is an error, not zeros, and no other chunk is lost (%s)",
  async (name) => {
    await withSource(await withFlippedChunk(name, 3), async (source) => {
      const array = arrayAt(source, `/${name}`);
      expect(array.chunkShape).toEqual([100]);
      expect(array.verifiesContent).toBe(name === "fletcher");
      await expect(array.readRegion([350], [1])).rejects.toMatchObject({
        code: "CHUNK_CORRUPT",
        message: expect.stringMatching(new RegExp(`/${name}, items \\[350\\] to \\[350\\]`)),
      });
      expect(await array.readRegion([298], [2])).toEqual(BigInt64Array.of(298n, 299n));
      expect(await array.readRegion([400], [2])).toEqual(BigInt64Array.of(400n, 401n));
    });
  },
);

test("a file that is cut short is refused", async () => {
  const path = join(await temporaryDirectory(), "cut.h5");
  await writeFile(path, (await readFile(pathOf("checked.h5"))).subarray(0, -100));
  await expect(openFileSource(path)).rejects.toMatchObject({
    code: "FILE_INVALID",
    message: expect.stringContaining("truncated"),
  });
});

test("a file that leads the library round in circles is given up, with its thread", async () => {
  const path = join(await temporaryDirectory(), "circle.h5");
  const bytes = await readFile(pathOf("peculiar.h5"));
  // Objects of no size in the heap of texts: where it ends is never reached.
  const heap = bytes.indexOf("GCOL");
  bytes.fill(0, heap + 16, heap + 48);
  await writeFile(path, bytes);
  const library = await LibraryFile.open(path, 2000);
  const read = () => readAttributes(library, "/", path);
  expect(read).toThrow(/does not come to an end, and was given up after 2000 ms/);
  expect(read).toThrow(/was given up/);
  await library.close();
});

test("an aborted read stops", () =>
  withSource(pathOf("checked.h5"), async (source) => {
    const reason = new Error("enough");
    const reading = arrayAt(source, "/gzip").readRegion([0], [1000], { signal: AbortSignal.abort(reason) });
    await expect(reading).rejects.toBe(reason);
  }));
