/**
 * `numcodecs.shuffle` (bytes to bytes): the first bytes of all elements, then the second bytes, and so on.
 *
 * Configuration: `{ "elementsize": 4 }`, in bytes; left out or null, the item size of the encoded array.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/filter/shuffle.html
 */
import { objectSchema } from "./configuration.ts";
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
    elementsize: { type: ["integer", "null"], minimum: 1, maximum: 0x7fffffff },
  }),

  resolve(configuration, input) {
    const elementBytes = (configuration.elementsize as number | null | undefined) ?? input.dataType.itemBytes;
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
      configuration: { elementsize: elementBytes },
      encodedBytes: (decodedBytes) => decodedBytes,
      native: { id: "shuffle", elementBytes },
      portable: async () => portable,
    };
  },
};
