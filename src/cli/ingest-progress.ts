/** How much capture text an ingest has before it: what its bar is to be full at. */
import { open } from "node:fs/promises";

/** The end of a gzip member: how many bytes it decompresses to, modulo 2^32. */
const GZIP_LENGTH_BYTES = 4;

/**
 * Bytes of the text in `files`, as well as they say it without being read; undefined where one does not. A gzip file
 * says it of its last member alone, so this is for a bar and for nothing else.
 */
export async function captureTextBytes(files: readonly string[]): Promise<number | undefined> {
  let bytes = 0;
  for (const file of files) {
    const ofFile = await textBytesOf(file).catch(() => undefined);
    if (ofFile === undefined) return undefined;
    bytes += ofFile;
  }
  return bytes;
}

async function textBytesOf(file: string): Promise<number | undefined> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const first = Buffer.alloc(4);
    await handle.read(first, 0, first.length, 0);
    const isText = first.every((byte) => byte >= 0x20 && byte < 0x7f);
    if (isText) return size;
    if (first[0] !== 0x1f || first[1] !== 0x8b) return undefined;
    const length = Buffer.alloc(GZIP_LENGTH_BYTES);
    await handle.read(length, 0, length.length, size - GZIP_LENGTH_BYTES);
    const textBytes = length.readUInt32LE();
    // A text that is no longer than its compressed form is longer than 4 GiB, or has several members.
    return textBytes > size ? textBytes : undefined;
  } finally {
    await handle.close();
  }
}
