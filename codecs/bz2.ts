/**
 * `numcodecs.bz2` (bytes to bytes): bzip2. Reading accepts several streams in a row; checksums are verified. Read, not
 * written: arrays that nobody else wrote are better served by zstd.
 *
 * Configuration: `{ "level": 1 }`, 1 … 9, the encoder's.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/compression/bz2.html
 */
import { decodeBzip2 } from "./bzip2/stream.ts";
import { objectSchema } from "./configuration.ts";
import { compressedBytesMax } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";

const NAME = "numcodecs.bz2";

const portable: PortableCodec = {
  encode() {
    throw new CodecFault("unsupported");
  },
  decode: decodeBzip2,
};

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
      portable: async () => portable,
    };
  },
};
