/** What a capture file begins with: enough to tell its format. */
import { open } from "node:fs/promises";
import { captureBytes, readFailure } from "./capture-bytes.ts";
import { entryName, zipEntriesOf } from "./zip-entries.ts";

const ZIP_MAGIC = 0x04034b50;
const HEAD_BYTES = 64 * 1024;

export interface FileHead {
  /** Names of the files in a zip archive; none where the file is not one. */
  readonly entryNames: readonly string[];
  /** The first bytes, decompressed; none of an archive. */
  readonly bytes: Buffer;
  /** The first lines of text, the last of them perhaps not whole; empty lines are left out. */
  readonly lines: readonly string[];
}

/** @throws QuarryError `NOT_FOUND`, `CAPTURE_INVALID`, `ARCHIVE_INVALID`, `STORE_FAILED` */
export async function readFileHead(path: string): Promise<FileHead> {
  if (await isZip(path)) {
    const entryNames = (await zipEntriesOf(path)).map(entryName);
    return { entryNames, bytes: Buffer.alloc(0), lines: [] };
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of captureBytes(path)) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length >= HEAD_BYTES) break;
  }
  const bytes = Buffer.concat(chunks).subarray(0, HEAD_BYTES);
  const lines = bytes.toString("utf8").split(/\r?\n/);
  return { entryNames: [], bytes, lines: lines.filter((line) => line !== "") };
}

/**
 * Whether the file is a zip archive.
 * @throws QuarryError `NOT_FOUND`, `STORE_FAILED`
 */
export async function isZip(path: string): Promise<boolean> {
  try {
    const file = await open(path, "r");
    try {
      const magic = Buffer.alloc(4);
      await file.read(magic, 0, magic.length, 0);
      return magic.readUInt32LE() === ZIP_MAGIC;
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw readFailure(path, cause);
  }
}
