/**
 * The value of an entry, by its encoded bytes: inflated where it is deflated, and held against its size and CRC-32.
 *
 * zlib checks both by itself where it reads gzip, which is deflate with the same checksum in another wrapping (RFC
 * 1952). So an entry becomes a gzip member, a stored one by blocks that deflate does not compress (RFC 1951, 3.2.4).
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { DEFLATED, type ZipEntry } from "./directory.ts";

/** Deflate, no name, no time, unknown system. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** What a block that is not compressed can hold. */
const BLOCK_BYTES_MAX = 0xffff;

/** @throws Error where the bytes are not those that were put in; the signal's reason */
export async function decodeEntry(
  entry: ZipEntry,
  encoded: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const value = new Uint8Array(entry.valueBytes);
  let filled = 0;
  const take = async (decoded: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const piece of decoded) {
      if (filled + piece.length > value.length) throw new Error(`it has more than its ${value.length} bytes`);
      value.set(piece, filled);
      filled += piece.length;
    }
  };
  const member = Readable.from(gzipMember(entry, encoded), { objectMode: false });
  await pipeline(member, createGunzip(), take, signal === undefined ? {} : { signal });
  if (filled !== value.length) throw new Error(`it has ${filled} of its ${value.length} bytes`);
  return value;
}

function* gzipMember(entry: ZipEntry, encoded: Uint8Array): Generator<Uint8Array> {
  yield GZIP_HEADER;
  if (entry.method === DEFLATED) yield encoded;
  else yield* storedBlocks(encoded);
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, entry.crc32, true);
  trailer.setUint32(4, entry.valueBytes % 2 ** 32, true);
  yield new Uint8Array(trailer.buffer);
}

function* storedBlocks(bytes: Uint8Array): Generator<Uint8Array> {
  let at = 0;
  do {
    const block = bytes.subarray(at, at + BLOCK_BYTES_MAX);
    at += block.length;
    const header = new DataView(new ArrayBuffer(5));
    header.setUint8(0, at === bytes.length ? 1 : 0);
    header.setUint16(1, block.length, true);
    header.setUint16(3, ~block.length, true);
    yield new Uint8Array(header.buffer);
    yield block;
  } while (at < bytes.length);
}
