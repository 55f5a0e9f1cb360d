/** A schema whose chains were tried on the first rows, in place of those of a preset. */
import { type CodecAim, codecTrialAttribute, suggestCodecs } from "../layout/suggest-codecs.ts";
import { rowsLayout, type SchemaLayoutOptions } from "./create-from-schema.ts";
import type { PresetName, PresetOptions } from "./presets.ts";
import { type GroupSchema, grows } from "./schema.ts";
import type { Column } from "./table-writer.ts";

/** What the presets are for. `portable` and `fast` are for every Zarr v3 reader, and so are chains for these aims. */
const AIMS: Readonly<Record<PresetName, CodecAim>> = { portable: "both", small: "size", fast: "speed" };

export interface TrialOptions extends PresetOptions {
  /** Whether chains are tried at all. */
  readonly tryCodecs?: boolean | undefined;
}

/** @throws RangeError where a trial is to choose the level of zstd, and one is given */
export function checkTrial({ tryCodecs, zstdLevel }: TrialOptions): void {
  if (tryCodecs !== true || zstdLevel === undefined) return;
  throw new RangeError(
    "a level of zstd is for the chains of a preset: codecs that are tried have levels of their own",
  );
}

export interface TriedSchema {
  /** With the chain that suits the rows best in each array that grows. */
  readonly schema: GroupSchema;
  /** The same, with the figures in the attribute `codec_trial` of each: for the arrays, which are enough to have them. */
  readonly withFigures: GroupSchema;
}

/**
 * Tries chains for the arrays of `schema` on `rows`, where that is wanted and there are rows; else the schema stays as it
 * is.
 * @throws QuarryError as `suggestCodecs`
 */
export async function triedSchema<Rows extends { readonly count: number }>(
  schema: GroupSchema,
  columns: readonly Column<Rows>[],
  rows: Rows,
  { tryCodecs = false, preset = "portable" }: TrialOptions,
  layout: SchemaLayoutOptions,
): Promise<TriedSchema> {
  if (!tryCodecs || rows.count === 0) return { schema, withFigures: schema };
  const { chunkRows } = rowsLayout(schema.arrays, layout);
  const arrays = [...schema.arrays];
  const arraysWithFigures = [...schema.arrays];
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
    arrays[index] = { ...array, ...trial.codecs };
    const attributes = { ...array.attributes, ...codecTrialAttribute(trial) };
    arraysWithFigures[index] = { ...arrays[index], attributes };
  }
  return { schema: { ...schema, arrays }, withFigures: { ...schema, arrays: arraysWithFigures } };
}
