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

const DESCRIPTOR_OFFSET_BYTES = 4;
const DESCRIPTOR_CHECKSUM_BIT = 0x04;

/** The library writes no checksum: sets the bit that announces one and appends the low half of XXH64. */
function withChecksum(frame: Uint8Array, decoded: Uint8Array, hash: XXHashAPI): Uint8Array {
  const checked = new Uint8Array(frame.length + 4);
  checked.set(frame);
  checked[DESCRIPTOR_OFFSET_BYTES]! |= DESCRIPTOR_CHECKSUM_BIT;
  const checksum = Number(BigInt.asUintN(32, hash.h64Raw(decoded, 0n)));
  new DataView(checked.buffer).setUint32(frame.length, checksum, true);
  return checked;
}

function decompressFrame(library: ZstdLibrary, frame: ZstdFrame, bytesLeft: number): Uint8Array {
  if (frame.contentBytes === undefined) {
    return library.decompressFrame(frame.encoded, Math.min(frame.contentBytesMax, bytesLeft));
  }
  try {
    return library.decompressFrame(frame.encoded, frame.contentBytes);
  } catch (error) {
    // The blocks make more than the header of their own frame says.
    const exceedsHeader = error instanceof CodecFault && error.reason === "too-large";
    throw exceedsHeader ? new CodecFault("malformed", { cause: error }) : error;
  }
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
        const part = decompressFrame(library, frame, size.max - decodedBytes);
        parts.push(part);
        decodedBytes += part.length;
      }
      checkDecodedBytes(decodedBytes, size);
      return concatenated(parts, decodedBytes);
    },
  };
}
