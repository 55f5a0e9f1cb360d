/**
 * Encoder of one LZ4 block: greedy, with one candidate for each hash of four bytes, as LZ4's fast mode.
 *
 * Own code because the WebAssembly LZ4 of the `numcodecs` package is asynchronous and adds a header of its own,
 * and a Blosc chunk consists of many small blocks.
 *
 * `acceleration` makes the search skip faster over bytes without a match: 1 compresses best.
 */
const HASH_BITS = 14;
const MATCH_BYTES_MIN = 4;
const LAST_LITERAL_BYTES = 5;
/** The format's rule: no match begins in the last twelve bytes. */
const MATCH_START_MARGIN_BYTES = 12;
const OFFSET_MAX = 65535;
const LENGTH_NIBBLE_FULL = 15;
/** After 2^6 misses in a row the search steps over two bytes, after 2^6 more over three, and so on. */
const SKIP_TRIGGER = 6;

/** Capacity that holds any block of `decodedBytes` bytes. */
export function lz4BlockBytesMax(decodedBytes: number): number {
  return decodedBytes + Math.floor(decodedBytes / 255) + 16;
}

function read32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

export function compressLz4Block(decoded: Uint8Array, acceleration: number): Uint8Array {
  const encoded = new Uint8Array(lz4BlockBytesMax(decoded.length));
  const candidates = new Int32Array(1 << HASH_BITS).fill(-1);
  const matchStartEnd = decoded.length - MATCH_START_MARGIN_BYTES;
  const matchEnd = decoded.length - LAST_LITERAL_BYTES;
  let literalStart = 0;
  let to = 0;

  function writeLength(length: number): void {
    let rest = length - LENGTH_NIBBLE_FULL;
    for (; rest >= 255; rest -= 255) {
      encoded[to++] = 255;
    }
    encoded[to++] = rest;
  }

  /** The token's literal half, its literals, and the place of the token, whose match half may follow. */
  function writeLiterals(end: number): number {
    const literalBytes = end - literalStart;
    const token = to++;
    encoded[token] = Math.min(literalBytes, LENGTH_NIBBLE_FULL) << 4;
    if (literalBytes >= LENGTH_NIBBLE_FULL) {
      writeLength(literalBytes);
    }
    encoded.set(decoded.subarray(literalStart, end), to);
    to += literalBytes;
    return token;
  }

  let misses = acceleration << SKIP_TRIGGER;
  for (let at = 0; at < matchStartEnd; ) {
    const sequence = read32(decoded, at);
    const hash = Math.imul(sequence, 2654435761) >>> (32 - HASH_BITS);
    let candidate = candidates[hash]!;
    candidates[hash] = at;
    if (candidate < 0 || at - candidate > OFFSET_MAX || read32(decoded, candidate) !== sequence) {
      at += misses++ >> SKIP_TRIGGER;
      continue;
    }
    let start = at;
    while (start > literalStart && candidate > 0 && decoded[start - 1] === decoded[candidate - 1]) {
      start--;
      candidate--;
    }
    let end = at + MATCH_BYTES_MIN;
    const offset = start - candidate;
    while (end < matchEnd && decoded[end] === decoded[end - offset]) {
      end++;
    }
    const token = writeLiterals(start);
    encoded[to++] = offset & 0xff;
    encoded[to++] = offset >> 8;
    const matchLength = end - start - MATCH_BYTES_MIN;
    encoded[token]! |= Math.min(matchLength, LENGTH_NIBBLE_FULL);
    if (matchLength >= LENGTH_NIBBLE_FULL) {
      writeLength(matchLength);
    }
    literalStart = end;
    at = end;
    misses = acceleration << SKIP_TRIGGER;
  }
  writeLiterals(decoded.length);
  return encoded.subarray(0, to);
}
