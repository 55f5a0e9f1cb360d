/**
 * Items of variable length in a row, as numcodecs' `vlen-*` codecs write them. All integers are uint32, little-endian:
 *
 *     number of items · for each item: number of bytes, bytes
 *
 * Format: https://numcodecs.readthedocs.io/en/stable/other/vlen.html
 */
import { CodecFault } from "../fault.ts";

const INTEGER_BYTES = 4;

/** numcodecs counts in int32; a chunk of more is read by nobody. */
export const FRAMES_BYTES_MAX = 2 ** 31 - 1;

export function encodeFrames(items: readonly Uint8Array[]): Uint8Array {
  const encodedBytes = items.reduce((bytes, item) => bytes + INTEGER_BYTES + item.length, INTEGER_BYTES);
  if (encodedBytes > FRAMES_BYTES_MAX) {
    throw new CodecFault("too-large", { expected: FRAMES_BYTES_MAX, actual: encodedBytes });
  }
  const encoded = new Uint8Array(encodedBytes);
  const view = new DataView(encoded.buffer);
  view.setUint32(0, items.length, true);
  let at = INTEGER_BYTES;
  for (const item of items) {
    view.setUint32(at, item.length, true);
    encoded.set(item, at + INTEGER_BYTES);
    at += INTEGER_BYTES + item.length;
  }
  return encoded;
}

/** The bytes of each of `itemCount` items, as views of `encoded`. */
export function* decodeFrames(encoded: Uint8Array, itemCount: number): Generator<Uint8Array> {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  let at = 0;
  const readInteger = (): number => {
    if (encoded.length - at < INTEGER_BYTES) {
      throw new CodecFault("truncated", { expected: at + INTEGER_BYTES, actual: encoded.length });
    }
    at += INTEGER_BYTES;
    return view.getUint32(at - INTEGER_BYTES, true);
  };
  const found = readInteger();
  if (found !== itemCount) throw new CodecFault("malformed");
  for (let item = 0; item < itemCount; item++) {
    const itemBytes = readInteger();
    if (itemBytes > encoded.length - at) {
      throw new CodecFault("truncated", { expected: at + itemBytes, actual: encoded.length });
    }
    at += itemBytes;
    yield encoded.subarray(at - itemBytes, at);
  }
  if (at < encoded.length) {
    throw new CodecFault("trailing-bytes", { expected: at, actual: encoded.length });
  }
}
