/**
 * The compressors of a Blosc block, by the name in the configuration and by the number in the header. BloscLZ
 * (0) and Snappy (2) are read and not written.
 */
import type { DecodedSize } from "../definition.ts";
import type { DeflateLevel } from "../deflate/level.ts";
import { zlibCompress, zlibDecompress } from "../deflate/zlib-stream.ts";
import { compressLz4Block } from "../lz4/compress.ts";
import { decompressLz4Block } from "../lz4/decompress.ts";
import { loadZstdCompressor } from "../zstd/stream.ts";
import { decompressBlosclz } from "./blosclz.ts";
import { decompressSnappy } from "./snappy.ts";

export const COMPRESSOR_NAMES = ["blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd"] as const;
export type CompressorName = (typeof COMPRESSOR_NAMES)[number];

export interface BlockDecompressor {
  decompress(encoded: Uint8Array, decodedBytes: number): Uint8Array;
}

export interface BlockCompressor extends BlockDecompressor {
  /** Number in the top three bits of the header's flags. */
  readonly format: number;
  /** Whether c-blosc lets it work on one byte of the elements at a time. */
  readonly splits: boolean;
  /** Whether c-blosc doubles the block ("high compression ratio" compressors). */
  readonly wantsLargeBlocks: boolean;
  /** `level` is Blosc's, 1…9. */
  compress(decoded: Uint8Array, level: number): Uint8Array;
}

export interface BlockCompressors {
  byName(name: CompressorName): BlockCompressor | undefined;
  /** Nothing for a number that no writer gives. */
  byFormat(format: number): BlockDecompressor | undefined;
}

function exactly(decodedBytes: number): DecodedSize {
  return { exact: decodedBytes, max: decodedBytes };
}

/** A decompressor out of one that fills a buffer of the right size. */
function filling(decompress: (encoded: Uint8Array, decoded: Uint8Array) => void): BlockDecompressor {
  return {
    decompress(encoded, decodedBytes) {
      const decoded = new Uint8Array(decodedBytes);
      decompress(encoded, decoded);
      return decoded;
    },
  };
}

function lz4Compressor(
  accelerationAt: (level: number) => number,
  wantsLargeBlocks: boolean,
): BlockCompressor {
  return {
    format: 1,
    splits: true,
    wantsLargeBlocks,
    compress: (decoded, level) => compressLz4Block(decoded, accelerationAt(level)),
    ...filling(decompressLz4Block),
  };
}

const lz4 = lz4Compressor((level) => 10 - level, false);

/** LZ4's high-compression mode writes the same format; here it is the fast mode at its most thorough. */
const lz4hc = lz4Compressor(() => 1, true);

const blosclz = filling(decompressBlosclz);
const snappy = filling(decompressSnappy);

const zlib: BlockCompressor = {
  format: 3,
  splits: true,
  wantsLargeBlocks: true,
  compress: (decoded, level) => zlibCompress(decoded, level as DeflateLevel),
  decompress: (encoded, decodedBytes) => zlibDecompress(encoded, exactly(decodedBytes)),
};

export async function loadBlockCompressors(): Promise<BlockCompressors> {
  const library = await loadZstdCompressor();
  const zstd: BlockCompressor = {
    format: 4,
    splits: false,
    wantsLargeBlocks: true,
    compress: (decoded, level) => library.compress(decoded, level < 9 ? level * 2 - 1 : 22, false),
    decompress: (encoded, decodedBytes) => library.decompress(encoded, exactly(decodedBytes)),
  };
  const byName: Partial<Record<CompressorName, BlockCompressor>> = { lz4, lz4hc, zlib, zstd };
  const byFormat: readonly BlockDecompressor[] = [blosclz, lz4, snappy, zlib, zstd];
  return {
    byName: (name) => byName[name],
    byFormat: (format) => byFormat[format],
  };
}
