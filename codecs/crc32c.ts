/**
 * `crc32c` (bytes to bytes): the CRC-32C of the bytes, little-endian, behind them.
 *
 * Configuration: none. Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/crc32c/
 */
import { crc32c } from "../src/metadata/crc.ts";
import { objectSchema } from "./configuration.ts";
import { checkDecodedBytes } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";

const CHECKSUM_BYTES = 4;

const portable: PortableCodec = {
  encode(decoded) {
    const encoded = new Uint8Array(decoded.length + CHECKSUM_BYTES);
    encoded.set(decoded);
    new DataView(encoded.buffer).setUint32(decoded.length, crc32c(decoded), true);
    return encoded;
  },

  decode(encoded, size) {
    if (encoded.length < CHECKSUM_BYTES) {
      throw new CodecFault("truncated", { expected: CHECKSUM_BYTES, actual: encoded.length });
    }
    const decodedBytes = encoded.length - CHECKSUM_BYTES;
    checkDecodedBytes(decodedBytes, size);
    const decoded = encoded.subarray(0, decodedBytes);
    const stored = new DataView(encoded.buffer, encoded.byteOffset + decodedBytes).getUint32(0, true);
    const computed = crc32c(decoded);
    if (stored !== computed) {
      throw new CodecFault("checksum-mismatch", { expected: stored, actual: computed });
    }
    return decoded;
  },
};

export const crc32cDefinition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: "crc32c",
  configurationSchema: objectSchema({}),
  resolve() {
    return {
      kind: "bytes-to-bytes",
      name: "crc32c",
      configuration: {},
      encodedBytes: (decodedBytes) => decodedBytes + CHECKSUM_BYTES,
      native: { id: "crc32c" },
      portable: async () => portable,
    };
  },
};
