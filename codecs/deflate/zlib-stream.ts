/**
 * The zlib format (RFC 1950), as in Blosc's blocks: method and flags (2), deflate stream, Adler-32 (4, big-endian).
 */
import { zlibSync } from "fflate";
import { adler32 } from "../checksum/adler32.ts";
import { checkDecodedBytes } from "../decoded-size.ts";
import type { DecodedSize } from "../definition.ts";
import { CodecFault } from "../fault.ts";
import { inflate } from "./inflate.ts";
import type { DeflateLevel } from "./level.ts";

const HEADER_BYTES = 2;
const TRAILER_BYTES = 4;
const METHOD_DEFLATE = 8;
const WINDOW_LOG_MAX = 7;
const FLAG_DICTIONARY = 0x20;

export function zlibCompress(decoded: Uint8Array, level: DeflateLevel): Uint8Array {
  return zlibSync(decoded, { level });
}

export function zlibDecompress(encoded: Uint8Array, size: DecodedSize): Uint8Array {
  if (encoded.length < HEADER_BYTES) {
    throw new CodecFault("truncated", { expected: HEADER_BYTES, actual: encoded.length });
  }
  const method = encoded[0]!;
  const flags = encoded[1]!;
  if ((method & 15) !== METHOD_DEFLATE || method >> 4 > WINDOW_LOG_MAX || (method * 256 + flags) % 31 !== 0) {
    throw new CodecFault("malformed");
  }
  if ((flags & FLAG_DICTIONARY) !== 0) {
    throw new CodecFault("unsupported");
  }
  const { decoded, endBytes } = inflate(encoded, HEADER_BYTES, size.max);
  const totalBytes = endBytes + TRAILER_BYTES;
  if (encoded.length < totalBytes) {
    throw new CodecFault("truncated", { expected: totalBytes, actual: encoded.length });
  }
  if (encoded.length > totalBytes) {
    throw new CodecFault("trailing-bytes", { expected: totalBytes, actual: encoded.length });
  }
  const stored = new DataView(encoded.buffer, encoded.byteOffset + endBytes).getUint32(0, false);
  const checksum = adler32(decoded);
  if (stored !== checksum) {
    throw new CodecFault("checksum-mismatch", { expected: stored, actual: checksum });
  }
  checkDecodedBytes(decoded.length, size);
  return decoded;
}
