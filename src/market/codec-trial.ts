/** A schema whose chains were tried on the first rows, in place of those of a preset. */
import { type CodecAim, codecTrialAttribute, suggestCodecs } from "../layout/suggest-codecs.ts";
import { rowsLayout, type SchemaLayoutOptions } from "./create-from-schema.ts";
import { type GroupSchema, grows } from "./schema.ts";
import type { Column } from "./table-writer.ts";

/**
 * `schema` with the chain that suits `rows` best in each array that grows; the figures are in its attribute
 * `codec_trial`. Without rows nothing can be tried, and the schema stays as it is.
 * @throws QuarryError as `suggestCodecs`
 */
export async function withTriedCodecs<Rows extends { readonly count: number }>(
  schema: GroupSchema,
  columns: readonly Column<Rows>[],
  rows: Rows,
  aim: CodecAim,
  layout: SchemaLayoutOptions,
): Promise<GroupSchema> {
  if (rows.count === 0) return schema;
  const { chunkRows } = rowsLayout(schema.arrays, layout);
  const arrays = [...schema.arrays];
  for (const [index, array] of arrays.entries()) {
    const column = columns.find(({ name }) => name === array.name);
    if (column === undefined || !grows(array)) continue;
    const trial = await suggestCodecs({
      dataType: array.dataType,
      items: column.items(rows) as ArrayBufferView,
      rowShape: array.shape.slice(1).map((length) => length ?? 0),
      chunkRows,
      aim,
    });
    arrays[index] = {
      ...array,
      ...trial.codecs,
      attributes: { ...array.attributes, ...codecTrialAttribute(trial) },
    };
  }
  return { ...schema, arrays };
}
