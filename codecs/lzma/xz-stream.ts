/**
 * The xz format (https://tukaani.org/xz/xz-file-format.txt): one or more streams,
 *
 *     fd 37 7a 58 5a 00  flags (2)  crc32 of the flags (4)
 *     blocks             size (1)  flags (1)  [sizes]  filters  padding  crc32 | LZMA2  padding  check
 *     index              00  count  { unpadded bytes, decoded bytes }…  padding  crc32
 *     crc32 (4)  index bytes / 4 - 1 (4)  flags (2)  59 5a
 *
 * with nothing but multiples of four zeros between and behind them. All checks are verified, the index against the
 * blocks as well.
 */
import { crc32 } from "../../src/metadata/crc.ts";
import { checkDecodedBytes } from "../decoded-size.ts";
import type { DecodedSize } from "../definition.ts";
import { CodecFault } from "../fault.ts";
import {
  decodeFiltered,
  FILTER_DELTA,
  FILTER_LZMA2,
  type FilterChain,
  parseDictionaryBytes,
} from "./filters.ts";
import { checkBytesOf, verifyCheck } from "./xz-check.ts";
import { XzReader } from "./xz-reader.ts";

const HEADER_MAGIC = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00);
const FOOTER_MAGIC = Uint8Array.of(0x59, 0x5a);
const FLAGS_BYTES = 2;
const BLOCK_HAS_ENCODED_BYTES = 0x40;
const BLOCK_HAS_DECODED_BYTES = 0x80;
const BLOCK_FLAGS_RESERVED = 0x3c;

interface Block {
  readonly unpaddedBytes: number;
  readonly decoded: Uint8Array;
}

export async function decodeXz(encoded: Uint8Array, size: DecodedSize): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let decodedBytes = 0;
  const reader = new XzReader(encoded);
  do {
    for (const { decoded } of await readStream(reader, size.max - decodedBytes)) {
      parts.push(decoded);
      decodedBytes += decoded.length;
    }
    while (encoded[reader.at] === 0) {
      for (let index = 0; index < 4; index++) {
        reader.zero();
      }
    }
  } while (reader.at < encoded.length);
  checkDecodedBytes(decodedBytes, size);
  if (parts.length === 1) {
    return parts[0]!;
  }
  const decoded = new Uint8Array(decodedBytes);
  let at = 0;
  for (const part of parts) {
    decoded.set(part, at);
    at += part.length;
  }
  return decoded;
}

async function readStream(reader: XzReader, decodedBytesMax: number): Promise<readonly Block[]> {
  requireBytes(reader, HEADER_MAGIC, reader.at === 0 ? "malformed" : "trailing-bytes");
  const flagsStart = reader.at;
  const flags = reader.take(FLAGS_BYTES);
  reader.crc32(flagsStart);
  if (flags[0] !== 0 || flags[1]! > 0x0f) {
    throw new CodecFault("unsupported");
  }
  const check = flags[1]!;
  const blocks: Block[] = [];
  let bytesLeft = decodedBytesMax;
  let sizeByte = reader.byte();
  while (sizeByte !== 0) {
    const block = await readBlock(reader, sizeByte, check, bytesLeft);
    blocks.push(block);
    bytesLeft -= block.decoded.length;
    sizeByte = reader.byte();
  }
  const indexBytes = readIndex(reader, blocks);
  readFooter(reader, flags, indexBytes);
  return blocks;
}

async function readBlock(
  reader: XzReader,
  sizeByte: number,
  check: number,
  decodedBytesMax: number,
): Promise<Block> {
  const start = reader.at - 1;
  const { filters, encodedBytes, decodedBytes } = readBlockHeader(reader, sizeByte);
  if (decodedBytes !== undefined && decodedBytes > decodedBytesMax) {
    throw new CodecFault("too-large", { expected: decodedBytesMax, actual: decodedBytes });
  }
  const dataStart = reader.at;
  const { decoded, endBytes } = decodeFiltered(reader.bytes, dataStart, filters, decodedBytesMax);
  if (encodedBytes !== undefined && encodedBytes !== endBytes - dataStart) {
    throw new CodecFault("malformed");
  }
  if (decodedBytes !== undefined && decodedBytes !== decoded.length) {
    throw new CodecFault("length-mismatch", { expected: decodedBytes, actual: decoded.length });
  }
  reader.at = endBytes;
  reader.padding(start);
  const stored = reader.take(checkBytesOf(check));
  await verifyCheck(check, stored, decoded);
  return { unpaddedBytes: endBytes - start + stored.length, decoded };
}

interface BlockHeader {
  readonly filters: FilterChain;
  readonly encodedBytes: number | undefined;
  readonly decodedBytes: number | undefined;
}

function readBlockHeader(reader: XzReader, sizeByte: number): BlockHeader {
  const start = reader.at - 1;
  const headerBytes = 4 * (sizeByte + 1) - 4;
  const header = new XzReader(reader.take(headerBytes - 1));
  reader.crc32(start);
  const flags = header.byte();
  if ((flags & BLOCK_FLAGS_RESERVED) !== 0) {
    throw new CodecFault("unsupported");
  }
  const encodedBytes = (flags & BLOCK_HAS_ENCODED_BYTES) !== 0 ? header.variable() : undefined;
  const decodedBytes = (flags & BLOCK_HAS_DECODED_BYTES) !== 0 ? header.variable() : undefined;
  const filters = readFilters(header, (flags & 3) + 1);
  while (header.at < header.bytes.length) {
    header.zero();
  }
  return { filters, encodedBytes, decodedBytes };
}

function readFilters(header: XzReader, filterCount: number): FilterChain {
  const deltaDistances: number[] = [];
  for (let index = 0; index < filterCount; index++) {
    const id = header.variable();
    const properties = header.take(header.variable());
    const isLast = index === filterCount - 1;
    if (properties.length !== 1 || id !== (isLast ? FILTER_LZMA2 : FILTER_DELTA)) {
      throw new CodecFault("unsupported");
    }
    if (isLast) {
      return {
        deltaDistances: deltaDistances.reverse(),
        dictionaryBytes: parseDictionaryBytes(properties[0]!),
      };
    }
    deltaDistances.push(properties[0]! + 1);
  }
  throw new CodecFault("malformed");
}

/** @returns bytes of the index, whose first byte has been read */
function readIndex(reader: XzReader, blocks: readonly Block[]): number {
  const start = reader.at - 1;
  if (reader.variable() !== blocks.length) {
    throw new CodecFault("malformed");
  }
  for (const { unpaddedBytes, decoded } of blocks) {
    if (reader.variable() !== unpaddedBytes || reader.variable() !== decoded.length) {
      throw new CodecFault("malformed");
    }
  }
  reader.padding(start);
  reader.crc32(start);
  return reader.at - start;
}

function readFooter(reader: XzReader, streamFlags: Uint8Array, indexBytes: number): void {
  const stored = reader.uint32();
  const start = reader.at;
  const declaredBytes = 4 * (reader.uint32() + 1);
  const flags = reader.take(FLAGS_BYTES);
  const computed = crc32(reader.bytes.subarray(start, reader.at));
  if (stored !== computed) {
    throw new CodecFault("checksum-mismatch", { expected: stored, actual: computed });
  }
  if (declaredBytes !== indexBytes || flags.some((byte, at) => byte !== streamFlags[at])) {
    throw new CodecFault("malformed");
  }
  requireBytes(reader, FOOTER_MAGIC, "malformed");
}

function requireBytes(reader: XzReader, expected: Uint8Array, reason: "malformed" | "trailing-bytes"): void {
  const bytes = reader.take(expected.length);
  if (bytes.some((byte, at) => byte !== expected[at])) {
    throw new CodecFault(reason);
  }
}
