/**
 * `numcodecs.fletcher32` (bytes to bytes): the Fletcher-32 of HDF5 behind the bytes.
 *
 * Configuration: none.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/checksum32.html
 */
import { CHECKSUM_BYTES, checksumCodec } from "./checksum/checksum-codec.ts";
import { fletcher32 } from "./checksum/fletcher32.ts";
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";

const portable = checksumCodec(fletcher32, "end");

export const fletcher32Definition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: "numcodecs.fletcher32",
  configurationSchema: objectSchema({}),
  resolve() {
    return {
      kind: "bytes-to-bytes",
      name: "numcodecs.fletcher32",
      configuration: {},
      encodedBytes: (decodedBytes) => decodedBytes + CHECKSUM_BYTES,
      verifiesContent: true,
      native: { id: "fletcher32" },
      portable: async () => portable,
    };
  },
};
