/** What stands before an entry's bytes: a header of its own, which must name the entry that the directory says is there. */
import type { GetOptions } from "../store.ts";
import type { Archive } from "./archive.ts";
import { invalid, LOCAL_HEADER_BYTES, type ZipEntry } from "./directory.ts";

const LOCAL_HEADER_SIGNATURE = 0x0403_4b50;

/**
 * Where the entry's bytes begin: behind its local header, whose extra field may be longer than that in the directory.
 * @throws QuarryError `ARCHIVE_INVALID`
 */
export async function dataOffsetOf(archive: Archive, entry: ZipEntry, options: GetOptions): Promise<number> {
  const { key, nameBytes, headerOffsetBytes, encodedBytes } = entry;
  const header = await archive.read(headerOffsetBytes, LOCAL_HEADER_BYTES + nameBytes.length, options);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const name = header.subarray(LOCAL_HEADER_BYTES);
  const isSame =
    view.getUint32(0, true) === LOCAL_HEADER_SIGNATURE &&
    view.getUint16(26, true) === nameBytes.length &&
    name.every((byte, index) => byte === nameBytes[index]);
  if (!isSame) throw invalid(archive, `there is no entry ${key} where its directory says`);
  const dataOffset = headerOffsetBytes + header.length + view.getUint16(28, true);
  if (dataOffset + encodedBytes > archive.bytes) {
    throw invalid(archive, `${key} reaches beyond the archive's end`);
  }
  return dataOffset;
}
