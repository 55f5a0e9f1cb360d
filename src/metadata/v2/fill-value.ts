/**
 * `fill_value` of a `.zarray`, in the spelling that Zarr v3 has for the same element.
 *
 * Most spellings are v3's. v2 has more of them, because its writers took whatever NumPy takes: bare NaN, numbers in
 * decimal digits in a string, 0 and 1 for false and true, one number for a complex one, 0 for "nothing" in arrays of objects, and the base64 of a struct's bytes
 * as they are stored. `null` says that there is none: what no chunk stores is then undefined, and read as zeros,
 * empty strings and no times, as zarr-python does.
 */
import { base64OfBytes, bytesOfBase64 } from "../base64.ts";
import { withUnitsReversed } from "../byte-order.ts";
import type { DataType, StructType } from "../data-type.ts";
import { defaultFillValue, type FillValue, parseFillValue } from "../fill-value.ts";
import type { JsonValue } from "../json.ts";
import type { DocumentPlace } from "../place.ts";
import type { StoredOrder, StoredType } from "./numpy-dtype.ts";

/** @throws QuarryError `METADATA_INVALID` */
export function parseFillValueOfV2(
  json: JsonValue,
  { dataType, order }: StoredType,
  place: DocumentPlace,
): FillValue {
  if (json === null) return defaultFillValue(dataType);
  return parseFillValue(spellingOfV3(json, dataType, order), dataType, place.path, place);
}

function spellingOfV3(json: JsonValue, dataType: DataType, order: StoredOrder): JsonValue {
  switch (dataType.kind) {
    case "bool":
      return json === 0 || json === 1 ? json === 1 : json;
    case "int":
    case "uint":
      return typeof json === "string" && DECIMAL_INTEGER.test(json) ? BigInt(json) : json;
    case "float":
      return typeof json === "string" && DECIMAL.test(json) ? finiteNumber(json) : floatSpelling(json);
    case "complex":
      return Array.isArray(json) ? json.map(floatSpelling) : [floatSpelling(json), 0];
    case "variable-bytes":
      return json === 0 ? "" : json;
    case "string":
      // zarr-python 2 writes 0 where nobody has asked for anything; zarr-python 3 reads it as "0".
      return typeof json === "number" || typeof json === "bigint" ? String(json) : json;
    case "struct":
      return structSpelling(json, dataType, order);
    default:
      return json;
  }
}

const DECIMAL_INTEGER = /^[+-]?\d{1,20}$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The number; the text, which is no fill value, where it is beyond every float. */
function finiteNumber(decimal: string): JsonValue {
  const number = Number(decimal);
  return Number.isFinite(number) ? number : decimal;
}

function floatSpelling(json: JsonValue): JsonValue {
  return typeof json === "number" && !Number.isFinite(json) ? String(json) : json;
}

function structSpelling(json: JsonValue, dataType: StructType, order: StoredOrder): JsonValue {
  const stored = typeof json === "string" ? bytesOfBase64(json) : undefined;
  if (stored?.length !== dataType.itemBytes) return json;
  return base64OfBytes(inHostOrder(stored, dataType, order));
}

/** One item of a struct whose fields may differ in byte order. */
function inHostOrder(item: Uint8Array, dataType: DataType, order: StoredOrder): Uint8Array {
  if (order === "little") return item;
  if (order === "big") return withUnitsReversed(item, dataType);
  const swapped = item.slice();
  for (const [index, field] of (dataType as StructType).fields.entries()) {
    const { offsetBytes } = field;
    const bytes = item.subarray(offsetBytes, offsetBytes + field.dataType.itemBytes);
    swapped.set(inHostOrder(bytes, field.dataType, order[index]!), offsetBytes);
  }
  return swapped;
}
