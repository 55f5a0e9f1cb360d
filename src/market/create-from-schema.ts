/** Makes the arrays and groups that a schema describes, with chunks and shards as the layout rules suggest. */
import { suggestLayout } from "../layout/suggest-layout.ts";
import { dataTypeOf } from "../metadata/data-type.ts";
import type { Group } from "../zarr/group.ts";
import type { ArraySchema, GroupSchema } from "./schema.ts";

/**
 * Creates the members of `schema` in `group`, which is empty.
 * @throws QuarryError as `Group.createArray`
 */
export async function createFromSchema(group: Group, schema: GroupSchema): Promise<void> {
  const widestRowBytes = Math.max(0, ...schema.arrays.filter(grows).map(rowBytes));
  for (const array of schema.arrays) {
    const shape = array.shape.map((length) => length ?? 0);
    const layout = grows(array)
      ? suggestLayout({ shape, dataType: array.dataType, widestRowBytes })
      : { chunks: shape };
    await group.createArray(array.name, {
      shape,
      dataType: array.dataType,
      ...layout,
      codecs: [...array.filters, ...array.compressors],
      dimensionNames: array.dimensions,
      fillValue: array.fillValue,
      attributes: { long_name: array.description, ...array.attributes },
    });
  }
  for (const member of schema.groups) {
    const child = await group.createGroup(member.name, { attributes: member.attributes });
    await createFromSchema(child, member);
  }
}

function grows(array: ArraySchema): boolean {
  return array.shape[0] === null;
}

function rowBytes(array: ArraySchema): number {
  const { itemBytes } = dataTypeOf(array.dataType);
  return array.shape.slice(1).reduce<number>((bytes, length) => bytes * (length ?? 0), itemBytes);
}
