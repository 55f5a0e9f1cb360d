/**
 * `scale_offset` (array to array): stores `(x - offset) * scale`, in the data type of the array.
 *
 * Configuration: `{ "offset": 1000, "scale": 2 }`, each as a fill value of the data type is spelled; left out, 0 and 1.
 * Decoding is `x / scale + offset`. It is a fault, in both directions, if a step leaves the range of the data type, a
 * finite float becomes infinite, or a division of integers leaves a remainder; and when encoding, if the result could
 * not be decoded.
 * Specification: https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/scale_offset
 */
import type { NumericType } from "../src/metadata/data-type.ts";
import { parseFillValue } from "../src/metadata/fill-value.ts";
import type { JsonValue } from "../src/metadata/json.ts";
import type { TypedArray } from "../src/metadata/typed-array.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";
import { bytesOf, elementsOf } from "./numeric/elements.ts";
import { numberTypeOf } from "./numeric/filter-types.ts";
import { floatFormatOf } from "./numeric/float-format.ts";
import { float64ValuesOf, integerRangeOf, representableElements } from "./numeric/representable.ts";

const NAME = "scale_offset";

/** A `bigint` for 64-bit integers. */
type Scalar = number | bigint;
type Transform = (elements: TypedArray) => TypedArray;

/** `json` as an element of `dataType`, `otherwise` where it is left out. */
function scalarOf(
  json: JsonValue | undefined,
  otherwise: number,
  member: string,
  dataType: NumericType,
): Scalar {
  try {
    return parseFillValue(json ?? otherwise, dataType, NAME).value as Scalar;
  } catch (cause) {
    throw configurationError(NAME, `"${member}" is ${JSON.stringify(json)}, which is no ${dataType.name}`, {
      cause,
    });
  }
}

/**
 * Integer arithmetic on one typed array, whose elements and parameters are all numbers or all bigints. TypeScript has
 * no way to say this; the casts stand for it. Numbers are exact, since a product that is not is out of range as well.
 */
function integerTransforms(
  dataType: NumericType,
  offset: number,
  scale: number,
): { readonly encode: Transform; readonly decode: Transform } {
  const { min, end } = integerRangeOf(dataType);
  const inRange = (value: number) => {
    if (value < min || value >= end) {
      throw new CodecFault("not-representable");
    }
    return value;
  };
  return {
    encode: (elements) => (elements as Float64Array).map((value) => inRange(inRange(value - offset) * scale)),
    decode: (elements) =>
      (elements as Float64Array).map((value) => {
        if (value % scale) {
          throw new CodecFault("not-representable");
        }
        return inRange(inRange(value / scale) + offset);
      }),
  };
}

function floatTransforms(
  dataType: NumericType,
  offset: number,
  scale: number,
): { readonly encode: Transform; readonly decode: Transform } {
  // By IEEE 754, -0 + 0 is 0; a codec that does nothing leaves every bit as it is.
  if (offset === 0 && scale === 1) return { encode: (elements) => elements, decode: (elements) => elements };
  const { round } = floatFormatOf(dataType);
  const transform = (elements: TypedArray, step: (value: number) => number) => {
    const values = float64ValuesOf(elements, dataType);
    return representableElements(values.map(step), dataType, values);
  };
  const decode: Transform = (elements) =>
    transform(elements, (value) => round(round(value / scale) + offset));
  return {
    encode(elements) {
      const stored = transform(elements, (value) => round(round(value - offset) * scale));
      // Refuses what rounding has made too large to be decoded.
      decode(stored);
      return stored;
    },
    decode,
  };
}

export const scaleOffsetDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  configurationSchema: objectSchema({
    offset: { type: ["number", "string"] },
    scale: { type: ["number", "string"] },
  }),

  resolve(configuration, input) {
    const dataType = numberTypeOf(NAME, input.dataType);
    const offset = scalarOf(configuration.offset, 0, "offset", dataType) as number;
    const scale = scalarOf(configuration.scale, 1, "scale", dataType) as number;
    if (!scale) {
      throw configurationError(NAME, `"scale" is ${scale}, which nothing can be divided by`);
    }
    const { encode, decode } =
      dataType.kind === "float"
        ? floatTransforms(dataType, offset, scale)
        : integerTransforms(dataType, offset, scale);
    const chunkBytes = byteLengthOf(input);
    const portable: PortableCodec = {
      encode(decodedBytes) {
        checkLength(decodedBytes.length, chunkBytes);
        return bytesOf(encode(elementsOf(decodedBytes, dataType)));
      },
      decode(encodedBytes, size) {
        checkLength(encodedBytes.length, chunkBytes);
        checkDecodedBytes(encodedBytes.length, size);
        return bytesOf(decode(elementsOf(encodedBytes, dataType)));
      },
    };
    return {
      kind: "array-to-array",
      name: NAME,
      configuration,
      encodedType: input,
      encodedBytes: (decodedBytes) => decodedBytes,
      // The whole of a 64-bit integer is more than a number holds.
      native:
        dataType.kind === "float"
          ? { id: "scale_offset", offset, scale }
          : { id: "scale_offset", offset: String(offset), scale: String(scale) },
      portable: async () => portable,
    };
  },
};
