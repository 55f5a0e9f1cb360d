/**
 * The compressors of Parquet's pages. Zstandard and gzip run on the library's own chains, which verify the checksums
 * that are there; Brotli is Node's, and the others are hyparquet's.
 */
import { brotliDecompressSync } from "node:zlib";
import type { CompressionCodec } from "hyparquet";
import { createChain } from "../../../codec/backend.ts";
import { resolvePipeline } from "../../../codec/pipeline.ts";
import { dataTypeOf } from "../../../metadata/data-type.ts";

const CHAINS: { readonly [codec in CompressionCodec]?: string } = { ZSTD: "zstd", GZIP: "gzip" };

const FOREIGN: readonly CompressionCodec[] = ["SNAPPY", "LZ4", "LZ4_RAW"];

export function isKnownCompression(codec: CompressionCodec | undefined): boolean {
  const isNodes = codec === "UNCOMPRESSED" || codec === "BROTLI";
  return isNodes || (codec !== undefined && (codec in CHAINS || FOREIGN.includes(codec)));
}

/**
 * @returns exactly `decodedBytes` bytes
 * @throws Error where they are not what was compressed
 */
export async function decompressPage(
  encoded: Uint8Array,
  codec: CompressionCodec,
  decodedBytes: number,
  place: string,
): Promise<Uint8Array> {
  const decoded = await decompressed(encoded, codec, decodedBytes, place);
  if (decoded.length === decodedBytes) return decoded;
  throw new Error(`it becomes ${decoded.length} bytes, and not ${decodedBytes}`);
}

async function decompressed(
  encoded: Uint8Array,
  codec: CompressionCodec,
  decodedBytes: number,
  place: string,
): Promise<Uint8Array> {
  if (codec === "UNCOMPRESSED") return encoded;
  if (decodedBytes === 0) return new Uint8Array(0);
  if (codec === "BROTLI") {
    const { buffer, byteOffset, length } = brotliDecompressSync(encoded, { maxOutputLength: decodedBytes });
    return new Uint8Array(buffer, byteOffset, length);
  }
  const name = CHAINS[codec];
  if (name !== undefined) {
    const bytes = { dataType: dataTypeOf("uint8"), shape: [decodedBytes] };
    const configuration = name === "gzip" ? { level: 1 } : { level: 0, checksum: false };
    const pipeline = resolvePipeline(
      [
        { name: "bytes", configuration: {} },
        { name, configuration },
      ],
      bytes,
      place,
    );
    return (await createChain(pipeline, "chunk")).decode(encoded, { path: place });
  }
  const { compressors } = await import("hyparquet-compressors");
  return compressors[codec]!(encoded, decodedBytes);
}
