/** Every file of `../shared/legacy/raw` becomes the arrays that `expected.json` says, to the last bit. */
import { expect, test } from "vitest";
import { openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";
import {
  arrayAt,
  type ExpectedArray,
  expectedFiles,
  interleaved,
  NUMPY_TYPES,
  readByRows,
  rowValues,
  sha256,
} from "./legacy-files.ts";

describeShared("legacy files", sharedPath("legacy", "raw"), () => {
  test.each(Object.entries(expectedFiles()))(
    "%s holds the arrays that were written",
    async (file, { arrays }) => {
      const source = await openFileSource(sharedPath("legacy", file));
      try {
        expect(source.refusals).toEqual([]);
        const isStruct = Object.values(arrays).some(({ dtype }) => typeof dtype !== "string");
        if (!isStruct) {
          expect(source.arrays.map(({ path }) => path)).toEqual(
            Object.keys(arrays)
              .map((name) => `/${name}`)
              .sort(),
          );
        }
        for (const [name, expected] of Object.entries(arrays)) {
          const array = source.arrays.find(({ path }) => path === `/${name}`);
          if (typeof expected.dtype === "string") {
            expect(NUMPY_TYPES[array!.dataType.name]).toBe(expected.dtype);
          }
          if (array === undefined) await expectFields(source, expected);
          else {
            expect(array.shape).toEqual(expected.shape);
            for (const rows of [400, 37]) expect(sha256(await readByRows(array, rows))).toBe(expected.sha256);
            await expectRows(array, expected);
          }
        }
      } finally {
        await source.close();
      }
    },
  );

  async function expectFields(
    source: Awaited<ReturnType<typeof openFileSource>>,
    { dtype, shape, sha256: hash, first_row: firstRow }: ExpectedArray,
  ): Promise<void> {
    const fields = dtype as Exclude<typeof dtype, string>;
    const columns = fields.map(([name]) => arrayAt(source, `/${name}`));
    expect(columns.map((column) => NUMPY_TYPES[column.dataType.name])).toEqual(
      fields.map(([, type]) => type),
    );
    expect(columns.map((column) => column.shape)).toEqual(
      fields.map(([, , inItem = []]) => [...shape, ...inItem]),
    );
    const bytes = await Promise.all(columns.map((column) => readByRows(column, 150)));
    expect(sha256(interleaved(bytes, shape[0]!))).toBe(hash);
    const [first] = firstRow as number[];
    expect(rowValues(await columns[0]!.readRegion([0], [1]), [])).toBe(first);
  }

  async function expectRows(
    array: ReturnType<typeof arrayAt>,
    { first_row: firstRow, last_row: lastRow, dtype }: ExpectedArray,
  ): Promise<void> {
    if (typeof dtype !== "string") return;
    const [rows, ...row] = array.shape as [number, ...number[]];
    const rowAt = async (index: number) =>
      rowValues(await array.readRegion([index, ...row.map(() => 0)], [1, ...row]), row);
    expect(await rowAt(0)).toEqual(firstRow);
    expect(await rowAt(rows - 1)).toEqual(lastRow);
  }
});
