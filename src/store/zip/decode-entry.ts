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

/** One that is not compressed, and empty. */
const FINAL_BLOCK = Uint8Array.of(1, 0, 0, 0xff, 0xff);

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
  const take = (piece: Uint8Array): void => {
    value.set(piece, filled);
    filled += piece.length;
  };
  await decodeEntryInPieces(entry, [encoded], take, signal);
  return value;
}

/**
 * The value of an entry piece by piece, for values that are not to be in memory as a whole. Only when it has resolved
 * are the pieces known to be right.
 * @param encoded all of the entry's bytes, in order
 * @param take gets the pieces in order, the next one when it has resolved
 * @throws as {@link decodeEntry}; what `encoded` and `take` throw
 */
export async function decodeEntryInPieces(
  entry: ZipEntry,
  encoded: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  take: (piece: Uint8Array) => void | Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let taken = 0;
  const takeAll = async (decoded: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const piece of decoded) {
      taken += piece.length;
      if (taken > entry.valueBytes) throw new Error(`it has more than its ${entry.valueBytes} bytes`);
      await take(piece);
    }
  };
  const member = Readable.from(gzipMember(entry, encoded), { objectMode: false });
  await pipeline(member, createGunzip(), takeAll, signal === undefined ? {} : { signal });
  if (taken !== entry.valueBytes) throw new Error(`it has ${taken} of its ${entry.valueBytes} bytes`);
}

async function* gzipMember(
  entry: ZipEntry,
  encoded: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield GZIP_HEADER;
  for await (const piece of encoded) {
    if (entry.method === DEFLATED) yield piece;
    else yield* storedBlocks(piece);
  }
  if (entry.method !== DEFLATED) yield FINAL_BLOCK;
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, entry.crc32, true);
  trailer.setUint32(4, entry.valueBytes % 2 ** 32, true);
  yield new Uint8Array(trailer.buffer);
}

function* storedBlocks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const block = bytes.subarray(at, at + BLOCK_BYTES_MAX);
    at += block.length;
    const header = new DataView(new ArrayBuffer(5));
    header.setUint16(1, block.length, true);
    header.setUint16(3, ~block.length, true);
    yield new Uint8Array(header.buffer);
    yield block;
  }
}
