/**
 * Zstandard as a stream (RFC 8878): any sequence of frames, decoded block by block in memory of one window.
 *
 * The frames' structure is read here, so that a stream that ends early, a window that no capture needs and a wrong
 * checksum are found; the blocks are decoded by fzstd. The codecs' own zstd takes whole frames, and a capture is one
 * frame of any length.
 */
import { Decompress } from "fzstd";
import xxhash from "xxhash-wasm";

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const CHECKSUM_BIT = 0x04;
const RESERVED_BIT = 0x08;
const SINGLE_SEGMENT_BIT = 0x20;
/** By the lowest two bits of the descriptor: bytes of the dictionary's id. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
/** By the highest two bits: bytes of the content's size; a single segment has at least one. */
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
/** What a block holds at most, encoded and decoded. */
const BLOCK_BYTES_MAX = 128 * 1024;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;
/**
 * What levels 1 to 20 use. fzstd takes an offset from 32 bits that may begin in the middle of a byte: those of windows
 * of 64 MiB need one bit more, and it would decode them wrongly.
 */
const WINDOW_BYTES_MAX = 32 * 1024 * 1024;

/** What is wrong with a stream, in words that follow the file's name. */
export class ZstdStreamFault extends Error {
  override readonly name = "ZstdStreamFault";
}

/**
 * The content of all frames of `encoded`.
 * @throws ZstdStreamFault
 */
export async function* zstdDecoded(encoded: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const { create64 } = await xxhash();
  const input = new ExactReader(encoded);
  while (!(await input.atEnd())) {
    const magic = (await input.read(4)).readUInt32LE();
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      await input.skip((await input.read(4)).readUInt32LE());
      continue;
    }
    if (magic !== FRAME_MAGIC) throw new ZstdStreamFault("has bytes behind the end of its zstd stream");
    const header = await readHeader(input);
    const checksum = create64();
    const decoded: Uint8Array[] = [];
    const frame = new Decompress((piece) => decoded.push(piece));
    decodeWith(frame, header.bytes, false);
    for (let isLast = false; !isLast; ) {
      const block = await readBlock(input);
      isLast = block.isLast;
      decodeWith(frame, block.bytes, isLast);
      for (const piece of decoded) {
        if (piece.length === 0) continue;
        if (header.hasChecksum) checksum.update(piece);
        yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
      }
      decoded.length = 0;
    }
    if (header.hasChecksum) {
      const stored = (await input.read(CHECKSUM_BYTES)).readUInt32LE();
      if (BigInt.asUintN(32, checksum.digest()) !== BigInt(stored)) {
        throw new ZstdStreamFault("is damaged (its zstd checksum is wrong)");
      }
    }
  }
}

interface FrameHeader {
  /** With its magic number, and no checksum announced: fzstd does not look at it. */
  readonly bytes: Buffer;
  readonly hasChecksum: boolean;
}

async function readHeader(input: ExactReader): Promise<FrameHeader> {
  const descriptor = (await input.read(1))[0]!;
  if ((descriptor & RESERVED_BIT) !== 0) throw new ZstdStreamFault("is damaged (a zstd frame's header)");
  const isSingleSegment = (descriptor & SINGLE_SEGMENT_BIT) !== 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const dictionaryBytes = DICTIONARY_ID_BYTES[descriptor & 3]!;
  const sizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6]! || (isSingleSegment ? 1 : 0);
  const rest = await input.read(windowBytes + dictionaryBytes + sizeBytes);
  if (dictionaryBytes > 0 && rest.readUIntLE(windowBytes, dictionaryBytes) !== 0) {
    throw new ZstdStreamFault("is compressed with a zstd dictionary, which is not at hand");
  }
  if (windowOf(rest, isSingleSegment, sizeBytes) > WINDOW_BYTES_MAX) {
    throw new ZstdStreamFault(
      `needs a zstd window of more than ${WINDOW_BYTES_MAX / 2 ** 20} MiB (decompress it first)`,
    );
  }
  const bytes = Buffer.alloc(5 + rest.length);
  bytes.writeUInt32LE(FRAME_MAGIC);
  bytes[4] = descriptor & ~CHECKSUM_BIT;
  bytes.set(rest, 5);
  return { bytes, hasChecksum: (descriptor & CHECKSUM_BIT) !== 0 };
}

/** Bytes of the window: of the whole content where it is a single segment. */
function windowOf(rest: Buffer, isSingleSegment: boolean, sizeBytes: number): number {
  if (!isSingleSegment) {
    const base = 2 ** (10 + (rest[0]! >> 3));
    return base + (base / 8) * (rest[0]! & 7);
  }
  const offset = rest.length - sizeBytes;
  if (sizeBytes === 8) return Number(rest.readBigUInt64LE(offset));
  return rest.readUIntLE(offset, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
}

async function readBlock(input: ExactReader): Promise<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  const header = await input.read(BLOCK_HEADER_BYTES);
  const fields = header.readUIntLE(0, BLOCK_HEADER_BYTES);
  const kind = (fields >> 1) & 3;
  const size = fields >> 3;
  if (kind === RESERVED_BLOCK || size > BLOCK_BYTES_MAX) {
    throw new ZstdStreamFault("is damaged (a zstd block's header)");
  }
  const content = await input.read(kind === RLE_BLOCK ? 1 : size);
  return { bytes: Buffer.concat([header, content]), isLast: (fields & 1) === 1 };
}

function decodeWith(frame: Decompress, bytes: Buffer, isLast: boolean): void {
  try {
    frame.push(bytes, isLast);
  } catch (cause) {
    // fzstd's own errors, and the TypeErrors and RangeErrors that it runs into on damaged blocks.
    throw new ZstdStreamFault("is damaged (a zstd block)", { cause });
  }
}

/** Exactly so many bytes at a time, from chunks as they come. */
class ExactReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async atEnd(): Promise<boolean> {
    while (this.#at === this.#chunk.length) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return true;
      this.#chunk = Buffer.from(value.buffer, value.byteOffset, value.length);
      this.#at = 0;
    }
    return false;
  }

  /** @param bytes few: callers have checked */
  async read(bytes: number): Promise<Buffer> {
    if (this.#chunk.length - this.#at >= bytes) {
      this.#at += bytes;
      return this.#chunk.subarray(this.#at - bytes, this.#at);
    }
    const whole = Buffer.alloc(bytes);
    for (let filled = 0; filled < bytes; ) {
      if (await this.atEnd()) throw new ZstdStreamFault("ends in the middle of its zstd stream");
      const part = this.#chunk.subarray(this.#at, this.#at + bytes - filled);
      whole.set(part, filled);
      filled += part.length;
      this.#at += part.length;
    }
    return whole;
  }

  async skip(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; ) {
      if (await this.atEnd()) throw new ZstdStreamFault("ends in the middle of its zstd stream");
      const step = Math.min(left, this.#chunk.length - this.#at);
      this.#at += step;
      left -= step;
    }
  }
}
