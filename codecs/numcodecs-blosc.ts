/**
 * `numcodecs.blosc` (bytes to bytes): the same container as `blosc`, configured as numcodecs does it.
 *
 * Configuration: `{ "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0, "typesize": 4 }`. `shuffle`: 0 none,
 * 1 bytes, 2 bits, -1 bits for items of one byte and bytes for others. Left out, as above; `typesize`, the item
 * size of the array, where numcodecs under zarr-python takes 1, with which a byte shuffle does nothing.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/compression/blosc.html
 */
import { COMPRESSOR_NAMES } from "./blosc/compressors.ts";
import { BLOCK_BYTES_MAX } from "./blosc/frame.ts";
import { bloscDefinition } from "./blosc.ts";
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";

const NAME = "numcodecs.blosc";

/** By numcodecs' number; -1 is left to `blosc`, which chooses by the item size. */
const SHUFFLES: Readonly<Record<number, string>> = {
  0: "noshuffle",
  1: "shuffle",
  2: "bitshuffle",
};

interface NumcodecsBloscConfiguration {
  readonly cname?: string;
  readonly clevel?: number;
  readonly shuffle?: number;
  readonly blocksize?: number;
  readonly typesize?: number | null;
}

export const numcodecsBloscDefinition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: NAME,
  configurationSchema: objectSchema({
    cname: { enum: [...COMPRESSOR_NAMES] },
    clevel: { type: "integer", minimum: 0, maximum: 9 },
    shuffle: { enum: [-1, 0, 1, 2] },
    blocksize: { type: "integer", minimum: 0, maximum: BLOCK_BYTES_MAX },
    typesize: { type: ["integer", "null"], minimum: 1, maximum: 0x7fffffff },
  }),

  resolve(configuration, input) {
    const {
      cname = "lz4",
      clevel = 5,
      shuffle = 1,
      blocksize = 0,
      typesize = null,
    } = configuration as NumcodecsBloscConfiguration;
    const asSpecified = { cname, clevel, shuffle: SHUFFLES[shuffle] ?? null, blocksize, typesize };
    return {
      ...bloscDefinition.resolve(asSpecified, input),
      name: NAME,
      // numcodecs before 0.16 knows no `typesize`, so that it is written only where it was asked for.
      configuration: { cname, clevel, shuffle, blocksize, ...(typesize === null ? {} : { typesize }) },
    };
  },
};
