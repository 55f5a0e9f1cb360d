/**
 * `numcodecs.bz2` (bytes to bytes): bzip2. Reading accepts several streams in a row; checksums are verified.
 *
 * Configuration: `{ "level": 1 }`, 1 … 9: the size of blocks in units of 100,000 bytes.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/compression/bz2.html
 */
import { decodeBzip2, encodeBzip2 } from "./bzip2/stream.ts";
import { objectSchema } from "./configuration.ts";
import { compressedBytesMax } from "./decoded-size.ts";
import type { CodecDefinition } from "./definition.ts";

const NAME = "numcodecs.bz2";

export const bz2Definition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: NAME,
  configurationSchema: objectSchema({ level: { type: "integer", minimum: 1, maximum: 9 } }),

  resolve(configuration) {
    const { level = 1 } = configuration as { level?: number };
    return {
      kind: "bytes-to-bytes",
      name: NAME,
      configuration: { level },
      encodedBytesMax: compressedBytesMax,
      verifiesContent: true,
      portable: async () => ({
        encode: (decoded) => encodeBzip2(decoded, level),
        decode: decodeBzip2,
      }),
    };
  },
};
