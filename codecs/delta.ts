/**
 * `numcodecs.delta` (array to array): the first element, then the difference of each from the one before it,
 * over the whole chunk in C order.
 *
 * Configuration: `{ "dtype": "<i8", "astype": "<i4" }`, numpy's spellings. `dtype` is the data type of the
 * array, `astype` that of the stored differences; left out, both are the array's. Differences are taken in
 * `dtype` (integers wrap, floats round), then converted to `astype` (see numeric/cast.ts). Decoding adds up, one
 * element after another, in the type to which numpy promotes the two, and converts each sum to `dtype`.
 * Integers come back exactly, floats rounded. numcodecs does not look whether they do: here it is a fault when an
 * integer is encoded that would come back as another, when an integer `astype` does not hold the difference of two
 * floats, and when a finite float would not be finite any more, as behind NaN or where `astype` has no such number.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/filter/delta.html
 */
import type { NumericType } from "../src/metadata/data-type.ts";
import type { TypedArray } from "../src/metadata/typed-array.ts";
import { objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength, elementCountOf } from "./decoded-size.ts";
import type { ChunkType, CodecDefinition, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";
import { castElements } from "./numeric/cast.ts";
import { type AxisLayout, addUpDifferences, differencesOf } from "./numeric/differences.ts";
import { bytesOf, elementsOf } from "./numeric/elements.ts";
import { parseFilterTypes } from "./numeric/filter-types.ts";
import { numpyDtypeOf } from "./numeric/numpy-dtype.ts";
import { promotedType } from "./numeric/promote.ts";
import { float64ValuesOf } from "./numeric/representable.ts";

const NAME = "numcodecs.delta";

function checkSame(elements: TypedArray, others: TypedArray): void {
  for (let at = 0; at < elements.length; at++) {
    if (elements[at] !== others[at]) throw new CodecFault("not-representable");
  }
}

function checkComesBack(elements: TypedArray, again: TypedArray, dataType: NumericType): void {
  if (dataType.kind !== "float") {
    checkSame(elements, again);
    return;
  }
  const values = float64ValuesOf(elements, dataType);
  const valuesAgain = float64ValuesOf(again, dataType);
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    const comesBack = Number.isFinite(value)
      ? Number.isFinite(valuesAgain[at])
      : Number.isNaN(value) || value === valuesAgain[at];
    if (!comesBack) throw new CodecFault("not-representable");
  }
}

export const deltaDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  configurationSchema: objectSchema({
    dtype: { type: ["string", "null"] },
    astype: { type: ["string", "null"] },
  }),

  resolve(configuration, input) {
    // numcodecs encodes bool by XOR and decodes it by OR, so that it cannot read back what it writes.
    const { decodedType, encodedType } = parseFilterTypes(NAME, configuration, input.dataType);
    const sumType = promotedType(decodedType, encodedType);
    const encoded: ChunkType = { dataType: encodedType, shape: input.shape };
    const layout: AxisLayout = { planeLength: elementCountOf(input), stride: 1 };
    const sumsOf = (differences: TypedArray): TypedArray => {
      const sums = castElements(differences, encodedType, sumType);
      addUpDifferences(sums, layout);
      return castElements(sums, sumType, decodedType);
    };
    const wraps = [decodedType, encodedType, sumType].every(({ kind }) => kind !== "float");
    // No bit is cut off that a sum modulo 2^bits needs.
    const alwaysComesBack = wraps && encodedType.itemBytes >= decodedType.itemBytes;
    const portable: PortableCodec = {
      encode(decodedBytes) {
        checkLength(decodedBytes.length, byteLengthOf(input));
        const elements = elementsOf(decodedBytes, decodedType);
        const differences = differencesOf(elements, layout);
        const stored = castElements(differences, decodedType, encodedType);
        if (decodedType.kind === "float" && encodedType.kind !== "float") {
          checkSame(float64ValuesOf(differences, decodedType), float64ValuesOf(stored, encodedType));
        }
        if (!alwaysComesBack) checkComesBack(elements, sumsOf(stored), decodedType);
        return bytesOf(stored);
      },
      decode(encodedBytes, size) {
        checkLength(encodedBytes.length, byteLengthOf(encoded));
        checkDecodedBytes(byteLengthOf(input), size);
        return bytesOf(sumsOf(elementsOf(encodedBytes, encodedType)));
      },
    };
    return {
      kind: "array-to-array",
      name: NAME,
      configuration: { dtype: numpyDtypeOf(decodedType), astype: numpyDtypeOf(encodedType) },
      encodedType: encoded,
      encodedBytes: (decodedBytes) => (decodedBytes / decodedType.itemBytes) * encodedType.itemBytes,
      native: { id: "delta", decodedType: decodedType.name, encodedType: encodedType.name },
      portable: async () => portable,
    };
  },
};
