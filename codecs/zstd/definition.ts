/** What `zstd` and `numcodecs.zstd` have in common, which is everything but the name. */
import { objectSchema } from "../configuration.ts";
import { compressedBytesMax } from "../decoded-size.ts";
import type { CodecDefinition } from "../definition.ts";
import { loadZstdCompressor } from "./stream.ts";

const LEVEL_MIN = -131072;
const LEVEL_MAX = 22;
const LEVEL_IN_RANGE = { type: "integer", minimum: LEVEL_MIN, maximum: LEVEL_MAX };

/** @param levels `"clamped"`: a level beyond the library's best or fastest stands for that, as in numcodecs */
export function zstdDefinitionNamed(name: string, levels: "checked" | "clamped"): CodecDefinition {
  return {
    kind: "bytes-to-bytes",
    name,
    configurationSchema: objectSchema({
      level: levels === "clamped" ? { type: "integer" } : LEVEL_IN_RANGE,
      checksum: { type: "boolean" },
    }),

    resolve(configuration) {
      const { level = 0, checksum = false } = configuration as { level?: number; checksum?: boolean };
      const effective = Math.min(Math.max(level, LEVEL_MIN), LEVEL_MAX);
      return {
        kind: "bytes-to-bytes",
        name,
        configuration: { level, checksum },
        encodedBytesMax: compressedBytesMax,
        verifiesContent: checksum,
        native: { id: "zstd", level: effective, checksum },
        async portable() {
          const compressor = await loadZstdCompressor();
          return {
            encode: (decoded) => compressor.compress(decoded, effective, checksum),
            decode: (encoded, size) => compressor.decompress(encoded, size),
          };
        },
      };
    },
  };
}
