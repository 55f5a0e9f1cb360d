/** Arrays of a store into the columns of rows in memory. */
import { QuarryError } from "../errors.ts";
import type { ZarrArray } from "../zarr/array.ts";
import { slice } from "../zarr/indexing/slice.ts";
import type { RowRange } from "./book-week.ts";
import { fillNumbers } from "./step-columns.ts";
import { MISSING_LEVEL_INT64 } from "./step-types.ts";
import type { Column } from "./table-writer.ts";

/**
 * Reads the columns of `rows`, which has as many rows as `range`, straight into them, and int64 steps by way of doubles.
 * @throws QuarryError `PRECISION_LOSS` for a step beyond 2^53
 */
export async function fillRows<Rows>(
  path: string,
  arrays: ReadonlyMap<string, ZarrArray>,
  columns: readonly Column<Rows>[],
  rows: Rows,
  range: RowRange,
): Promise<void> {
  await Promise.all(
    columns.map(async ({ name, items, steps: stepsOf }) => {
      const array = arrays.get(name)!;
      const selection = [slice(range.start, range.end)];
      const steps = stepsOf?.(rows);
      if (!(steps instanceof Float64Array)) {
        await array.get(selection, { out: items(rows) });
        return;
      }
      const { data } = (await array.get(selection)) as { readonly data: BigInt64Array };
      // Trades all have a price and a size.
      const missing = array.shape.length > 1 ? MISSING_LEVEL_INT64 : undefined;
      const inexact = fillNumbers(data, steps, missing);
      if (inexact < 0) return;
      const row = range.start + Math.floor((inexact * (range.end - range.start)) / data.length);
      const message = `${path}: ${name} of row ${row} is ${data[inexact]}, which no number holds exactly; its array has it`;
      throw new QuarryError("PRECISION_LOSS", message, { path });
    }),
  );
}
