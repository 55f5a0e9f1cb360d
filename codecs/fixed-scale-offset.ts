/**
 * `numcodecs.fixedscaleoffset` (array to array): stores `(x - offset) * scale`, rounded to the nearest whole number,
 * ties to even, as another data type.
 *
 * Configuration: `{ "offset": 1000, "scale": 10, "dtype": "<f8", "astype": "<i2" }`, types in numpy's spellings.
 * `dtype` is the data type of the array, `astype` that of the stored numbers; left out, both are the array's.
 * Floats are computed in their own type, each operation rounded to it, and integers in float64, so that those
 * beyond 2^53 lose bits (numcodecs encodes them in their own type, which wraps, where both parameters are whole). Decoding, `x / scale + offset`, is computed in `astype` where that is a float and cuts off
 * what an integer `dtype` cannot hold of a fraction.
 *
 * numcodecs casts without a look: here it is a fault, in both directions, if a value is not in the range of the
 * type it goes to, or becomes infinite that was finite; and when encoding, if it could not be decoded again.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/filter/fixedscaleoffset.html
 */
import type { NumericType } from "../src/metadata/data-type.ts";
import type { TypedArray } from "../src/metadata/typed-array.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { ChunkType, CodecDefinition, PortableCodec } from "./definition.ts";
import { bytesOf, elementsOf } from "./numeric/elements.ts";
import { parseFilterTypes } from "./numeric/filter-types.ts";
import { floatFormatOf, roundHalfToEven } from "./numeric/float-format.ts";
import { numpyDtypeOf } from "./numeric/numpy-dtype.ts";
import { FLOAT64, float64ValuesOf, representableElements } from "./numeric/representable.ts";

const NAME = "numcodecs.fixedscaleoffset";

interface Arithmetic {
  readonly round: (value: number) => number;
  readonly offset: number;
  readonly scale: number;
}

/** What computing in the type of `dataType` does to the parameters and to each result. */
function arithmeticOf(dataType: NumericType, offset: number, scale: number): Arithmetic {
  const { round } = floatFormatOf(dataType.kind === "float" ? dataType : FLOAT64);
  const arithmetic = { round, offset: round(offset), scale: round(scale) };
  if (!Number.isFinite(arithmetic.offset) || !Number.isFinite(arithmetic.scale) || arithmetic.scale === 0) {
    throw configurationError(
      NAME,
      `"offset" ${offset} and "scale" ${scale} must be finite, and "scale" not zero, as ${dataType.name}`,
    );
  }
  return arithmetic;
}

export const fixedScaleOffsetDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  configurationSchema: objectSchema(
    {
      offset: { type: "number" },
      scale: { type: "number" },
      dtype: { type: ["string", "null"] },
      astype: { type: ["string", "null"] },
    },
    ["offset", "scale"],
  ),

  resolve(configuration, input) {
    const { decodedType, encodedType } = parseFilterTypes(NAME, configuration, input.dataType);
    const offset = Number(configuration.offset);
    const scale = Number(configuration.scale);
    const encoding = arithmeticOf(decodedType, offset, scale);
    const decoding = arithmeticOf(encodedType, offset, scale);
    const encoded: ChunkType = { dataType: encodedType, shape: input.shape };
    const decode = (elements: TypedArray): TypedArray => {
      const { round, offset, scale } = decoding;
      const stored = float64ValuesOf(elements, encodedType);
      const values = stored.map((value) => round(round(value / scale) + offset));
      return representableElements(values, decodedType, stored);
    };
    const portable: PortableCodec = {
      encode(decodedBytes) {
        checkLength(decodedBytes.length, byteLengthOf(input));
        const { round, offset, scale } = encoding;
        const values = float64ValuesOf(elementsOf(decodedBytes, decodedType), decodedType);
        const scaled = values.map((value) => roundHalfToEven(round(round(value - offset) * scale)));
        const stored = representableElements(scaled, encodedType, values);
        // Refuses what rounding has taken out of the range of the array's type.
        decode(stored);
        return bytesOf(stored);
      },
      decode(encodedBytes, size) {
        checkLength(encodedBytes.length, byteLengthOf(encoded));
        checkDecodedBytes(byteLengthOf(input), size);
        return bytesOf(decode(elementsOf(encodedBytes, encodedType)));
      },
    };
    return {
      kind: "array-to-array",
      name: NAME,
      configuration: {
        offset: configuration.offset!,
        scale: configuration.scale!,
        dtype: numpyDtypeOf(decodedType),
        astype: numpyDtypeOf(encodedType),
      },
      encodedType: encoded,
      encodedBytes: (decodedBytes) => (decodedBytes / decodedType.itemBytes) * encodedType.itemBytes,
      native: {
        id: "fixedscaleoffset",
        offset,
        scale,
        decodedType: decodedType.name,
        encodedType: encodedType.name,
      },
      portable: async () => portable,
    };
  },
};
