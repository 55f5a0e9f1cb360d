/**
 * Numeric data types as numpy spells them, which is what `numcodecs.*` configurations carry: `"<i4"`, `"|u1"`,
 * `"float16"`. Big-endian spellings are refused: between codecs the items are in host order, and numcodecs
 * itself reads such a codec as an instruction to reinterpret bytes, not to swap them. zarr-python computes with numbers
 * turned round under such a spelling, and does not read back what it has written (test/interop/peer-faults.test.ts):
 * whatever one took the bytes for, somebody would get other values. Zarr v2 is another matter, where src/metadata/v2
 * knows in which order a filter finds its items.
 */
import {
  dataTypeOf,
  NUMERIC_TYPE_NAMES,
  type NumericType,
  type NumericTypeName,
} from "../../src/metadata/data-type.ts";
import { configurationError } from "../configuration.ts";

const KIND_LETTERS = { bool: "b", int: "i", uint: "u", float: "f" } as const;

function codeOf(dataType: NumericType): string {
  return `${KIND_LETTERS[dataType.kind]}${dataType.itemBytes}`;
}

const BY_CODE: ReadonlyMap<string, NumericType> = new Map(
  NUMERIC_TYPE_NAMES.map((name) => [codeOf(dataTypeOf(name)), dataTypeOf(name)]),
);

/** `"<i4"`: what `numpy.dtype(…).str` gives on a little-endian machine. */
export function numpyDtypeOf(dataType: NumericType): string {
  return `${dataType.itemBytes === 1 ? "|" : "<"}${codeOf(dataType)}`;
}

/**
 * The data type that `text` names.
 * @throws QuarryError `CODEC_CONFIGURATION`
 */
export function parseNumpyDtype(text: string, codec: string, member: string): NumericType {
  if ((NUMERIC_TYPE_NAMES as readonly string[]).includes(text)) {
    return dataTypeOf(text as NumericTypeName);
  }
  const [, order = "", code = ""] = /^([<>=|]?)([biuf]\d)$/.exec(text) ?? [];
  const dataType = BY_CODE.get(code);
  if (dataType === undefined) {
    throw configurationError(
      codec,
      `"${member}" is ${JSON.stringify(text)}, which is no supported data type`,
    );
  }
  if (order === ">" && dataType.itemBytes > 1) {
    throw configurationError(
      codec,
      `"${member}" is ${JSON.stringify(text)}; big-endian items are the business of the bytes codec`,
    );
  }
  return dataType;
}
