/**
 * `bytes` (array to bytes): the elements in C order, each in the byte order `endian`.
 *
 * Configuration: `{ "endian": "little" }` or `"big"`; elements of one byte need none.
 * Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/bytes/
 */
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";

/** A copy in which the bytes of each item are in the opposite order. */
function withItemsReversed(bytes: Uint8Array, itemBytes: number): Uint8Array {
  const reversed = new Uint8Array(bytes.length);
  for (let item = 0; item < bytes.length; item += itemBytes) {
    for (let byte = 0; byte < itemBytes; byte++) {
      reversed[item + byte] = bytes[item + itemBytes - 1 - byte]!;
    }
  }
  return reversed;
}

export const bytesDefinition: CodecDefinition = {
  kind: "array-to-bytes",
  name: "bytes",
  configurationSchema: objectSchema({ endian: { enum: ["little", "big"] } }),

  resolve(configuration, input) {
    const { endian } = configuration as { endian?: "little" | "big" };
    const { itemBytes, name } = input.dataType;
    if (endian === undefined && itemBytes > 1) {
      throw configurationError(
        "bytes",
        `"endian" is required for ${name}, whose items have ${itemBytes} bytes`,
      );
    }
    const bigEndian = endian === "big" && itemBytes > 1;
    const chunkBytes = byteLengthOf(input);
    const portable: PortableCodec = {
      encode(decoded) {
        checkLength(decoded.length, chunkBytes);
        return bigEndian ? withItemsReversed(decoded, itemBytes) : decoded;
      },
      decode(encoded, size) {
        checkLength(encoded.length, chunkBytes);
        checkDecodedBytes(encoded.length, size);
        return bigEndian ? withItemsReversed(encoded, itemBytes) : encoded;
      },
    };
    return {
      kind: "array-to-bytes",
      name: "bytes",
      configuration: endian === undefined ? {} : { endian },
      encodedBytes: (decodedBytes) => decodedBytes,
      native: { id: "bytes", bigEndian },
      portable: async () => portable,
    };
  },
};
