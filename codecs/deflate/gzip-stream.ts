/**
 * The gzip file format (RFC 1952): one or more members,
 *
 *     1f 8b 08 flags mtime (4) xfl os [extra] [name 0] [comment 0] [header crc (2)]
 *     deflate stream, CRC-32 (4), decoded length modulo 2^32 (4)
 *
 * each of which must be whole; nothing may follow the last.
 */
import { gzipSync } from "fflate";
import { crc32 } from "../../src/metadata/crc.ts";
import { checkDecodedBytes } from "../decoded-size.ts";
import type { DecodedSize } from "../definition.ts";
import { CodecFault } from "../fault.ts";
import { inflate } from "./inflate.ts";
import type { DeflateLevel } from "./level.ts";

const FIXED_HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const METHOD_DEFLATE = 8;
const FLAG_HEADER_CRC = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const FLAGS_RESERVED = 0xe0;

/** One member. The time is left at 0, so that equal chunks have equal bytes. */
export function gzipCompress(decoded: Uint8Array, level: DeflateLevel): Uint8Array {
  return gzipSync(decoded, { level, mtime: 0 });
}

export function gzipDecompress(encoded: Uint8Array, size: DecodedSize): Uint8Array {
  const members: Uint8Array[] = [];
  let decodedBytes = 0;
  for (let at = 0; at < encoded.length || members.length === 0; ) {
    const isMember = encoded[at] === 0x1f && (encoded[at + 1] ?? 0x8b) === 0x8b;
    if (!isMember && at < encoded.length) {
      throw new CodecFault(members.length === 0 ? "malformed" : "trailing-bytes");
    }
    const member = readMember(encoded, at, size.max - decodedBytes);
    members.push(member.decoded);
    decodedBytes += member.decoded.length;
    at = member.endBytes;
  }
  checkDecodedBytes(decodedBytes, size);
  if (members.length === 1) {
    return members[0]!;
  }
  const decoded = new Uint8Array(decodedBytes);
  let at = 0;
  for (const member of members) {
    decoded.set(member, at);
    at += member.length;
  }
  return decoded;
}

function readMember(encoded: Uint8Array, start: number, decodedBytesMax: number) {
  const { decoded, endBytes } = inflate(encoded, memberHeaderEnd(encoded, start), decodedBytesMax);
  requireBytes(encoded, endBytes + TRAILER_BYTES);
  const trailer = new DataView(encoded.buffer, encoded.byteOffset + endBytes, TRAILER_BYTES);
  const storedChecksum = trailer.getUint32(0, true);
  const checksum = crc32(decoded);
  if (storedChecksum !== checksum) {
    throw new CodecFault("checksum-mismatch", { expected: storedChecksum, actual: checksum });
  }
  const storedBytes = trailer.getUint32(4, true);
  if (storedBytes !== decoded.length >>> 0) {
    throw new CodecFault("length-mismatch", { expected: storedBytes, actual: decoded.length });
  }
  return { decoded, endBytes: endBytes + TRAILER_BYTES };
}

function memberHeaderEnd(encoded: Uint8Array, start: number): number {
  requireBytes(encoded, start + FIXED_HEADER_BYTES);
  const flags = encoded[start + 3]!;
  if (encoded[start + 2] !== METHOD_DEFLATE || (flags & FLAGS_RESERVED) !== 0) {
    throw new CodecFault("malformed");
  }
  let at = start + FIXED_HEADER_BYTES;
  if ((flags & FLAG_EXTRA) !== 0) {
    requireBytes(encoded, at + 2);
    at += 2 + (encoded[at]! | (encoded[at + 1]! << 8));
    requireBytes(encoded, at);
  }
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if ((flags & flag) !== 0) {
      const terminator = encoded.indexOf(0, at);
      requireBytes(encoded, terminator < 0 ? encoded.length + 1 : terminator + 1);
      at = terminator + 1;
    }
  }
  if ((flags & FLAG_HEADER_CRC) !== 0) {
    requireBytes(encoded, at + 2);
    const stored = encoded[at]! | (encoded[at + 1]! << 8);
    const checksum = crc32(encoded.subarray(start, at)) & 0xffff;
    if (stored !== checksum) {
      throw new CodecFault("checksum-mismatch", { expected: stored, actual: checksum });
    }
    at += 2;
  }
  return at;
}

function requireBytes(encoded: Uint8Array, byteCount: number): void {
  if (encoded.length < byteCount) {
    throw new CodecFault("truncated", { expected: byteCount, actual: encoded.length });
  }
}
