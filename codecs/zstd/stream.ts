/**
 * Zstandard as codecs use it: one frame out; any sequence of frames in, within a bound.
 *
 * Frames are measured (frame.ts) before the library decodes them, so that a frame's claims are compared with
 * the limit and with its own blocks before memory is reserved for them.
 */
import xxhash, { type XXHashAPI } from "xxhash-wasm";
import { checkDecodedBytes } from "../decoded-size.ts";
import type { DecodedSize } from "../definition.ts";
import { CodecFault } from "../fault.ts";
import { readZstdFrames, type ZstdFrame } from "./frame.ts";
import { loadZstd, type ZstdLibrary } from "./library.ts";

export interface ZstdCompressor {
  compress(decoded: Uint8Array, level: number, checksum: boolean): Uint8Array;
  decompress(encoded: Uint8Array, size: DecodedSize): Uint8Array;
}

interface Libraries {
  readonly library: ZstdLibrary;
  readonly hash: XXHashAPI;
}

const DESCRIPTOR_OFFSET_BYTES = 4;
const DESCRIPTOR_CHECKSUM_BIT = 0x04;
const CHECKSUM_BYTES = 4;

/** The low half of XXH64 of the content, with seed 0. */
function checksumOf(decoded: Uint8Array, hash: XXHashAPI): number {
  return Number(BigInt.asUintN(32, hash.h64Raw(decoded, 0n)));
}

/** The library writes no checksum: sets the bit that announces one, and appends it. */
function withChecksum(frame: Uint8Array, decoded: Uint8Array, hash: XXHashAPI): Uint8Array {
  const checked = new Uint8Array(frame.length + CHECKSUM_BYTES);
  checked.set(frame);
  checked[DESCRIPTOR_OFFSET_BYTES]! |= DESCRIPTOR_CHECKSUM_BIT;
  new DataView(checked.buffer).setUint32(frame.length, checksumOf(decoded, hash), true);
  return checked;
}

function decompressFrame({ library, hash }: Libraries, frame: ZstdFrame, bytesLeft: number): Uint8Array {
  const capacityBytes = frame.contentBytes ?? Math.min(frame.contentBytesMax, bytesLeft);
  try {
    return library.decompressFrame(frame.encoded, capacityBytes);
  } catch (error) {
    if (!(error instanceof CodecFault)) {
      throw error;
    }
    if (error.reason === "too-large") {
      // Where the header says a size, the blocks make more than their own header allows.
      throw frame.contentBytes !== undefined
        ? new CodecFault("malformed", { cause: error })
        : new CodecFault("too-large", { expected: bytesLeft, actual: frame.contentBytesMax, cause: error });
    }
    throw error.reason === "checksum-mismatch"
      ? checksumMismatch({ library, hash }, frame, capacityBytes)
      : error;
  }
}

/** The library says only that the checksum is wrong: decodes once more without it, to say what it should be. */
function checksumMismatch(
  { library, hash }: Libraries,
  { encoded }: ZstdFrame,
  capacityBytes: number,
): CodecFault {
  const unchecked = encoded.slice(0, -CHECKSUM_BYTES);
  unchecked[DESCRIPTOR_OFFSET_BYTES]! &= ~DESCRIPTOR_CHECKSUM_BIT;
  const decoded = library.decompressFrame(unchecked, capacityBytes);
  const stored = new DataView(encoded.buffer, encoded.byteOffset + unchecked.length).getUint32(0, true);
  return new CodecFault("checksum-mismatch", { expected: stored, actual: checksumOf(decoded, hash) });
}

function concatenated(parts: readonly Uint8Array[], totalBytes: number): Uint8Array {
  if (parts.length === 1) {
    return parts[0]!;
  }
  const whole = new Uint8Array(totalBytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export async function loadZstdCompressor(): Promise<ZstdCompressor> {
  const [library, hash] = await Promise.all([loadZstd(), xxhash()]);
  return {
    compress(decoded, level, checksum) {
      const frame = library.compress(decoded, level);
      return checksum ? withChecksum(frame, decoded, hash) : frame;
    },

    decompress(encoded, size) {
      const frames = readZstdFrames(encoded);
      let declaredBytes = 0;
      for (const { contentBytes } of frames) {
        declaredBytes += contentBytes ?? 0;
      }
      if (frames.every(({ contentBytes }) => contentBytes !== undefined)) {
        checkDecodedBytes(declaredBytes, size);
      } else if (declaredBytes > size.max) {
        throw new CodecFault("too-large", { expected: size.max, actual: declaredBytes });
      }
      const parts: Uint8Array[] = [];
      let decodedBytes = 0;
      for (const frame of frames) {
        if (frame.skippable) {
          continue;
        }
        const part = decompressFrame({ library, hash }, frame, size.max - decodedBytes);
        parts.push(part);
        decodedBytes += part.length;
      }
      checkDecodedBytes(decodedBytes, size);
      return concatenated(parts, decodedBytes);
    },
  };
}
