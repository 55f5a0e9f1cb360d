/**
 * Legacy stores of Zarr v2, written from real books: each array by the hash that came with it, whatever of a damaged
 * one survives, and nothing of what is lost.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openGroup, slice, verify, type ZarrArray } from "../../src/index.ts";
import type { DataType } from "../../src/metadata/data-type.ts";
import { elementBytes } from "../../src/metadata/element.ts";
import type { TypedArrayOf } from "../../src/metadata/typed-array.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { itemsOf } from "./items.ts";
import { sha256 } from "./values.ts";

type Rows = readonly [start: number, stop: number];

/** As in `expected.json`, whose `conventions` explain each field. */
interface Expected {
  readonly shape: readonly number[];
  /** Absent where the array is damaged. */
  readonly sha256?: string;
  readonly lost?: readonly { readonly rows: Rows }[];
  readonly surviving?: readonly { readonly rows: Rows; readonly sha256: string }[];
}

const LEGACY = sharedPath("legacy");
const PICKLED = "text_pickled";

/** Strings of fixed length are padded in the hashes; a value alone is an array without dimensions. */
function hashOf(dataType: DataType, data: unknown): string {
  const isScalar = typeof data !== "object";
  const items = isScalar ? [data] : (data as TypedArrayOf | unknown[]);
  const isPadded = dataType.kind === "fixed-bytes" || dataType.kind === "fixed-unicode";
  if (isScalar || isPadded) {
    return sha256(Buffer.concat(Array.from(items as unknown[], (item) => elementBytes(item, dataType)!)));
  }
  if (dataType.kind === "object")
    return hashOf({ ...dataType, name: "string", kind: "string" } as DataType, data);
  return sha256(Buffer.concat(itemsOf(dataType, data as TypedArrayOf)));
}

async function rowsOf(array: ZarrArray, [start, stop]: Rows): Promise<string> {
  const { data } = (await array.get([slice(start, stop), ...array.shape.slice(1).map(() => null)])) as {
    data: unknown;
  };
  return hashOf(array.dataType as DataType, data);
}

describeShared("a legacy store of Zarr v2", LEGACY, () => {
  const { stores } = JSON.parse(readFileSync(join(LEGACY, "expected.json"), "utf8")) as {
    stores: Record<string, { readonly zarr_format: number; readonly arrays: Record<string, Expected> }>;
  };
  const arrays = Object.entries(stores)
    .filter(([, { zarr_format }]) => zarr_format === 2)
    .flatMap(([store, { arrays }]) =>
      Object.entries(arrays).map(([path, expected]) => ({ store, path, expected })),
    );
  const whole = arrays.filter(({ path, expected }) => expected.sha256 !== undefined && path !== PICKLED);
  const damaged = arrays.filter(({ expected }) => expected.lost !== undefined);

  it.each(whole)("$store: $path decodes to its known bytes", async ({ store, path, expected }) => {
    const array = await (await openGroup(join(LEGACY, store))).array(path);
    const result = await array.get();
    const isBox = typeof result === "object" && "data" in result;
    expect(array.shape).toEqual(expected.shape);
    expect(hashOf(array.dataType as DataType, isBox ? result.data : result)).toBe(expected.sha256);
  });

  it.each(damaged)(
    "$store: $path gives what survives, and refuses what is lost",
    async ({ store, path, expected }) => {
      const array = await (await openGroup(join(LEGACY, store))).array(path);
      for (const { rows, sha256: hash } of expected.surviving!) expect(await rowsOf(array, rows)).toBe(hash);
      for (const { rows } of expected.lost!) {
        await expect(rowsOf(array, rows)).rejects.toMatchObject({ code: "CHUNK_CORRUPT" });
      }
      const lostChunks = expected.lost!.map(({ rows: [start] }) => start / array.chunks[0]!);
      const { faults } = await verify(join(LEGACY, store));
      expect(faults.map(({ array: at, chunk }) => [at, chunk![0]])).toEqual(
        lostChunks.map((chunk) => [`/${path}`, chunk]),
      );
    },
  );

  it("refuses pickled text by name, and reads the text beside it", async () => {
    const root = await openGroup(join(LEGACY, "weekly-v2/BTCUSD_PERP.zarr/2024-W34.zarr"));
    await expect(root.array(PICKLED)).rejects.toMatchObject({
      code: "UNSUPPORTED_CODEC",
      codec: "numcodecs.pickle",
    });
    expect(typeof (await (await root.array("text_json")).get([0]))).toBe("string");
  });

  it("names the document that is cut short, and reads the array by its copy in .zmetadata", async () => {
    const location = join(LEGACY, "weekly-v2/BTCUSDT.zarr/2024-W38.zarr");
    const writing = await openGroup(location, { mode: "r+" });
    await expect(writing.array("data")).rejects.toMatchObject({
      code: "METADATA_INVALID",
      message: expect.stringContaining("/data/.zarray: "),
    });
    const report = await verify(location);
    expect(report.faults.map(({ array, code }) => [array, code])).toEqual([["/data", "METADATA_INVALID"]]);
    expect(report.details.find(({ path }) => path === "/data")).toMatchObject({ chunks: 3 });
  });
});
