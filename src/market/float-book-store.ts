/**
 * A store of the older layout, opened. All three arrays are of the same rows:
 *
 * - `data` float [rows, levels, columns]: the bids best first, then the asks best first, `levels_per_side` (attribute of
 *   the group) of each. Where that attribute is missing, levels are counted through both sides.
 * - `timestamps` int64 [rows]: milliseconds since 1970, or what the attribute `units` says.
 * - `snapshot_metadata` float64 [rows, …]: may be missing.
 *
 * The attribute `columns` of `data`, or else of the group, names the columns. Nothing in such a store says that its times
 * are in order.
 */
import { isQuarryError, QuarryError } from "../errors.ts";
import type { JsonObject } from "../metadata/json.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { Group } from "../zarr/group.ts";
import { slice } from "../zarr/indexing/slice.ts";
import { type BookSelection, selectedColumns, selectedLevels } from "./book-selection.ts";
import type { BlockRead, BookWeek, FloatBlock, FloatType, Matrix } from "./book-week.ts";
import { checkAllStored } from "./lost-chunks.ts";
import { timeScaleOf } from "./tables/time-units.ts";
import { TimeColumn } from "./time-column.ts";

const NS_PER_MS = 1_000_000n;

export class FloatBookStore implements BookWeek {
  readonly layout = "floats";
  readonly path: string;
  readonly symbol: string;
  readonly attributes: JsonObject;
  /** Names of the columns of `data`; empty where the store does not say. */
  readonly columns: readonly string[];
  readonly times: TimeColumn;
  readonly #data: ZarrArray<FloatType>;
  readonly #metadata: ZarrArray<"float64"> | undefined;

  /** Whether `group` seems to be such a store, whole or not. */
  static async isAt(group: Group): Promise<boolean> {
    for (const name of ["data", "timestamps"]) {
      if ((await arrayIfThere(group, name)) !== undefined) return true;
    }
    return false;
  }

  /**
   * The store that `group` is.
   * @param path how it is called
   * @param symbol what its rows are of, where its attribute `symbol` does not say
   * @param trustOrder whether the caller vouches that no time is earlier than the one before it
   * @throws QuarryError `NOT_FOUND` for an array that is missing, whole or in part, `SHAPE_MISMATCH` for arrays that are
   *   not of the same rows, `METADATA_INVALID` for another layout
   */
  static async of(group: Group, path: string, symbol: string, trustOrder: boolean): Promise<FloatBookStore> {
    const data = await group.array("data");
    const timestamps = await group.array("timestamps");
    const metadata = await arrayIfThere(group, "snapshot_metadata");
    for (const [name, array] of [
      ["timestamps", timestamps],
      ["snapshot_metadata", metadata],
    ] as const) {
      if (array === undefined || array.shape[0] === data.shape[0]) continue;
      const message = `${path}: data has ${data.shape[0]} rows, ${name} ${array.shape[0]}`;
      throw new QuarryError("SHAPE_MISMATCH", message, { path });
    }
    if (data.shape.length !== 3 || !isFloat(data)) {
      throw invalid(
        path,
        `data is ${data.dataType.name} [${data.shape.join(", ")}], not float [rows, levels, columns]`,
      );
    }
    if (timestamps.shape.length !== 1 || !timestamps.is("int64")) {
      throw invalid(
        path,
        `timestamps is ${timestamps.dataType.name} [${timestamps.shape.join(", ")}], not int64 [rows]`,
      );
    }
    if (metadata !== undefined && !metadata.is("float64")) {
      throw invalid(path, `snapshot_metadata is ${metadata.dataType.name}, not float64`);
    }
    await Promise.all([
      checkAllStored(data, `${path}/data`),
      checkAllStored(timestamps, `${path}/timestamps`),
    ]);
    const order = trustOrder ? "in-order" : "unknown";
    const times = new TimeColumn(timestamps, path, unitNsOf(timestamps, path), order);
    return new FloatBookStore(path, symbol, group.attributes, data, times, metadata);
  }

  private constructor(
    path: string,
    symbol: string,
    attributes: JsonObject,
    data: ZarrArray<FloatType>,
    times: TimeColumn,
    metadata: ZarrArray<"float64"> | undefined,
  ) {
    const columns = data.attributes.columns ?? attributes.columns;
    this.path = path;
    this.symbol = typeof attributes.symbol === "string" ? attributes.symbol : symbol;
    this.attributes = attributes;
    this.columns = isNames(columns) && columns.length === data.shape[2] ? columns : [];
    this.times = times;
    this.#data = data;
    this.#metadata = metadata;
  }

  get rowCount(): number {
    return this.#data.shape[0]!;
  }
  get rowShape(): readonly number[] {
    return this.#data.shape.slice(1);
  }
  get rowBytes(): number {
    return this.rowShape.reduce((bytes, length) => bytes * length, this.#data.dataType.itemBytes);
  }
  get chunkRows(): number {
    return this.#data.chunks[0]!;
  }
  get sourceChunkRows(): number {
    return (this.#data.shards ?? this.#data.chunks)[0]!;
  }

  select(selection: BookSelection): BlockRead {
    const { path, symbol, times } = this;
    const levels = this.#levelIndices(selection);
    const columns = selectedColumns(selection.columns, this.columns, path);
    const columnIndices =
      selection.columns === undefined ? null : columns.map((name) => this.columns.indexOf(name));
    return async (range, gate, signal) => {
      const rows = slice(range.start, range.end);
      const metadata = this.#metadata;
      const [timestampsNs, book, snapshot] = await Promise.all([
        gate.through(() => times.read(range, signal), signal),
        gate.through(() => this.#data.getOrthogonal([rows, levels, columnIndices], { signal }), signal),
        metadata && gate.through(() => metadata.get([rows], { signal }), signal),
      ]);
      return {
        layout: "floats",
        symbol,
        path,
        start: range.start,
        count: range.end - range.start,
        timestampsNs,
        book: matrixOf(book as FloatBlock["book"]),
        columns,
        metadata: snapshot && matrixOf(snapshot),
      } satisfies FloatBlock;
    };
  }

  /** Indices along the axis of levels; `null` for all. */
  #levelIndices({ levels }: BookSelection): readonly number[] | null {
    const [count] = this.rowShape as [number];
    const { levels_per_side: perSide } = this.attributes;
    const isTwoSided = typeof perSide === "number" && perSide * 2 === count;
    const wanted = selectedLevels(levels, isTwoSided ? perSide : count, this.path);
    if (wanted === undefined) return null;
    return isTwoSided ? [...wanted, ...wanted.map((level) => level + perSide)] : wanted;
  }
}

function matrixOf<Items>({ data, shape }: Matrix<Items>): Matrix<Items> {
  return { data, shape };
}

function isFloat(array: ZarrArray): array is ZarrArray<FloatType> {
  return array.is("float16") || array.is("float32") || array.is("float64");
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

async function arrayIfThere(group: Group, name: string): Promise<ZarrArray | undefined> {
  try {
    return await group.array(name);
  } catch (error) {
    if (isQuarryError(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}

function unitNsOf(timestamps: ZarrArray<"int64">, path: string): bigint {
  const { units } = timestamps.attributes;
  if (units === undefined) return NS_PER_MS;
  const scale = timeScaleOf(timestamps);
  if (scale?.epochNs === 0n) return BigInt(scale.unitNs);
  throw invalid(path, `timestamps counts ${JSON.stringify(units)}, which is no time since 1970-01-01`);
}

function invalid(path: string, reason: string): QuarryError {
  return new QuarryError("METADATA_INVALID", `${path}: ${reason}`, { path });
}
