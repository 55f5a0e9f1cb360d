/**
 * `numcodecs.gzip` (bytes to bytes): the same bytes as `gzip`, under the name that zarr-python gives to numcodecs'
 * codec.
 *
 * Configuration: `{ "level": 1 }`, 0 (stored) … 9, -1 for zlib's default, which is 6; left out, 1 as in numcodecs.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/compression/gzip.html
 */
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";
import { DEFLATE_LEVEL_SCHEMA, deflateLevelOf } from "./deflate/level.ts";
import { gzipDefinition } from "./gzip.ts";

const NAME = "numcodecs.gzip";

export const numcodecsGzipDefinition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: NAME,
  configurationSchema: objectSchema({ level: DEFLATE_LEVEL_SCHEMA }),

  resolve(configuration, input) {
    const { level = 1 } = configuration as { level?: number };
    const gzip = gzipDefinition.resolve({ level: deflateLevelOf(level) }, input);
    return { ...gzip, name: NAME, configuration: { level } };
  },
};
