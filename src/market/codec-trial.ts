/** A schema whose chains were tried on the first rows, in place of those of a preset. */
import { type CodecAim, codecTrialAttribute, suggestCodecs } from "../layout/suggest-codecs.ts";
import { rowsLayout, type SchemaLayoutOptions } from "./create-from-schema.ts";
import type { PresetName, PresetOptions } from "./presets.ts";
import { type GroupSchema, grows } from "./schema.ts";
import type { Column } from "./table-writer.ts";

/** What the presets are for. `portable` and `fast` are for every Zarr v3 reader, and so are chains for these aims. */
const AIMS: Readonly<Record<PresetName, CodecAim>> = { portable: "both", small: "size", fast: "speed" };

/** @throws RangeError where a trial is to choose the level of zstd, and one is given */
export function checkTrial({
  tryCodecs,
  zstdLevel,
}: PresetOptions & { readonly tryCodecs?: boolean | undefined }): void {
  if (tryCodecs !== true || zstdLevel === undefined) return;
  throw new RangeError(
    "a level of zstd is for the chains of a preset: codecs that are tried have levels of their own",
  );
}

/**
 * `schema` with the chain that suits `rows` best in each array that grows; the figures are in its attribute
 * `codec_trial`. Without rows nothing can be tried, and the schema stays as it is.
 * @throws QuarryError as `suggestCodecs`
 */
export async function withTriedCodecs<Rows extends { readonly count: number }>(
  schema: GroupSchema,
  columns: readonly Column<Rows>[],
  rows: Rows,
  preset: PresetName = "portable",
  layout: SchemaLayoutOptions = {},
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
      aim: AIMS[preset],
    });
    arrays[index] = {
      ...array,
      ...trial.codecs,
      attributes: { ...array.attributes, ...codecTrialAttribute(trial) },
    };
  }
  return { ...schema, arrays };
}
