/**
 * The entries of a zip archive, from the central directory at its end, each one checked before it is believed.
 *
 * A directory has no checksum of its own. What can be told is told: no name climbs out of the archive, no two entries
 * share bytes, none reaches beyond the file, none claims more bytes than deflate can get out of its own. Of entries
 * with one name the last one counts, as Python's `zipfile` has it, whose `ZipStore` writes a key again in this way.
 */
import * as yauzl from "yauzl";
import { isQuarryError, QuarryError } from "../../errors.ts";
import { checkKey } from "../key.ts";
import type { AbsolutePath } from "../store.ts";
import type { Archive } from "./archive.ts";

export const STORED = 0;
export const DEFLATED = 8;

export interface ZipEntry {
  readonly key: AbsolutePath;
  /** As the archive spells it. */
  readonly nameBytes: Uint8Array;
  readonly headerOffsetBytes: number;
  readonly encodedBytes: number;
  readonly valueBytes: number;
  readonly crc32: number;
  /** {@link STORED}, {@link DEFLATED}, or one that cannot be read. */
  readonly method: number;
  readonly isEncrypted: boolean;
}

/** Signature, sizes and flags of a local header; the name follows. */
export const LOCAL_HEADER_BYTES = 30;

/** Deflate cannot do better: a match of 258 bytes takes two bits. */
const EXPANSION_MAX = 1032;

/** @throws QuarryError `ARCHIVE_INVALID`; what the archive's bytes cannot be read for */
export async function readDirectory(archive: Archive): Promise<Map<AbsolutePath, ZipEntry>> {
  const entries: ZipEntry[] = [];
  try {
    const file = await yauzl.fromRandomAccessReaderPromise(new DirectoryReader(archive), archive.bytes, {
      autoClose: false,
    });
    for await (const entry of file.eachEntry()) entries.push(entryOf(entry, archive));
  } catch (cause) {
    if (isQuarryError(cause) && cause.code !== "KEY_INVALID") throw cause;
    throw invalid(archive, (cause as Error).message, { cause });
  }
  checkDisjoint(entries, archive);
  const values = entries.filter(({ nameBytes }) => nameBytes.at(-1) !== SLASH);
  return new Map(values.map((entry) => [entry.key, entry]));
}

const SLASH = 0x2f;

function entryOf(entry: yauzl.Entry, archive: Archive): ZipEntry {
  const key: AbsolutePath = `/${entry.fileName.replace(/\/$/, "")}`;
  checkKey(key);
  const { compressedSize: encodedBytes, uncompressedSize: valueBytes } = entry;
  if (valueBytes > encodedBytes * EXPANSION_MAX) {
    throw invalid(archive, `${encodedBytes} bytes of ${key} are to become ${valueBytes}, which nothing can`);
  }
  return {
    key,
    // A copy: the name lies in a buffer with the names of others.
    nameBytes: new Uint8Array(entry.fileNameRaw),
    headerOffsetBytes: entry.relativeOffsetOfLocalHeader,
    encodedBytes,
    valueBytes,
    crc32: entry.crc32,
    method: entry.compressionMethod,
    isEncrypted: entry.isEncrypted(),
  };
}

function checkDisjoint(entries: readonly ZipEntry[], archive: Archive): void {
  const inOrder = [...entries].sort((a, b) => a.headerOffsetBytes - b.headerOffsetBytes);
  let endBytes = 0;
  for (const { key, headerOffsetBytes, nameBytes, encodedBytes } of inOrder) {
    if (headerOffsetBytes < endBytes) throw invalid(archive, `${key} shares bytes with another entry`);
    endBytes = headerOffsetBytes + LOCAL_HEADER_BYTES + nameBytes.length + encodedBytes;
    if (endBytes > archive.bytes) throw invalid(archive, `${key} reaches beyond the archive's end`);
  }
}

export function invalid(
  archive: Archive,
  reason: string,
  details: { readonly cause?: unknown } = {},
): QuarryError {
  return new QuarryError("ARCHIVE_INVALID", `${archive.name} is no sound zip archive: ${reason}`, {
    path: archive.name,
    ...details,
  });
}

/** A directory is read in many small steps: one request for this many bytes serves thousands of them. */
const WINDOW_BYTES = 2 ** 18;

class DirectoryReader extends yauzl.RandomAccessReader {
  readonly #archive: Archive;
  #window: { readonly offsetBytes: number; readonly bytes: Uint8Array } = {
    offsetBytes: 0,
    bytes: new Uint8Array(0),
  };

  constructor(archive: Archive) {
    super();
    this.#archive = archive;
  }

  override read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#bytesAt(position, length).then((bytes) => {
      buffer.set(bytes, offset);
      callback(null, length);
    }, callback);
  }

  async #bytesAt(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    if (offsetBytes + lengthBytes > this.#archive.bytes) {
      throw invalid(this.#archive, "its directory reaches beyond its end");
    }
    let begin = offsetBytes - this.#window.offsetBytes;
    if (begin < 0 || begin + lengthBytes > this.#window.bytes.length) {
      const windowBytes = Math.min(Math.max(lengthBytes, WINDOW_BYTES), this.#archive.bytes - offsetBytes);
      this.#window = { offsetBytes, bytes: await this.#archive.read(offsetBytes, windowBytes, {}) };
      begin = 0;
    }
    return this.#window.bytes.subarray(begin, begin + lengthBytes);
  }
}
