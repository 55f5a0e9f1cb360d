/** What `zstd` and `numcodecs.zstd` have in common, which is everything but the name. */
import { objectSchema } from "../configuration.ts";
import { compressedBytesMax } from "../decoded-size.ts";
import type { CodecDefinition } from "../definition.ts";
import { loadZstdCompressor } from "./stream.ts";

export function zstdDefinitionNamed(name: string): CodecDefinition {
  return {
    kind: "bytes-to-bytes",
    name,
    configurationSchema: objectSchema({
      level: { type: "integer", minimum: -131072, maximum: 22 },
      checksum: { type: "boolean" },
    }),

    resolve(configuration) {
      const { level = 0, checksum = false } = configuration as { level?: number; checksum?: boolean };
      return {
        kind: "bytes-to-bytes",
        name,
        configuration: { level, checksum },
        encodedBytesMax: compressedBytesMax,
        native: { id: "zstd", level, checksum },
        async portable() {
          const compressor = await loadZstdCompressor();
          return {
            encode: (decoded) => compressor.compress(decoded, level, checksum),
            decode: (encoded, size) => compressor.decompress(encoded, size),
          };
        },
      };
    },
  };
}
