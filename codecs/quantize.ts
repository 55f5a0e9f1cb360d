/**
 * `numcodecs.quantize` (array to array): floats rounded to so many decimal digits, or rather to the next finer
 * multiple of a power of two, `round(x * 2^bits) / 2^bits` with `bits = ceil(digits * log2(10))`.
 *
 * Configuration: `{ "digits": 3, "dtype": "<f8", "astype": "<f4" }`, types in numpy's spellings. `dtype` is the data
 * type of the array, `astype` that of the stored elements; left out, both are the array's. Each operation is
 * rounded to `dtype`; decoding converts back and nothing else.
 *
 * Where numcodecs stores an infinity for a number that is too large to be scaled, here it is a fault. zarr-python
 * (3.1) does not read a Zarr v3 array in which the two types differ: it takes what is stored for `dtype`.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/filter/quantize.html
 */
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { ChunkType, CodecDefinition, PortableCodec } from "./definition.ts";
import { castElements } from "./numeric/cast.ts";
import { bytesOf, elementsOf } from "./numeric/elements.ts";
import { parseFilterTypes } from "./numeric/filter-types.ts";
import { floatFormatOf, roundHalfToEven } from "./numeric/float-format.ts";
import { numpyDtypeOf } from "./numeric/numpy-dtype.ts";
import { float64ValuesOf, representableElements } from "./numeric/representable.ts";

const NAME = "numcodecs.quantize";

/** Beyond, ten to the power of it is no normal float64. */
const DIGITS_MAX = 307;

/** The bits behind the binary point that keep `digits` decimal ones. */
function fractionBitsOf(digits: number): number {
  return Math.ceil(digits * Math.log2(10));
}

export const quantizeDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  configurationSchema: objectSchema(
    {
      digits: { type: "integer", minimum: -DIGITS_MAX, maximum: DIGITS_MAX },
      dtype: { type: ["string", "null"] },
      astype: { type: ["string", "null"] },
    },
    ["digits"],
  ),

  resolve(configuration, input) {
    const { digits } = configuration as { digits: number };
    const { decodedType, encodedType } = parseFilterTypes(NAME, configuration, input.dataType);
    if (decodedType.kind !== "float" || encodedType.kind !== "float") {
      throw configurationError(
        NAME,
        `stores floats as floats, not ${decodedType.name} as ${encodedType.name}`,
      );
    }
    const { round } = floatFormatOf(decodedType);
    const bits = fractionBitsOf(digits);
    const scale = round(2 ** bits);
    if (scale === 0 || !Number.isFinite(scale)) {
      throw configurationError(
        NAME,
        `"digits" is ${digits}, which is out of the range of ${decodedType.name}`,
      );
    }
    const encoded: ChunkType = { dataType: encodedType, shape: input.shape };
    const portable: PortableCodec = {
      encode(decodedBytes) {
        checkLength(decodedBytes.length, byteLengthOf(input));
        const values = float64ValuesOf(elementsOf(decodedBytes, decodedType), decodedType);
        const quantized = values.map((value) => round(roundHalfToEven(round(value * scale)) / scale));
        return bytesOf(representableElements(quantized, encodedType, values));
      },
      decode(encodedBytes, size) {
        checkLength(encodedBytes.length, byteLengthOf(encoded));
        checkDecodedBytes(byteLengthOf(input), size);
        return bytesOf(castElements(elementsOf(encodedBytes, encodedType), encodedType, decodedType));
      },
    };
    return {
      kind: "array-to-array",
      name: NAME,
      configuration: { digits, dtype: numpyDtypeOf(decodedType), astype: numpyDtypeOf(encodedType) },
      encodedType: encoded,
      encodedBytes: (decodedBytes) => (decodedBytes / decodedType.itemBytes) * encodedType.itemBytes,
      native: { id: "quantize", bits, decodedType: decodedType.name, encodedType: encodedType.name },
      portable: async () => portable,
    };
  },
};
