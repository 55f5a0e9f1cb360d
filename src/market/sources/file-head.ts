/** The first bytes of a file, as they stand on disk. */
import { open } from "node:fs/promises";
import { readFailure } from "./capture-bytes.ts";

const ZIP_MAGIC = 0x04034b50;

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
