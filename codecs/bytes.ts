/**
 * `bytes` (array to bytes): the elements in C order, each in the byte order `endian`.
 *
 * Configuration: `{ "endian": "little" }` or `"big"`; elements that consist of single bytes need none. zarr-python 3.1
 * leaves it out for every `structured` array, which is to be read as little-endian.
 * Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/bytes/
 */
import { hasByteOrder, withUnitsReversed } from "../src/metadata/byte-order.ts";
import { isVariableLength } from "../src/metadata/data-type.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";

export const bytesDefinition: CodecDefinition = {
  kind: "array-to-bytes",
  name: "bytes",
  configurationSchema: objectSchema({ endian: { enum: ["little", "big"] } }),

  resolve(configuration, input) {
    const { endian } = configuration as { endian?: "little" | "big" };
    const { dataType } = input;
    if (isVariableLength(dataType)) {
      throw configurationError("bytes", `items of ${dataType.name} have no fixed size`);
    }
    const isOrdered = hasByteOrder(dataType);
    if (endian === undefined && isOrdered && dataType.name !== "structured") {
      throw configurationError(
        "bytes",
        `"endian" is required for ${dataType.name}, whose items have ${dataType.itemBytes} bytes`,
      );
    }
    const bigEndian = endian === "big" && isOrdered;
    // The core knows items of units of one size.
    const isNative = !(bigEndian && dataType.kind === "struct");
    const chunkBytes = byteLengthOf(input);
    const portable: PortableCodec = {
      encode(decoded) {
        checkLength(decoded.length, chunkBytes);
        return bigEndian ? withUnitsReversed(decoded, dataType) : decoded;
      },
      decode(encoded, size) {
        checkLength(encoded.length, chunkBytes);
        checkDecodedBytes(encoded.length, size);
        return bigEndian ? withUnitsReversed(encoded, dataType) : encoded;
      },
    };
    return {
      kind: "array-to-bytes",
      name: "bytes",
      configuration: endian === undefined ? {} : { endian },
      encodedBytes: (decodedBytes) => decodedBytes,
      ...(isNative && { native: { id: "bytes", bigEndian } }),
      portable: async () => portable,
    };
  },
};
