/**
 * The files in a zip archive, streamed one by one.
 *
 * zlib checks size and CRC-32 of what it reads as gzip, which is deflate with the same checksum in another wrapping
 * (RFC 1952). So an entry becomes a gzip member; a stored one by blocks that deflate does not compress.
 */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { QuarryError } from "../../errors.ts";
import { openArchive } from "../../store/zip/archive.ts";
import {
  DEFLATED,
  LOCAL_HEADER_BYTES,
  readDirectory,
  STORED,
  type ZipEntry,
} from "../../store/zip/directory.ts";

export type { ZipEntry } from "../../store/zip/directory.ts";

const READ_BYTES = 256 * 1024;
/** What a block that is not compressed can hold. */
const STORED_BLOCK_BYTES_MAX = 0xffff;
/** Deflate, no name, no time, unknown system. */
const GZIP_HEADER = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
const LAST_EMPTY_BLOCK = Buffer.of(1, 0, 0, 0xff, 0xff);

/**
 * In the order of the archive.
 * @throws QuarryError `NOT_FOUND`, `ARCHIVE_INVALID`, `STORE_FAILED`
 */
export async function zipEntriesOf(path: string): Promise<readonly ZipEntry[]> {
  const entries = [...(await readDirectory(await openArchive(path))).values()];
  return entries.sort((a, b) => a.headerOffsetBytes - b.headerOffsetBytes);
}

/** Name of the file, without the folders that it lies in. */
export function entryName({ key }: ZipEntry): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/**
 * The content of an entry; an aborted signal ends it after the chunk at hand.
 * @throws QuarryError `CAPTURE_INVALID` where it is damaged, encrypted or compressed in another way
 */
export async function* zipEntryBytes(
  path: string,
  entry: ZipEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  if (entry.isEncrypted || (entry.method !== DEFLATED && entry.method !== STORED)) {
    const why = entry.isEncrypted
      ? "is encrypted"
      : `is compressed by method ${entry.method}, not by deflate`;
    throw new QuarryError("CAPTURE_INVALID", `${entryName(entry)} in ${path} ${why}`, { path });
  }
  const decoded = createGunzip({ chunkSize: READ_BYTES });
  const member = Readable.from(gzipMember(path, entry), { objectMode: false });
  member.on("error", (error) => decoded.destroy(error));
  member.pipe(decoded);
  let decodedBytes = 0;
  try {
    for await (const chunk of decoded as AsyncIterable<Buffer>) {
      decodedBytes += chunk.length;
      yield chunk;
      if (signal?.aborted) return;
    }
  } catch (cause) {
    throw damaged(path, entry, (cause as Error).message, cause);
  } finally {
    member.destroy();
  }
  if (decodedBytes !== entry.valueBytes) {
    throw damaged(path, entry, `it has ${decodedBytes} of its ${entry.valueBytes} bytes`);
  }
}

async function* gzipMember(path: string, entry: ZipEntry): AsyncGenerator<Buffer> {
  yield GZIP_HEADER;
  const start = await contentOffset(path, entry);
  if (entry.encodedBytes > 0) {
    const range = { start, end: start + entry.encodedBytes - 1, highWaterMark: READ_BYTES };
    for await (const chunk of createReadStream(path, range) as AsyncIterable<Buffer>) {
      if (entry.method === DEFLATED) yield chunk;
      else yield* storedBlocks(chunk);
    }
  }
  if (entry.method === STORED) yield LAST_EMPTY_BLOCK;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(entry.crc32);
  trailer.writeUInt32LE(entry.valueBytes % 2 ** 32, 4);
  yield trailer;
}

function* storedBlocks(chunk: Buffer): Generator<Buffer> {
  for (let at = 0; at < chunk.length; at += STORED_BLOCK_BYTES_MAX) {
    const block = chunk.subarray(at, at + STORED_BLOCK_BYTES_MAX);
    const header = Buffer.alloc(5);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(block.length ^ 0xffff, 3);
    yield header;
    yield block;
  }
}

/** Where the content begins: behind the local header, whose name and extra field have lengths of their own. */
async function contentOffset(path: string, entry: ZipEntry): Promise<number> {
  const header = Buffer.alloc(LOCAL_HEADER_BYTES);
  let filled = 0;
  const range = { start: entry.headerOffsetBytes, end: entry.headerOffsetBytes + LOCAL_HEADER_BYTES - 1 };
  for await (const chunk of createReadStream(path, range) as AsyncIterable<Buffer>) {
    header.set(chunk, filled);
    filled += chunk.length;
  }
  if (header.readUInt32LE() !== 0x04034b50) throw new Error("its local header is missing");
  return entry.headerOffsetBytes + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function damaged(path: string, entry: ZipEntry, reason: string, cause?: unknown): QuarryError {
  const message = `${entryName(entry)} in ${path} is damaged (${reason}); the capture is not complete`;
  return new QuarryError("CAPTURE_INVALID", message, { path, cause });
}
