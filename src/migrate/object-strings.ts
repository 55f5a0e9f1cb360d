/**
 * Arrays of Python objects of Zarr v2. Zarr v3 has no data type for them; where every object is text, which is what
 * people keep in them, the array is one of strings. Whether it is takes reading all of it.
 */
import { QuarryError } from "../errors.ts";
import { dataTypeOf } from "../metadata/data-type.ts";
import { defaultFillValue, fillValueOf } from "../metadata/fill-value.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { SourceArray } from "./source.ts";

const STRING = dataTypeOf("string");

/**
 * `source` as an array of strings. A fill value that is no text becomes the empty string: no item holds it, or the
 * array would have been refused.
 * @param array the same array, to look through
 * @throws QuarryError `UNSUPPORTED_DATA_TYPE` naming the first item that is no text; what reading throws
 */
export async function stringsOfObjects(array: ZarrArray, source: SourceArray): Promise<SourceArray> {
  if (array.shape.length === 0) {
    checkText(await array.get([]), array.path, 0);
  } else {
    for await (const block of array.blocks()) {
      const rowItems = block.data.length / Math.max(1, block.shape[0]!);
      for (const [at, item] of (block.data as readonly unknown[]).entries()) {
        checkText(item, array.path, block.start + Math.floor(at / rowItems));
      }
    }
  }
  const { value } = source.fillValue;
  return {
    ...source,
    dataType: STRING,
    fillValue: typeof value === "string" ? fillValueOf(value, STRING) : defaultFillValue(STRING),
  };
}

function checkText(item: unknown, path: string, row: number): void {
  if (typeof item === "string") return;
  throw new QuarryError(
    "UNSUPPORTED_DATA_TYPE",
    `${path} holds Python objects, and the one in row ${row} is no text: Zarr v3 has no data type for it`,
    { path },
  );
}
