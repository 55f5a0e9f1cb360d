/**
 * `crc32c` (bytes to bytes): the CRC-32C of the bytes, little-endian, behind them.
 *
 * Configuration: none. Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/crc32c/
 */
import { crc32c } from "../src/metadata/crc.ts";
import { CHECKSUM_BYTES, checksumCodec } from "./checksum/checksum-codec.ts";
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";

const portable = checksumCodec(crc32c, "end");

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
      verifiesContent: true,
      native: { id: "crc32c", atStart: false },
      portable: async () => portable,
    };
  },
};
