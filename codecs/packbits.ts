/**
 * `numcodecs.packbits` (array to array): bool as bits,
 *
 *     padding (1)   how many bits of the last byte stand for nothing, 0…7
 *     bits          eight items a byte, the first in the most significant bit
 *
 * which the next codec sees as a one-dimensional array of uint8. Any item that is not 0 is a 1; the padding is 0,
 * and what it holds is not looked at when reading.
 *
 * Configuration: none.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/filter/packbits.html
 */
import { dataTypeOf } from "../src/metadata/data-type.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { checkDecodedBytes, checkLength, elementCountOf } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";

const NAME = "numcodecs.packbits";
const ITEMS_PER_BYTE = 8;

function packedBytesOf(itemCount: number): number {
  return 1 + Math.ceil(itemCount / ITEMS_PER_BYTE);
}

function portablePackBits(itemCount: number): PortableCodec {
  const encodedBytes = packedBytesOf(itemCount);
  const paddingBits = (encodedBytes - 1) * ITEMS_PER_BYTE - itemCount;
  return {
    encode(decoded) {
      checkLength(decoded.length, itemCount);
      const encoded = new Uint8Array(encodedBytes);
      encoded[0] = paddingBits;
      for (let item = 0; item < itemCount; item++) {
        if (decoded[item] !== 0) {
          encoded[1 + (item >> 3)]! |= 0x80 >> (item & 7);
        }
      }
      return encoded;
    },

    decode(encoded, size) {
      checkLength(encoded.length, encodedBytes);
      checkDecodedBytes(itemCount, size);
      if (encoded[0] !== paddingBits) {
        throw new CodecFault("malformed");
      }
      const decoded = new Uint8Array(itemCount);
      for (let item = 0; item < itemCount; item++) {
        decoded[item] = (encoded[1 + (item >> 3)]! >> (7 - (item & 7))) & 1;
      }
      return decoded;
    },
  };
}

export const packBitsDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  configurationSchema: objectSchema({}),

  resolve(_, input) {
    if (input.dataType.kind !== "bool") {
      throw configurationError(NAME, `packs bool, not ${input.dataType.name}`);
    }
    const itemCount = elementCountOf(input);
    return {
      kind: "array-to-array",
      name: NAME,
      configuration: {},
      encodedType: { dataType: dataTypeOf("uint8"), shape: [packedBytesOf(itemCount)] },
      encodedBytes: packedBytesOf,
      native: { id: "packbits" },
      portable: async () => portablePackBits(itemCount),
    };
  },
};
