/**
 * `quarry.temporal` (array to array): replaces each item by its difference from the item before it along one
 * axis; the first along the axis is kept. The data type and the shape stay.
 *
 * Configuration: `{ "transform": "xor", "axis": 0 }`; `"xor"` works on the bits of any data type, `"delta"`
 * subtracts integers modulo 2^bits. Also read as `vectorized_temporal`, its name in older stores.
 * Specification: spec/codecs/temporal.md. Read by the Python package `quarry_zarr`.
 */
import { isVariableLength, type NumericType } from "../src/metadata/data-type.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { ChunkType, CodecDefinition, PortableCodec } from "./definition.ts";
import { addUpDifferences, axisLayoutOf, differencesOf } from "./numeric/differences.ts";
import { bytesOf, elementsOf } from "./numeric/elements.ts";
import { numericTypeOf } from "./numeric/filter-types.ts";

/** XOR needs no items, only bytes: item against item is byte against byte. */
function xorTransform(chunk: ChunkType, axis: number): PortableCodec {
  const { planeLength, stride } = axisLayoutOf(chunk.shape, axis, chunk.dataType.itemBytes);
  const chunkBytes = byteLengthOf(chunk);
  return {
    encode(decoded) {
      checkLength(decoded.length, chunkBytes);
      const encoded = decoded.slice();
      for (let plane = 0; plane < encoded.length; plane += planeLength) {
        for (let at = plane + stride; at < plane + planeLength; at++) {
          encoded[at] = decoded[at]! ^ decoded[at - stride]!;
        }
      }
      return encoded;
    },
    decode(encoded, size) {
      checkLength(encoded.length, chunkBytes);
      checkDecodedBytes(encoded.length, size);
      const decoded = encoded.slice();
      for (let plane = 0; plane < decoded.length; plane += planeLength) {
        for (let at = plane + stride; at < plane + planeLength; at++) {
          decoded[at] = decoded[at]! ^ decoded[at - stride]!;
        }
      }
      return decoded;
    },
  };
}

function deltaTransform(chunk: ChunkType, dataType: NumericType, axis: number): PortableCodec {
  const layout = axisLayoutOf(chunk.shape, axis, 1);
  const chunkBytes = byteLengthOf(chunk);
  return {
    encode(decoded) {
      checkLength(decoded.length, chunkBytes);
      return bytesOf(differencesOf(elementsOf(decoded, dataType), layout));
    },
    decode(encoded, size) {
      checkLength(encoded.length, chunkBytes);
      checkDecodedBytes(encoded.length, size);
      const elements = elementsOf(encoded.slice(), dataType);
      addUpDifferences(elements, layout);
      return bytesOf(elements);
    },
  };
}

export const temporalDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: "quarry.temporal",
  aliases: ["vectorized_temporal"],
  configurationSchema: objectSchema(
    { transform: { enum: ["xor", "delta"] }, axis: { type: "integer", minimum: 0 } },
    ["transform", "axis"],
  ),

  resolve(configuration, input) {
    const { transform, axis } = configuration as { transform: "xor" | "delta"; axis: number };
    const { dataType } = input;
    if (axis >= input.shape.length) {
      throw configurationError(
        "quarry.temporal",
        `"axis" is ${axis}, but the chunk has ${input.shape.length} dimensions`,
      );
    }
    if (isVariableLength(dataType)) {
      throw configurationError("quarry.temporal", `is for items of a fixed size, not ${dataType.name}`);
    }
    if (transform === "delta" && dataType.kind !== "int" && dataType.kind !== "uint") {
      throw configurationError(
        "quarry.temporal",
        `"delta" is for integers, not ${dataType.name}; "xor" is for any type of a fixed size`,
      );
    }
    const portable =
      transform === "xor"
        ? xorTransform(input, axis)
        : deltaTransform(input, numericTypeOf("quarry.temporal", dataType), axis);
    return {
      kind: "array-to-array",
      name: "quarry.temporal",
      configuration: { transform, axis },
      encodedType: input,
      encodedBytes: (decodedBytes) => decodedBytes,
      native: { id: "temporal", transform, axis },
      portable: async () => portable,
    };
  },
};
