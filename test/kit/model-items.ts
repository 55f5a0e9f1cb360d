/** Items of every data type as the model holds them: single values, in the form that `get` gives for one item. */
import { codec } from "../../codecs/builders.ts";
import type { CodecMetadata } from "../../src/index.ts";
import { type DataType, isVariableLength } from "../../src/metadata/data-type.ts";
import type { JsonValue } from "../../src/metadata/json.ts";
import { type DataTypeSpelling, parseDataType } from "../../src/metadata/parse-data-type.ts";
import {
  elementsPerItem,
  isListed,
  type TypedArrayOf,
  typedArrayOf,
} from "../../src/metadata/typed-array.ts";

/** Types beyond plain numbers; in a struct there is a field of each kind that has bytes of its own. */
export const OTHER_TYPES: readonly DataTypeSpelling[] = [
  "complex64",
  "complex128",
  "r24",
  { name: "raw_bytes", configuration: { length_bytes: 40 } },
  { name: "fixed_length_utf32", configuration: { length_bytes: 28 } },
  { name: "null_terminated_bytes", configuration: { length_bytes: 5 } },
  { name: "numpy.datetime64", configuration: { unit: "ns", scale_factor: 1 } },
  { name: "numpy.timedelta64", configuration: { unit: "s", scale_factor: 10 } },
  {
    name: "struct",
    configuration: {
      fields: [
        { name: "price", data_type: "int32" },
        { name: "flags", data_type: "uint8" },
        { name: "rate", data_type: "complex64" },
      ],
    },
  },
  "string",
  "variable_length_bytes",
];

export function typeOf(spelling: DataTypeSpelling): DataType {
  return parseDataType(spelling as JsonValue);
}

/** The item of `dataType` that stands for the number `value`, 0 … 99; different ones for different numbers. */
export function itemFor(dataType: DataType, value: number): unknown {
  const text = value === 0 ? "" : `${"é".repeat(value % 4)}${value}`;
  switch (dataType.kind) {
    case "bool":
      return value % 2 === 1;
    case "int":
    case "uint":
      return dataType.itemBytes === 8 ? BigInt(value) : value;
    case "float":
      return value;
    case "complex":
      return [value, 2 * value];
    case "datetime":
    case "timedelta":
      return BigInt(value);
    case "raw":
    case "struct":
      return Uint8Array.from({ length: dataType.itemBytes }, (_, at) => (value * (at + 1)) % 256);
    case "fixed-unicode":
    case "string":
      return text;
    case "fixed-bytes":
      return new TextEncoder().encode(text.replaceAll("é", "e"));
    case "variable-bytes":
      return new TextEncoder().encode(text);
    case "object":
      throw new TypeError("only Zarr v2 has objects");
  }
}

/** What an array gives for items that were never written, when its creator does not say. */
export function defaultItem(dataType: DataType): unknown {
  if (dataType.kind === "datetime" || dataType.kind === "timedelta") return -(2n ** 63n);
  return itemFor(dataType, 0);
}

/** `items` as `get` gives and `set` takes several. */
export function arrayOf(dataType: DataType, items: readonly unknown[]): TypedArrayOf {
  if (isListed(dataType)) return [...items] as string[];
  const perItem = elementsPerItem(dataType);
  const array = new (typedArrayOf(dataType))(items.length * perItem);
  const elements = array as unknown as { [at: number]: unknown };
  for (const [at, item] of items.entries()) {
    if (perItem === 1) elements[at] = typeof item === "boolean" ? Number(item) : item;
    else for (const [part, value] of (item as number[]).entries()) elements[at * perItem + part] = value;
  }
  return array;
}

/** Chains beside those for any type: what puts items of variable length into bytes is implied. */
export function suits(chain: readonly CodecMetadata[], dataType: DataType): boolean {
  return !isVariableLength(dataType) || !chain.some(({ name }) => name === codec.bytes().name);
}
