/**
 * `dtype` and `astype`, with which numcodecs' numeric filters say what they decode to and what they encode to. Left
 * out or null, `dtype` is the data type of the array, and `astype` is `dtype`.
 */
import { type DataType, isNumeric, type NumericType } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { configurationError } from "../configuration.ts";
import { parseNumpyDtype } from "./numpy-dtype.ts";

export interface FilterTypes {
  readonly decodedType: NumericType;
  readonly encodedType: NumericType;
}

/**
 * The data type of an array of bool or of numbers.
 * @throws QuarryError `CODEC_CONFIGURATION`
 */
export function numericTypeOf(codec: string, arrayType: DataType): NumericType {
  if (!isNumeric(arrayType)) {
    throw configurationError(codec, `is for numbers, not ${arrayType.name}`);
  }
  return arrayType;
}

/**
 * The data type of an array of integers or floats.
 * @throws QuarryError `CODEC_CONFIGURATION`
 */
export function numberTypeOf(codec: string, arrayType: DataType): NumericType {
  const numeric = numericTypeOf(codec, arrayType);
  if (numeric.kind === "bool") {
    throw configurationError(codec, "is for integers and floats, not bool");
  }
  return numeric;
}

/**
 * The types of a filter on an array of numbers.
 * @throws QuarryError `CODEC_CONFIGURATION` if `dtype` is not the array's, or one of the types is no number
 */
export function parseFilterTypes(codec: string, configuration: JsonObject, arrayType: DataType): FilterTypes {
  const { dtype, astype } = configuration as { dtype?: string | null; astype?: string | null };
  const decodedType = numberTypeOf(codec, arrayType);
  if (dtype != null && parseNumpyDtype(dtype, codec, "dtype") !== decodedType) {
    throw configurationError(
      codec,
      `"dtype" is ${JSON.stringify(dtype)}, but the elements are ${decodedType.name}`,
    );
  }
  const encodedType =
    astype == null ? decodedType : numberTypeOf(codec, parseNumpyDtype(astype, codec, "astype"));
  return { decodedType, encodedType };
}
