/**
 * Messages of an object's header, read from the file itself: h5wasm tells neither an array's fill value nor where its
 * bytes are, nor what a number's bits mean. Layout: HDF5 File Format Specification 3.0, IV.A.
 *
 * ```text
 * version 1: u8 1, u8, u16 messages, u32 references, u32 bytes, u32 padding; then messages of
 *            u16 type, u16 bytes, u8 flags, 3 reserved, data
 * version 2: "OHDR", u8 2, u8 flags, [16 bytes of times], [4 bytes of attribute limits], 1…8 bytes of size; then
 *            messages of u8 type, u16 bytes, u8 flags, [u16 creation order], data; then a checksum of 4 bytes
 * ```
 *
 * Either goes on elsewhere where a message says so; a block of version 2 then begins with "OCHK" and ends with a
 * checksum.
 */
import type { Archive } from "../../../store/zip/archive.ts";

export const MESSAGE = { dataType: 0x03, oldFillValue: 0x04, fillValue: 0x05, externalFiles: 0x07 } as const;

export interface HeaderMessage {
  readonly type: number;
  /** The data is not that of the message, but says where in the file it is. */
  readonly isShared: boolean;
  readonly data: Uint8Array;
}

/** A file as the addresses in it see it. */
export interface Hdf5File {
  readonly file: Archive;
  /** Where address 0 is: a user's own block may come before it. */
  readonly baseBytes: number;
  /** Of an address, and of a length. */
  readonly addressBytes: number;
  readonly lengthBytes: number;
}

const SIGNATURE = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);

const CONTINUATION = 0x10;
const SHARED = 0x02;
/** Of a whole header, however many pieces it is in. */
const HEADER_BYTES_MAX = 2 ** 24;
/** A block may be as short as none, and lead to itself. */
const BLOCKS_MAX = 1024;

/** @returns undefined for a file that is not HDF5 */
export async function findHdf5(file: Archive): Promise<Hdf5File | undefined> {
  for (let baseBytes = 0; baseBytes + 16 <= file.bytes; baseBytes = baseBytes === 0 ? 512 : baseBytes * 2) {
    const begin = await file.read(baseBytes, 16, {});
    if (!SIGNATURE.every((byte, index) => begin[index] === byte)) continue;
    const [addressBytes, lengthBytes] = begin[8]! < 2 ? [begin[13]!, begin[14]!] : [begin[9]!, begin[10]!];
    return { file, baseBytes, addressBytes, lengthBytes };
  }
  return undefined;
}

/**
 * All messages of the header at `address`.
 * @throws RangeError or Error where there is no sound header; as the file's `read`
 */
export async function readObjectHeader(hdf5: Hdf5File, address: number): Promise<HeaderMessage[]> {
  const begin = await block(hdf5, address, 16);
  if (begin[0] === 1) {
    const bytes = viewOf(begin).getUint32(8, true);
    return collect(hdf5, await block(hdf5, address + 16, bytes), messagesOfVersion1, (data) => data);
  }
  if (Buffer.from(begin).toString("latin1", 0, 4) !== "OHDR" || begin[4] !== 2) {
    throw new Error(`there is no object header at address ${address}`);
  }
  const flags = begin[5]!;
  const sizeAt = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const sizeBytes = 2 ** (flags & 3);
  const prefix = await block(hdf5, address, sizeAt + sizeBytes);
  const bytes = unsigned(prefix, sizeAt, sizeBytes);
  const hasOrder = (flags & 0x04) !== 0;
  return collect(
    hdf5,
    await block(hdf5, address + sizeAt + sizeBytes, bytes),
    (data) => messagesOfVersion2(data, hasOrder),
    (data) => data.subarray(4, -4),
  );
}

/** The messages of a block and of those that it leads to. */
async function collect(
  hdf5: Hdf5File,
  first: Uint8Array,
  parse: (block: Uint8Array) => HeaderMessage[],
  content: (block: Uint8Array) => Uint8Array,
): Promise<HeaderMessage[]> {
  const messages: HeaderMessage[] = [];
  const blocks = [first];
  let headerBytes = first.length;
  for (let done = 0; done < blocks.length; done++) {
    for (const message of parse(blocks[done]!)) {
      if (message.type === CONTINUATION) {
        const address = unsigned(message.data, 0, hdf5.addressBytes);
        const bytes = unsigned(message.data, hdf5.addressBytes, hdf5.lengthBytes);
        headerBytes += bytes;
        if (blocks.length === BLOCKS_MAX || headerBytes > HEADER_BYTES_MAX) {
          throw new Error(
            `an object header is in more than ${BLOCKS_MAX} pieces, or ${HEADER_BYTES_MAX} bytes`,
          );
        }
        blocks.push(content(await block(hdf5, address, bytes)));
      } else {
        messages.push(message);
      }
    }
  }
  return messages;
}

function messagesOfVersion1(block: Uint8Array): HeaderMessage[] {
  const messages: HeaderMessage[] = [];
  const view = viewOf(block);
  for (let at = 0; at + 8 <= block.length; ) {
    const bytes = view.getUint16(at + 2, true);
    messages.push(messageOf(view.getUint16(at, true), block[at + 4]!, block, at + 8, bytes));
    at += 8 + bytes;
  }
  return messages;
}

function messagesOfVersion2(block: Uint8Array, hasOrder: boolean): HeaderMessage[] {
  const messages: HeaderMessage[] = [];
  const view = viewOf(block);
  const headerBytes = hasOrder ? 6 : 4;
  // What is left over at the end is shorter than a message.
  for (let at = 0; at + headerBytes <= block.length; ) {
    const bytes = view.getUint16(at + 1, true);
    messages.push(messageOf(block[at]!, block[at + 3]!, block, at + headerBytes, bytes));
    at += headerBytes + bytes;
  }
  return messages;
}

function messageOf(type: number, flags: number, block: Uint8Array, at: number, bytes: number): HeaderMessage {
  if (at + bytes > block.length) throw new RangeError("a message of an object header reaches beyond its end");
  return { type, isShared: (flags & SHARED) !== 0, data: block.subarray(at, at + bytes) };
}

async function block(hdf5: Hdf5File, address: number, bytes: number): Promise<Uint8Array> {
  const at = hdf5.baseBytes + address;
  if (bytes > HEADER_BYTES_MAX || at + bytes > hdf5.file.bytes) {
    throw new RangeError(`${bytes} bytes at address ${address} are not in the file`);
  }
  return hdf5.file.read(at, bytes, {});
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** @throws RangeError for what lies outside `bytes`, or is too large for a place in a file */
export function unsigned(bytes: Uint8Array, at: number, length: number): number {
  if (at + length > bytes.length || length > 8) throw new RangeError("a number reaches beyond its message");
  const value = bytes.subarray(at, at + length).reduceRight((sum, byte) => sum * 256 + byte, 0);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${value} is no place in a file`);
}
