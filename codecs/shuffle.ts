/**
 * `numcodecs.shuffle` (bytes to bytes): the first bytes of all elements, then the second bytes, and so on.
 *
 * Configuration: `{ "elementsize": 4 }`, in bytes; 0 counts as 1, and leaves the bytes as they are. Left out or null,
 * the item size of the encoded array.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/filter/shuffle.html
 */
import { isVariableLength } from "../src/metadata/data-type.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { checkDecodedBytes } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";
import { byteShuffle, byteUnshuffle } from "./shuffle/byte-shuffle.ts";

const NAME = "numcodecs.shuffle";

/** numcodecs refuses a partial element in both directions, so no writer leaves one. */
function refusePartialElement(bytes: Uint8Array, elementBytes: number): void {
  if (bytes.length % elementBytes !== 0) {
    throw new CodecFault("malformed");
  }
}

export const shuffleDefinition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: NAME,
  configurationSchema: objectSchema({
    elementsize: { type: ["integer", "null"], minimum: 0, maximum: 0x7fffffff },
  }),

  resolve(configuration, input) {
    const { elementsize } = configuration as { elementsize?: number | null };
    if (elementsize == null && isVariableLength(input.dataType)) {
      throw configurationError(NAME, `"elementsize" is required for ${input.dataType.name}`);
    }
    const elementBytes = Math.max(elementsize ?? input.dataType.itemBytes, 1);
    const portable: PortableCodec = {
      encode(decoded) {
        refusePartialElement(decoded, elementBytes);
        const encoded = new Uint8Array(decoded.length);
        byteShuffle(decoded, encoded, elementBytes);
        return encoded;
      },
      decode(encoded, size) {
        checkDecodedBytes(encoded.length, size);
        refusePartialElement(encoded, elementBytes);
        const decoded = new Uint8Array(encoded.length);
        byteUnshuffle(encoded, decoded, elementBytes);
        return decoded;
      },
    };
    return {
      kind: "bytes-to-bytes",
      name: NAME,
      configuration: { elementsize: elementsize ?? elementBytes },
      encodedBytes: (decodedBytes) => decodedBytes,
      native: { id: "shuffle", elementBytes },
      portable: async () => portable,
    };
  },
};
