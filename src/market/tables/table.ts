/**
 * Tables: arrays of one group that have a row for each item of a time coordinate, and what their columns mean.
 *
 * The coordinate is `ts_event` (book stores, trades, bars), `timestamps` (the older layout, whose times are
 * milliseconds), or any array that is named as its dimension and says its units as CF does. By what stands beside it a
 * table is a book, snapshots of the older layout, trades, bars, or nothing but a series of times.
 */
import { QuarryError } from "../../errors.ts";
import type { JsonObject, JsonValue } from "../../metadata/json.ts";
import type { NodePath } from "../../metadata/node-name.ts";
import type { ZarrArray } from "../../zarr/array.ts";
import { MISSING_LEVEL } from "../step-types.ts";
import { type TimeScale, timeScaleOf } from "./time-units.ts";

export type TableKind = "book" | "snapshots" | "trades" | "bars" | "series";

/** A number for each row: item `first` of the `rowItems` that a row has in its column. */
export interface Field {
  readonly column: string;
  readonly first: number;
  readonly rowItems: number;
}

/** A number for each level of each row, best first, `stride` items apart. */
export interface LevelField extends Field {
  readonly levels: number;
  readonly stride: number;
  /** Stands for a level that is not there; so does NaN. */
  readonly missing: number;
}

export interface SideFields {
  readonly name: "bid" | "ask";
  readonly prices: LevelField;
  readonly sizes: LevelField | undefined;
}

export interface Table {
  /** Of the group; of the array, where one was opened by itself. */
  readonly path: NodePath;
  /** Root of the hierarchy that it is in. */
  readonly hierarchy: NodePath;
  readonly kind: TableKind;
  readonly attributes: JsonObject;
  readonly rowCount: number;
  readonly time: ZarrArray;
  readonly timeScale: TimeScale;
  /** The exchange's ids, where there are some. */
  readonly ids: { readonly name: string; readonly array: ZarrArray } | undefined;
  /** The columns that checks look at, by their names; neither `time` nor `ids`. */
  readonly columns: ReadonlyMap<string, ZarrArray>;
  readonly sides: readonly [SideFields, SideFields] | undefined;
  /** `side` is an ASCII letter: `B` where the buyer, `A` where the seller was the aggressor. */
  readonly trade: { readonly price: Field; readonly size: Field; readonly side?: Field } | undefined;
  readonly bar: (Record<"open" | "high" | "low" | "close", Field> & { readonly volume?: Field }) | undefined;
}

const TIME_NAMES: readonly string[] = ["ts_event", "timestamps"];
const BAR_FIELDS = ["open", "high", "low", "close"] as const;

/** What a group holds: its arrays by their names. */
export interface GroupArrays {
  readonly path: NodePath;
  readonly hierarchy: NodePath;
  readonly attributes: JsonObject;
  readonly arrays: ReadonlyMap<string, ZarrArray>;
}

/**
 * The table in a group; undefined where it has no time coordinate.
 * @throws QuarryError `SHAPE_MISMATCH` where columns that belong together differ in length; `METADATA_INVALID` where
 *   the times have no unit
 */
export function tableIn(group: GroupArrays): Table | undefined {
  const time = timeIn(group);
  if (time === undefined) return undefined;
  const [timeName, timeArray] = time;
  const layout =
    bookIn(group) ?? snapshotsIn(group) ?? tradesIn(group) ?? barsIn(group) ?? ({ kind: "series" } as const);
  const names = columnsOf(layout);
  const ids = ["sequence", "trade_id"].find((name) => group.arrays.has(name));
  const rowCount = timeArray.shape[0]!;
  for (const name of [...names, ...(ids === undefined ? [] : [ids])]) {
    const rows = group.arrays.get(name)!.shape[0]!;
    if (rows === rowCount) continue;
    const message = `${name} has ${rows} rows and ${timeName} has ${rowCount}, so nobody knows the time of a row`;
    throw new QuarryError("SHAPE_MISMATCH", message, { path: group.path });
  }
  return {
    sides: undefined,
    trade: undefined,
    bar: undefined,
    ...layout,
    path: group.path,
    hierarchy: group.hierarchy,
    attributes: group.attributes,
    rowCount,
    time: timeArray,
    timeScale: scaleOf(timeName, timeArray),
    ids: ids === undefined ? undefined : { name: ids, array: group.arrays.get(ids)! },
    columns: new Map(names.map((name) => [name, group.arrays.get(name)!])),
  };
}

type Layout = Pick<Table, "kind"> & Partial<Pick<Table, "sides" | "trade" | "bar">>;

function timeIn({ arrays }: GroupArrays): readonly [string, ZarrArray] | undefined {
  for (const [name, array] of arrays) {
    const isNamedTime = TIME_NAMES.includes(name);
    const isCoordinate = (array.dimensionNames?.[0] ?? "") === name && timeScaleOf(array) !== undefined;
    if (array.shape.length === 1 && isStamp(array) && (isNamedTime || isCoordinate)) return [name, array];
  }
  return undefined;
}

function isStamp({ dataType }: ZarrArray): boolean {
  const names = ["int64", "uint64", "int32", "uint32", "float64", "numpy.datetime64"];
  return names.includes(dataType.name);
}

function scaleOf(name: string, array: ZarrArray): TimeScale {
  const scale = timeScaleOf(array);
  if (scale !== undefined) return scale;
  const unitNs = { ts_event: 1, timestamps: 1e6 }[name];
  if (unitNs !== undefined) return { unitNs, epochNs: 0n };
  throw new QuarryError("METADATA_INVALID", `${array.path} says no units`, { path: array.path });
}

function bookIn({ arrays }: GroupArrays): Layout | undefined {
  const sides = (["bid", "ask"] as const).map((name) => {
    const prices = arrays.get(`${name}_px`);
    const sizes = arrays.get(`${name}_sz`);
    return prices?.shape.length === 2
      ? {
          name,
          prices: levelField(`${name}_px`, prices),
          sizes: sizes?.shape.length === 2 ? levelField(`${name}_sz`, sizes) : undefined,
        }
      : undefined;
  });
  const [bid, ask] = sides;
  return bid === undefined || ask === undefined ? undefined : { kind: "book", sides: [bid, ask] };
}

function levelField(column: string, array: ZarrArray): LevelField {
  const levels = array.shape[1]!;
  const missing = Number(missingItemOf(array) ?? MISSING_LEVEL);
  return { column, first: 0, rowItems: levels, levels, stride: 1, missing };
}

/** What stands for a level that is not there, as the array has it; undefined where it declares no number for it. */
export function missingItemOf({ attributes, fillValue }: ZarrArray): number | bigint | undefined {
  const declared = attributes._FillValue ?? fillValue;
  return typeof declared === "number" || typeof declared === "bigint" ? declared : undefined;
}

/** `data` [T, 2 × levels, fields]: the bids best first, then the asks; a level that is not there is zeros. */
function snapshotsIn({ arrays, attributes }: GroupArrays): Layout | undefined {
  const data = arrays.get("data");
  if (data?.shape.length !== 3) return undefined;
  const [, rows, fields] = data.shape as readonly [number, number, number];
  const columns = namesAt(data.attributes.columns) ?? namesAt(attributes.columns);
  const price = columns?.indexOf("price") ?? -1;
  const size = columns?.indexOf("size") ?? -1;
  const levels = data.attributes.levels_per_side ?? attributes.levels_per_side;
  if (price < 0 || size < 0 || columns!.length !== fields) return undefined;
  if (typeof levels !== "number" || 2 * levels !== rows) return undefined;
  const side = (name: "bid" | "ask", firstLevel: number): SideFields => {
    const field = (index: number): LevelField => ({
      column: "data",
      first: firstLevel * fields + index,
      rowItems: rows * fields,
      levels,
      stride: fields,
      missing: 0,
    });
    return { name, prices: field(price), sizes: field(size) };
  };
  return { kind: "snapshots", sides: [side("bid", 0), side("ask", levels)] };
}

function tradesIn({ arrays }: GroupArrays): Layout | undefined {
  if (arrays.get("px")?.shape.length !== 1 || arrays.get("sz")?.shape.length !== 1) return undefined;
  const hasSide = arrays.get("side")?.shape.length === 1;
  return {
    kind: "trades",
    trade: {
      price: wholeColumn("px"),
      size: wholeColumn("sz"),
      ...(hasSide && { side: wholeColumn("side") }),
    },
  };
}

/** An array for each of a bar's numbers, or one array whose columns they are. */
function barsIn({ arrays }: GroupArrays): Layout | undefined {
  const fieldsIn = (fieldOf: (name: string) => Field | undefined): Layout | undefined => {
    const [open, high, low, close] = BAR_FIELDS.map(fieldOf);
    if (!(open && high && low && close)) return undefined;
    const volume = fieldOf("volume");
    return { kind: "bars", bar: { open, high, low, close, ...(volume && { volume }) } };
  };
  const separate = fieldsIn((name) => (arrays.get(name)?.shape.length === 1 ? wholeColumn(name) : undefined));
  if (separate !== undefined) return separate;
  for (const [column, { shape, attributes }] of arrays) {
    const names = namesAt(attributes.columns);
    if (names === undefined || shape.length !== 2 || names.length !== shape[1]) continue;
    const joint = fieldsIn((name) =>
      names.includes(name) ? { column, first: names.indexOf(name), rowItems: names.length } : undefined,
    );
    if (joint !== undefined) return joint;
  }
  return undefined;
}

function wholeColumn(column: string): Field {
  return { column, first: 0, rowItems: 1 };
}

function namesAt(value: JsonValue | undefined): string[] | undefined {
  return Array.isArray(value) && value.every((name) => typeof name === "string") ? value : undefined;
}

function columnsOf({ sides, trade, bar }: Layout): string[] {
  const fields: (Field | undefined)[] = [
    ...(sides?.flatMap(({ prices, sizes }) => [prices, sizes]) ?? []),
    ...Object.values(trade ?? {}),
    ...Object.values(bar ?? {}),
  ];
  return [...new Set(fields.flatMap((field) => (field === undefined ? [] : [field.column])))];
}
