/**
 * Stores that zarr-python wrote long ago from real books, with filters of numcodecs and a temporal XOR under its old
 * name: each array by the hash that came with it, each damaged one refused.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openGroup, QuarryError, slice, type TypedArrayOf } from "../../src/index.ts";
import type { NumericTypeName } from "../../src/metadata/data-type.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { numpyType } from "./codec-chains.ts";
import { bytesOf, sha256 } from "./values.ts";

type Rows = readonly [start: number, stop: number];

/** As in `expected.json`, whose `conventions` explain each field. */
interface ExpectedArray {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly sha256: string;
}

interface DamagedArray {
  readonly lost: readonly { readonly rows: Rows; readonly kind: string }[];
  readonly surviving: readonly { readonly rows: Rows; readonly sha256: string }[];
}

const LEGACY = sharedPath("legacy");
const GOOD_STORES = [
  "weekly-v3/BTCUSDT.zarr/2024-W32.zarr",
  "weekly-v3/BTCUSDT.zarr/2024-W34.zarr",
  "weekly-v3/BTC-USDT.zarr/2022-W19.zarr",
];
const DAMAGED_STORE = "weekly-v3/BTCUSDT.zarr/2024-W33.zarr";

describeShared("a legacy store", LEGACY, () => {
  const { stores } = JSON.parse(readFileSync(join(LEGACY, "expected.json"), "utf8"));

  for (const store of GOOD_STORES) {
    for (const [path, expected] of Object.entries<ExpectedArray>(stores[store].arrays)) {
      it(`${store}: ${path} decodes to its known bytes`, async () => {
        const array = await (await openGroup(join(LEGACY, store))).array(path);
        const { data, shape } = await array.get();
        expect(numpyType(array.dataType.name as NumericTypeName)).toBe(expected.dtype);
        expect(shape).toEqual(expected.shape);
        expect(sha256(bytesOf(data))).toBe(expected.sha256);
      });
    }
  }

  for (const [path, { lost, surviving }] of Object.entries<DamagedArray>(stores[DAMAGED_STORE].arrays)) {
    const rowsOf = async ([start, stop]: Rows) => {
      const array = await (await openGroup(join(LEGACY, DAMAGED_STORE))).array(path);
      return array.get([slice(start, stop), ...array.shape.slice(1).map(() => null)]);
    };

    it.each(lost)(`${DAMAGED_STORE}: ${path} refuses rows $rows, damaged by $kind`, async ({ rows }) => {
      const error = await rowsOf(rows).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(QuarryError);
      expect(["CHUNK_CORRUPT", "SHARD_INDEX_CORRUPT", "SHARD_TRUNCATED"]).toContain(
        (error as QuarryError).code,
      );
    });

    it(`${DAMAGED_STORE}: ${path} gives every row that survives`, async () => {
      for (const { rows, sha256: expected } of surviving) {
        const { data } = (await rowsOf(rows)) as { data: TypedArrayOf };
        expect(sha256(bytesOf(data)), `rows ${rows}`).toBe(expected);
      }
    });
  }
});
