/**
 * Whether rows are what a schema says, before any of them is written: a pure function, for every writer there is.
 *
 * An array's rows come as a typed array in C order, as a box `{ data, shape, stride }`, or, where the array has
 * columns, as an object with a typed array for each. Items of another type are converted if every value stays what it
 * is; whole numbers to whole numbers or floats, floats to floats. Nothing is rounded, cut or filled in.
 */
import { castElements } from "../../codecs/numeric/cast.ts";
import { numericTypeOf } from "../../codecs/numeric/filter-types.ts";
import { contiguousStrides } from "../codec/c-order.ts";
import { resolveCodec } from "../codec/registry.ts";
import { type ErrorCode, QuarryError } from "../errors.ts";
import { dataTypeOf, type NumericType } from "../metadata/data-type.ts";
import { type TypedArray, typedArrayOf } from "../metadata/typed-array.ts";
import { isBox, type NdArray } from "../zarr/array-data.ts";
import { checkBox, checkInside, countOf, positionsIn } from "../zarr/items/item-box.ts";
import { dataTypeOfItems, firstChanged, firstInfinite } from "./exact-cast.ts";
import { type ArraySchema, type GroupSchema, grows } from "./schema.ts";

/** Rows of one array. */
export type RowItems = TypedArray | NdArray | Readonly<Record<string, TypedArray>>;

/** Rows of the arrays of a group that grow, by their names: as many of each. */
export type RowBatch = Readonly<Record<string, RowItems>>;

export interface CheckedRows {
  readonly rows: number;
  /** In C order, in the typed array of the data type; the caller's own where nothing was to be converted. */
  readonly items: Readonly<Record<string, TypedArray>>;
}

/**
 * `batch` as rows that `schema` allows. Rows in messages count from 0, from the begin of the batch.
 * @throws QuarryError `VALUE_INVALID` for an array or a column that is missing or unknown, and for items of another
 *   type; `SHAPE_MISMATCH`; `PRECISION_LOSS` for a value that its array cannot hold, or that an `astype` filter would
 *   make infinite. Each names the array, and the row if it is one
 * @example
 * const { rows, items } = checkRows(schema, { ts_event, close: Float64Array.of(61804.5) });
 */
export function checkRows(schema: GroupSchema, batch: RowBatch): CheckedRows {
  const growing = schema.arrays.filter(grows);
  checkNames(schema, growing, batch);
  const checked = growing.map((array) => [array.name, checkItems(array, batch[array.name]!)] as const);
  const rows = checked[0]?.[1].rows ?? 0;
  const uneven = checked.find(([, each]) => each.rows !== rows);
  if (uneven !== undefined) {
    const message = `${uneven[1].rows} rows, but ${checked[0]![0]} has ${rows}: each array takes as many`;
    throw refused("SHAPE_MISMATCH", uneven[0], message);
  }
  return { rows, items: Object.fromEntries(checked.map(([name, each]) => [name, each.items])) };
}

/**
 * `given` as rows of one array, whether it grows or not.
 * @throws QuarryError as {@link checkRows}
 */
export function checkItems(array: ArraySchema, given: RowItems): { rows: number; items: TypedArray } {
  const dataType = dataTypeOf(array.dataType);
  const rowItems = countOf(rowShapeOf(array));
  const items = isRecord(given)
    ? interleaved(array, given, dataType)
    : converted(array, isBox(given) ? contiguous(array, given) : given, dataType, place(array, rowItems));
  const rows = rowItems === 0 ? 0 : items.length / rowItems;
  if (!Number.isInteger(rows)) {
    throw refused(
      "SHAPE_MISMATCH",
      array.name,
      `${items.length} items are no whole rows of [${rowShapeOf(array).join(", ")}]`,
    );
  }
  if (array.shape[0] !== null && rows !== array.shape[0]) {
    throw refused("SHAPE_MISMATCH", array.name, `${rows} rows for an array of ${array.shape[0]}`);
  }
  checkStored(array, items, dataType, rowItems);
  return { rows, items };
}

function checkNames(schema: GroupSchema, growing: readonly ArraySchema[], batch: RowBatch): void {
  for (const { name } of growing) {
    if (!Object.hasOwn(batch, name) || batch[name] === undefined) {
      throw refused("VALUE_INVALID", name, "no rows were given; rows go to all arrays of a group together");
    }
  }
  for (const name of Object.keys(batch)) {
    if (growing.some((array) => array.name === name)) continue;
    const isFixed = schema.arrays.some((array) => array.name === name);
    throw refused(
      "VALUE_INVALID",
      name,
      isFixed
        ? "the array does not grow; set it as a whole"
        : `the schema ${schema.name} has no such array, but ${growing.map((array) => array.name).join(", ")}`,
    );
  }
}

/** Says in words where item `index` is. */
type PlaceOf = (index: number) => string;

function place({ dimensions, columns, shape }: ArraySchema, rowItems: number): PlaceOf {
  return (index) => {
    let rest = index % rowItems;
    const inRow: string[] = [];
    for (let axis = shape.length - 1; axis > 0; axis -= 1) {
      const length = shape[axis]!;
      const at = rest % length;
      const name = axis === shape.length - 1 ? columns[at]?.name : undefined;
      inRow.unshift(name === undefined ? `${dimensions[axis]} ${at}` : `column ${name}`);
      rest = Math.floor(rest / length);
    }
    return [`row ${Math.floor(index / rowItems)}`, ...inRow].join(", ");
  };
}

/** Items as the array's data type, the very same where they are that. */
function converted(array: ArraySchema, given: unknown, to: NumericType, placeOf: PlaceOf): TypedArray {
  const from = dataTypeOfItems(given);
  const wanted = typedArrayOf(to).name;
  if (from === undefined) {
    throw refused(
      "VALUE_INVALID",
      array.name,
      `items of ${to.name} come in a ${wanted}, not in ${kindOf(given)}`,
    );
  }
  const items = given as TypedArray;
  if (to.kind === "bool") {
    if (from.name !== "uint8") throw notOfType(array, from, to);
    const index = (items as Uint8Array).findIndex((item) => item > 1);
    if (index >= 0)
      throw refused("VALUE_INVALID", array.name, `${placeOf(index)}: ${items[index]} is not 0 or 1`);
    return items;
  }
  if (from.name === to.name) return items;
  if (from.kind === "float" && to.kind !== "float") throw notOfType(array, from, to);
  const cast = castElements(items, from, to);
  const index = firstChanged(items, from, cast, to);
  if (index < 0) return cast;
  throw refused(
    "PRECISION_LOSS",
    array.name,
    `${placeOf(index)}: ${items[index]} (${from.name}) would be stored as ${cast[index]} (${to.name})`,
  );
}

/** That an `astype` which comes first keeps what it is not there to lose: it may round floats, and nothing else. */
function checkStored(array: ArraySchema, items: TypedArray, dataType: NumericType, rowItems: number): void {
  const [filter] = array.filters;
  if (filter?.name !== "numcodecs.astype") return;
  const chunk = { dataType, shape: array.shape.map((length) => length ?? 1) };
  const { encodedType = chunk } = resolveCodec(filter, chunk, array.name);
  const to = numericTypeOf(filter.name, encodedType.dataType);
  const cast = castElements(items, dataType, to);
  const index = to.kind === "float" ? firstInfinite(items, cast) : firstChanged(items, dataType, cast, to);
  if (index < 0) return;
  throw refused(
    "PRECISION_LOSS",
    array.name,
    `${place(array, rowItems)(index)}: ${items[index]} would be stored as ${cast[index]} (${to.name}, by its filter astype)`,
  );
}

/** A typed array for each column as rows: item `c` of a row is of column `c`. */
function interleaved(
  array: ArraySchema,
  given: Readonly<Record<string, TypedArray>>,
  dataType: NumericType,
): TypedArray {
  const names = array.columns.map((column) => column.name);
  if (names.length === 0) {
    throw refused("VALUE_INVALID", array.name, "the array has no columns; give its items in one typed array");
  }
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      throw refused("VALUE_INVALID", array.name, `there is no column ${name}, but ${names.join(", ")}`);
    }
  }
  const perRow = countOf(rowShapeOf(array)) / names.length;
  const columns = names.map((name) => {
    if (!Object.hasOwn(given, name)) {
      throw refused("VALUE_INVALID", array.name, `no items were given for column ${name}`);
    }
    const placeOf: PlaceOf = (index) => `row ${Math.floor(index / perRow)}, column ${name}`;
    return converted(array, given[name], dataType, placeOf);
  });
  const length = columns[0]!.length;
  const uneven = columns.findIndex((column) => column.length !== length);
  if (uneven >= 0) {
    const message = `${columns[uneven]!.length} items in column ${names[uneven]}, but ${length} in ${names[0]}`;
    throw refused("SHAPE_MISMATCH", array.name, message);
  }
  const rows = new (typedArrayOf(dataType))(length * names.length);
  for (const [at, column] of columns.entries()) {
    for (let index = 0; index < length; index += 1) rows[index * names.length + at] = column[index]!;
  }
  return rows;
}

/** The items of a box in C order; a view of them where they lie so. */
function contiguous(array: ArraySchema, box: NdArray): TypedArray {
  checkBox(box, `/${array.name}`);
  const { data, shape, offset = 0 } = box;
  const rowShape = rowShapeOf(array);
  if (shape.length !== array.shape.length || rowShape.some((length, i) => shape[i + 1] !== length)) {
    throw refused(
      "SHAPE_MISMATCH",
      array.name,
      `rows of shape [${shape.join(", ")}], but it takes [n${rowShape.map((length) => `, ${length}`).join("")}]`,
    );
  }
  if (dataTypeOfItems(data) === undefined) return data as TypedArray;
  const items = data as TypedArray;
  const strides = box.stride ?? contiguousStrides(shape);
  const count = countOf(shape);
  checkInside(shape, { offset, strides }, items.length);
  const inOrder = contiguousStrides(shape);
  if (strides.every((stride, axis) => stride === inOrder[axis]))
    return items.subarray(offset, offset + count);
  const rows = new (items.constructor as new (length: number) => TypedArray)(count);
  let next = 0;
  for (const position of positionsIn(shape, { offset, strides })) rows[next++] = items[position]!;
  return rows;
}

function isRecord(given: RowItems): given is Readonly<Record<string, TypedArray>> {
  if (typeof given !== "object" || given === null || isBox(given)) return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === Object.prototype || prototype === null;
}

function rowShapeOf({ shape }: ArraySchema): number[] {
  return shape.slice(1).map((length) => length ?? 0);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a plain array";
  return Object.prototype.toString.call(value).slice(8, -1);
}

function notOfType({ name }: ArraySchema, from: NumericType, to: NumericType): QuarryError {
  return refused(
    "VALUE_INVALID",
    name,
    `items of ${to.name} come in a ${typedArrayOf(to).name}, not as ${from.name}`,
  );
}

function refused(code: ErrorCode, name: string, message: string): QuarryError {
  return new QuarryError(code, `array ${name}: ${message}`, { path: `/${name}` });
}
