/** The arrays of a book, read out of a collector's two: each region of theirs is a region of `data` or `timestamps`. */
import { QuarryError } from "../../errors.ts";
import { itemsOfSteps } from "../../market/step-columns.ts";
import {
  MISSING_ITEMS,
  MISSING_STEPS,
  STEP_BYTES,
  type StepColumn,
  type StepType,
  stepColumn,
} from "../../market/step-types.ts";
import { type DataType, dataTypeOf } from "../../metadata/data-type.ts";
import { fillValueOf } from "../../metadata/fill-value.ts";
import type { JsonObject } from "../../metadata/json.ts";
import type { NodePath } from "../../metadata/node-name.ts";
import type { TypedArrayOf } from "../../metadata/typed-array.ts";
import { countOf } from "../../zarr/array-data.ts";
import type { SourceArray } from "../source.ts";
import type { BookShape } from "./book-source.ts";
import type { BookColumn } from "./find-steps.ts";
import type { FloatGrid } from "./float-grid.ts";

const NAMES: Readonly<Record<BookColumn, string>> = { price: "px", size: "sz", count: "ct" };
const SIDES = ["bid", "ask"] as const;

/** Nanoseconds of a unit that `units` of the times may name: `ms since 1970-01-01`. */
const UNIT_NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  nanoseconds: 1n,
  us: 1000n,
  microseconds: 1000n,
  ms: 1_000_000n,
  milliseconds: 1_000_000n,
  s: 1_000_000_000n,
  seconds: 1_000_000_000n,
};

export function bookArrays(data: SourceArray, times: SourceArray, book: BookShape): readonly SourceArray[] {
  const columns = Object.keys(book.grids) as BookColumn[];
  return [
    eventTimes(times),
    levelNumbers(book.levels),
    ...SIDES.flatMap((_, side) => columns.map((column) => quantity(data, book, side, column))),
  ];
}

function eventTimes(times: SourceArray): SourceArray {
  const unitNs = unitOf(times);
  return {
    ...times,
    path: "/ts_event",
    dimensionNames: ["ts_event"],
    fillValue: fillValueOf(0n, times.dataType),
    attributes: { units: "nanoseconds since 1970-01-01", calendar: "proleptic_gregorian" },
    async readRegion(start, count, options) {
      const stamps = (await times.readRegion(start, count, options)) as BigInt64Array;
      for (const [at, stamp] of stamps.entries()) {
        const timestampNs = stamp * unitNs;
        if (BigInt.asIntN(64, timestampNs) !== timestampNs) {
          throw new QuarryError(
            "PRECISION_LOSS",
            `${times.path} row ${start[0]! + at}: ${stamp} is no time in nanoseconds`,
            {
              path: times.path,
            },
          );
        }
        stamps[at] = timestampNs;
      }
      return stamps;
    },
  };
}

function unitOf({ path, attributes }: SourceArray): bigint {
  const { units } = attributes;
  // What collectors of this layout store, unless they say otherwise.
  if (units === undefined) return UNIT_NS.ms!;
  const name = typeof units === "string" ? /^(\w+) since 1970-01-01/.exec(units)?.[1] : undefined;
  const unitNs = name !== undefined && Object.hasOwn(UNIT_NS, name) ? UNIT_NS[name] : undefined;
  if (unitNs !== undefined) return unitNs;
  throw new QuarryError(
    "UNSUPPORTED_FORMAT",
    `${path} counts ${JSON.stringify(units)}, which is no unit that is known`,
    {
      path,
    },
  );
}

function levelNumbers(levels: number): SourceArray {
  const dataType = dataTypeOf("uint8");
  return {
    path: "/level",
    dataType,
    shape: [levels],
    chunkShape: [levels],
    chunkMemoryBytes: 0,
    fillValue: fillValueOf(0, dataType),
    fillValueIsUndefined: false,
    dimensionNames: ["level"],
    attributes: { description: "distance from the best price, counted in price levels; 0 is the best" },
    encoding: "",
    encodedBytes: 0,
    verifiesContent: true,
    readRegion: async ([start = 0], [count = 0]) => Uint8Array.from({ length: count }, (_, i) => start + i),
  };
}

/** Prices, sizes or counts of one side. */
function quantity(data: SourceArray, book: BookShape, side: number, column: BookColumn): SourceArray {
  const { levels } = book;
  const [rows, , columnCount] = data.shape as [number, number, number];
  const type = book.types[column];
  const dataType: DataType = dataTypeOf(type);
  const grid = book.grids[column]!;
  const columnIndex = (Object.keys(book.grids) as BookColumn[]).indexOf(column);
  const name = `${SIDES[side]}_${NAMES[column]}`;
  const chunkLevels = levels % data.chunkShape[1]! === 0 ? data.chunkShape[1]! : levels;
  return {
    path: `/${name}` as NodePath,
    dataType,
    shape: [rows, levels],
    chunkShape: [data.chunkShape[0]!, chunkLevels],
    // The floats of one side, beside what it takes to decode them; int64 steps come by way of doubles.
    chunkMemoryBytes:
      data.chunkMemoryBytes +
      countOf(data.chunkShape) * (data.dataType.itemBytes + (type === "int64" ? STEP_BYTES.int64 : 0)),
    fillValue: fillValueOf(MISSING_ITEMS[type], dataType),
    fillValueIsUndefined: false,
    dimensionNames: ["ts_event", "level"],
    attributes: quantityAttributes(column, SIDES[side]!, grid, type),
    encoding: data.encoding,
    encodedBytes: Math.round(data.encodedBytes / (SIDES.length * columnCount)),
    verifiesContent: data.verifiesContent,
    async readRegion([row = 0, level = 0], [rowCount = 0, levelCount = 0], { signal, reuse } = {}) {
      const floats = (await data.readRegion(
        [row, side * levels + level, columnIndex],
        [rowCount, levelCount, 1],
        { signal },
      )) as Float64Array;
      const steps = reuse instanceof Int32Array ? (reuse as StepColumn) : stepColumn(type, floats.length);
      for (let at = 0; at < floats.length; at++) {
        const value = floats[at]!;
        steps[at] = Number.isNaN(value)
          ? MISSING_STEPS[type]
          : stepsOf(value, grid, `${data.path} row ${row + Math.floor(at / levelCount)}`);
      }
      return itemsOfSteps(steps) as TypedArrayOf;
    },
  };
}

function quantityAttributes(column: BookColumn, side: string, grid: FloatGrid, type: StepType): JsonObject {
  const words = { price: "prices", size: "sizes", count: "counts" }[column];
  return {
    description: `${side} ${words} by level, best first`,
    ...(column !== "count" && { scale_factor: Number(grid.step), step: grid.step }),
    _FillValue: MISSING_ITEMS[type],
  };
}

/** All values were on the grid when they were looked at: one that is not has changed since. */
function stepsOf(value: number, grid: FloatGrid, where: string): number {
  const steps = grid.stepsOf(value);
  if (steps !== undefined) return steps;
  throw new QuarryError(
    "VALUE_CHANGED",
    `${where}: ${value} is not a whole number of ${grid.step}, and was before`,
  );
}
