/**
 * `numcodecs.zlib` (bytes to bytes): one zlib stream. Its checksum is verified; nothing may follow it, where
 * numcodecs ignores what does.
 *
 * Configuration: `{ "level": 1 }`, 0 (stored) … 9, -1 for zlib's default, which is 6; left out, 1 as in numcodecs.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/compression/zlib.html
 */
import { objectSchema } from "./configuration.ts";
import { compressedBytesMax } from "./decoded-size.ts";
import type { CodecDefinition } from "./definition.ts";
import { DEFLATE_LEVEL_SCHEMA, deflateLevelOf } from "./deflate/level.ts";
import { zlibCompress, zlibDecompress } from "./deflate/zlib-stream.ts";

const NAME = "numcodecs.zlib";

export const zlibDefinition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: NAME,
  configurationSchema: objectSchema({ level: DEFLATE_LEVEL_SCHEMA }),

  resolve(configuration) {
    const { level = 1 } = configuration as { level?: number };
    const effective = deflateLevelOf(level);
    return {
      kind: "bytes-to-bytes",
      name: NAME,
      configuration: { level },
      encodedBytesMax: compressedBytesMax,
      verifiesContent: true,
      native: { id: "zlib", level: effective },
      portable: async () => ({
        encode: (decoded) => zlibCompress(decoded, effective),
        decode: zlibDecompress,
      }),
    };
  },
};
