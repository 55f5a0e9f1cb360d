/**
 * `gzip` (bytes to bytes): one gzip member. Reading accepts several in a row; checksums and lengths are verified.
 *
 * Configuration: `{ "level": 5 }`, 0 (stored) … 9; left out, 5 as in zarr-python.
 * Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/gzip/, RFC 1952.
 */
import { objectSchema } from "./configuration.ts";
import { compressedBytesMax } from "./decoded-size.ts";
import type { CodecDefinition } from "./definition.ts";
import { gzipCompress, gzipDecompress } from "./deflate/gzip-stream.ts";
import type { DeflateLevel } from "./deflate/level.ts";

export const gzipDefinition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: "gzip",
  configurationSchema: objectSchema({ level: { type: "integer", minimum: 0, maximum: 9 } }),

  resolve(configuration) {
    const { level = 5 } = configuration as { level?: DeflateLevel };
    return {
      kind: "bytes-to-bytes",
      name: "gzip",
      configuration: { level },
      encodedBytesMax: compressedBytesMax,
      verifiesContent: true,
      native: { id: "gzip", level },
      portable: async () => ({
        encode: (decoded) => gzipCompress(decoded, level),
        decode: gzipDecompress,
      }),
    };
  },
};
