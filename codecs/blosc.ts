/**
 * `blosc` (bytes to bytes): a chunk in blocks, each shuffled and compressed by itself. The container is in
 * blosc/frame.ts.
 *
 * Configuration: `{ "typesize": 4, "cname": "zstd", "clevel": 5, "shuffle": "shuffle", "blocksize": 0 }`. Left
 * out, as in zarr-python: the item size of the encoded array, zstd, 5, bit shuffle for items of one byte and
 * byte shuffle for others, and a block size that depends on the rest. `lz4hc` is written as plain `lz4`, whose
 * format it shares. `blosclz` and `snappy` are read and not written.
 * Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/blosc/
 */
import { COMPRESSOR_NAMES, type CompressorName, loadBlockCompressors } from "./blosc/compressors.ts";
import { decodeBlosc } from "./blosc/decode.ts";
import { encodeBlosc } from "./blosc/encode.ts";
import { BLOCK_BYTES_MAX, HEADER_BYTES, SHUFFLE_BITS, SHUFFLE_BYTES, SHUFFLE_NONE } from "./blosc/frame.ts";
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";
import { CodecFault } from "./fault.ts";

/** The header has one byte for it; c-blosc, too, treats larger elements as single bytes. */
const ELEMENT_BYTES_MAX = 255;

const SHUFFLES = { noshuffle: SHUFFLE_NONE, shuffle: SHUFFLE_BYTES, bitshuffle: SHUFFLE_BITS } as const;
type ShuffleName = keyof typeof SHUFFLES;

interface BloscConfiguration {
  readonly typesize?: number | null;
  readonly cname?: CompressorName;
  readonly clevel?: number;
  readonly shuffle?: ShuffleName | null;
  readonly blocksize?: number;
}

export const bloscDefinition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: "blosc",
  configurationSchema: objectSchema({
    typesize: { type: ["integer", "null"], minimum: 1, maximum: 0x7fffffff },
    cname: { enum: [...COMPRESSOR_NAMES] },
    clevel: { type: "integer", minimum: 0, maximum: 9 },
    shuffle: { enum: [...Object.keys(SHUFFLES), null] },
    blocksize: { type: "integer", minimum: 0, maximum: BLOCK_BYTES_MAX },
  }),

  resolve(configuration, input) {
    const { cname = "zstd", clevel = 5, blocksize = 0, ...given } = configuration as BloscConfiguration;
    const typesize = given.typesize ?? input.dataType.itemBytes;
    const shuffle = given.shuffle ?? (input.dataType.itemBytes === 1 ? "bitshuffle" : "shuffle");
    const elementBytes = typesize > ELEMENT_BYTES_MAX ? 1 : typesize;
    return {
      kind: "bytes-to-bytes",
      name: "blosc",
      configuration: { typesize, cname, clevel, shuffle, blocksize },
      encodedBytesMax: (decodedBytes) => decodedBytes + HEADER_BYTES,
      native: { id: "blosc", cname, clevel, shuffle: SHUFFLES[shuffle], typesize: elementBytes, blocksize },
      async portable() {
        const compressors = await loadBlockCompressors();
        return {
          encode(decoded) {
            const compressor = compressors.byName(cname);
            if (compressor === undefined) {
              throw new CodecFault("unsupported");
            }
            return encodeBlosc(decoded, {
              compressor,
              level: clevel,
              shuffle: SHUFFLES[shuffle],
              elementBytes,
              blockBytes: blocksize,
            });
          },
          decode: (encoded, size) => decodeBlosc(encoded, size, compressors),
        };
      },
    };
  },
};
