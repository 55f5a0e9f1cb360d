/** The matches of the byte-wise LZ77 formats that only Blosc has. */
import { CodecFault } from "../fault.ts";

/** Repeats in `decoded`, of which `to` bytes are there, the `byteCount` that begin `distance` bytes back. */
export function copyMatch(decoded: Uint8Array, to: number, distance: number, byteCount: number): void {
  if (distance === 0 || distance > to || byteCount > decoded.length - to) {
    throw new CodecFault("malformed");
  }
  const start = to - distance;
  const end = to + byteCount;
  // What a match repeats may be what it has just written; each step doubles what lies there.
  for (let at = to; at < end; ) {
    const step = Math.min(end - at, at - start);
    decoded.copyWithin(at, start, start + step);
    at += step;
  }
}
