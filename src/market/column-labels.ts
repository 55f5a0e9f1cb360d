/**
 * The names of columns as coordinates: an array of strings over the dimension that they lie along, and of its name, by
 * which xarray selects (`ds.bars.sel(column="close")`).
 */
import { codec } from "../../codecs/builders.ts";
import { QuarryError } from "../errors.ts";
import type { Group } from "../zarr/group.ts";
import type { ArraySchema, GroupSchema } from "./schema.ts";

/**
 * The names of the columns along each dimension that has some.
 * @throws QuarryError `METADATA_INVALID` where two arrays have other columns along one dimension: no reader could tell
 *   them apart
 */
export function columnLabels(arrays: readonly ArraySchema[]): ReadonlyMap<string, readonly string[]> {
  const labels = new Map<string, readonly string[]>();
  for (const { name, dimensions, columns } of arrays) {
    if (columns.length === 0) continue;
    const dimension = dimensions.at(-1)!;
    const names = columns.map((column) => column.name);
    const others = labels.get(dimension);
    if (others !== undefined && others.join("\0") !== names.join("\0")) {
      throw new QuarryError(
        "METADATA_INVALID",
        `schema of array ${name}: its columns lie along ${dimension}, which has others in this group: ` +
          `${others.join(", ")}; give the dimension another name`,
      );
    }
    labels.set(dimension, names);
  }
  return labels;
}

/** Creates the labels of `schema` in `group`, but for a dimension that has an array of its own. */
export async function createColumnLabels(group: Group, { arrays, groups }: GroupSchema): Promise<void> {
  const members = new Set([...arrays, ...groups].map(({ name }) => name));
  for (const [dimension, names] of columnLabels(arrays)) {
    if (members.has(dimension)) continue;
    const labels = await group.createArray(dimension, {
      shape: [names.length],
      dataType: "string",
      chunks: [names.length],
      codecs: [codec.crc32c()],
      dimensionNames: [dimension],
      attributes: { long_name: "names of the columns" },
    });
    await labels.set(null, [...names]);
  }
}
