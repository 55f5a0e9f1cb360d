/**
 * `cast_value` (array to array): stores the elements in another data type, each converted by its value.
 *
 * Configuration: `{ "data_type": "uint8", "rounding": "nearest-even", "out_of_range": "clamp", "scalar_map":
 * { "encode": [["NaN", 0]], "decode": [[0, "NaN"]] } }`. All but `data_type` may be left out; then the nearest value
 * is taken, ties to even, and a value out of range is a fault. Decoding converts back in the same manner, and what could
 * not be decoded is a fault when it is encoded: the largest int32 is 2^31 as float32, and that is no int32. A pair of
 * `scalar_map`, both as fill values are spelled, goes before everything else; the first pair of a value counts. NaN and
 * the infinities never become integers but by such a pair.
 * Specification: https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/cast_value
 */
import { dataTypeOf, type NumericType } from "../src/metadata/data-type.ts";
import { parseFillValue } from "../src/metadata/fill-value.ts";
import type { JsonValue } from "../src/metadata/json.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { ChunkType, CodecDefinition, PortableCodec } from "./definition.ts";
import { castElements } from "./numeric/cast.ts";
import { type CastValue, type OutOfRange, type Value, valueCast } from "./numeric/cast-value.ts";
import { bytesOf, elementsOf, newElements } from "./numeric/elements.ts";
import { numberTypeOf } from "./numeric/filter-types.ts";
import { FLOAT64, float64ValuesOf } from "./numeric/representable.ts";
import { ROUNDINGS, type Rounding } from "./numeric/rounding.ts";

const NAME = "cast_value";

type ScalarPairs = readonly (readonly [JsonValue, JsonValue])[];

interface CastConfiguration {
  readonly data_type: string;
  readonly rounding?: Rounding;
  readonly out_of_range?: Exclude<OutOfRange, "error">;
  readonly scalar_map?: { readonly encode?: ScalarPairs; readonly decode?: ScalarPairs };
}

function scalarOf(json: JsonValue, dataType: NumericType): Value {
  try {
    return parseFillValue(json, dataType, NAME).value as Value;
  } catch (cause) {
    const spelling = JSON.stringify(json);
    throw configurationError(NAME, `"scalar_map" has ${spelling}, which is no ${dataType.name}`, { cause });
  }
}

/** `cast` behind the pairs. A `Map` takes NaN for equal to itself, and 0 for equal to -0, as is wanted here. */
function withPairs(cast: CastValue, pairs: ScalarPairs, from: NumericType, to: NumericType): CastValue {
  if (pairs.length === 0) {
    return cast;
  }
  const mapped = new Map<Value, Value>();
  for (const [key, value] of pairs) {
    const scalar = scalarOf(key, from);
    if (!mapped.has(scalar)) {
      mapped.set(scalar, scalarOf(value, to));
    }
  }
  return (value) => mapped.get(value) ?? cast(value);
}

/** The bytes of each pair, one element behind the other. */
function hexOfPairs(pairs: ScalarPairs, from: NumericType, to: NumericType): string {
  const hexOf = (json: JsonValue, dataType: NumericType): string => {
    const element = newElements(1, dataType) as Float64Array;
    element[0] = scalarOf(json, dataType) as number;
    return Array.from(bytesOf(element), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  return pairs.map(([key, value]) => hexOf(key, from) + hexOf(value, to)).join("");
}

/** The elements in `bytes` as those of another type, as bytes. */
function castBytes(bytes: Uint8Array, from: NumericType, to: NumericType, cast: CastValue): Uint8Array {
  const elements = elementsOf(bytes, from);
  // Elements of a float16 are slow to read and write one by one.
  const values = from.name === "float16" ? float64ValuesOf(elements, from) : elements;
  const results = newElements(values.length, to.name === "float16" ? FLOAT64 : to) as Float64Array;
  for (let at = 0; at < results.length; at++) {
    results[at] = cast(values[at]!) as number;
  }
  return bytesOf(to.name === "float16" ? castElements(results, FLOAT64, to) : results);
}

export const castValueDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  configurationSchema: objectSchema(
    {
      data_type: { type: "string" },
      rounding: { enum: [...ROUNDINGS] },
      out_of_range: { enum: ["clamp", "wrap"] },
      scalar_map: objectSchema({
        encode: { type: "array", items: { type: "array", minItems: 2, maxItems: 2 } },
        decode: { type: "array", items: { type: "array", minItems: 2, maxItems: 2 } },
      }),
    },
    ["data_type"],
  ),

  resolve(configuration, input) {
    const {
      data_type,
      rounding = "nearest-even",
      out_of_range: outOfRange = "error",
      scalar_map: { encode: encodePairs = [], decode: decodePairs = [] } = {},
    } = configuration as unknown as CastConfiguration;
    const decodedType = numberTypeOf(NAME, input.dataType);
    const encodedType = numberTypeOf(NAME, dataTypeOf(data_type));
    if (outOfRange === "wrap" && encodedType.kind === "float") {
      throw configurationError(NAME, `"out_of_range" is "wrap", which ${encodedType.name} cannot`);
    }
    const encoded: ChunkType = { dataType: encodedType, shape: input.shape };
    const encodeValue = withPairs(
      valueCast(decodedType, encodedType, rounding, outOfRange),
      encodePairs,
      decodedType,
      encodedType,
    );
    const decodeValue = withPairs(
      valueCast(encodedType, decodedType, rounding, outOfRange),
      decodePairs,
      encodedType,
      decodedType,
    );
    const portable: PortableCodec = {
      encode(decodedBytes) {
        checkLength(decodedBytes.length, byteLengthOf(input));
        const encodedBytes = castBytes(decodedBytes, decodedType, encodedType, encodeValue);
        // Refuses what rounding has taken out of the range of the array's type.
        castBytes(encodedBytes, encodedType, decodedType, decodeValue);
        return encodedBytes;
      },
      decode(encodedBytes, size) {
        checkLength(encodedBytes.length, byteLengthOf(encoded));
        checkDecodedBytes(byteLengthOf(input), size);
        return castBytes(encodedBytes, encodedType, decodedType, decodeValue);
      },
    };
    return {
      kind: "array-to-array",
      name: NAME,
      configuration,
      encodedType: encoded,
      encodedBytes: (decodedBytes) => (decodedBytes / decodedType.itemBytes) * encodedType.itemBytes,
      native: {
        id: "cast_value",
        decodedType: decodedType.name,
        encodedType: encodedType.name,
        rounding,
        outOfRange,
        encodeMap: hexOfPairs(encodePairs, decodedType, encodedType),
        decodeMap: hexOfPairs(decodePairs, encodedType, decodedType),
      },
      portable: async () => portable,
    };
  },
};
