/**
 * Parquet's hybrid of runs: whole numbers below 2^bitWidth, as runs of one value and as groups of eight packed values.
 *
 * ```text
 * varint  even: length << 1, then one value in whole bytes, little-endian
 *         odd:  groups << 1 | 1, then 8 * groups values of bitWidth bits, the lowest bits first
 * ```
 *
 * Ours and not hyparquet's, which writes as many values as a run claims, whatever room there is.
 */
const VALUES_A_GROUP = 8;

/** A number of up to 32 bits lies in five bytes at most. */
const BYTES_A_VALUE_MAX = 5;

/**
 * The first `count` values of `bytes`.
 * @throws RangeError where there are fewer
 */
export function decodeRuns(bytes: Uint8Array, bitWidth: number, count: number): Uint32Array {
  const values = new Uint32Array(count);
  if (bitWidth === 0) return values;
  if (bitWidth > 32) throw new RangeError(`runs are of values of ${bitWidth} bits`);
  let at = 0;
  for (let filled = 0; filled < count; ) {
    const { value: header, end } = varint(bytes, at);
    at = end;
    if (header % 2 === 0) {
      const length = Math.min(Math.floor(header / 2), count - filled);
      const valueBytes = Math.ceil(bitWidth / 8);
      const repeated = packedValue(slice(bytes, at, valueBytes), 0, bitWidth);
      values.fill(repeated, filled, filled + length);
      at += valueBytes;
      filled += length;
    } else {
      const groups = Math.floor(header / 2);
      const length = Math.min(groups * VALUES_A_GROUP, count - filled);
      // Some writers leave out what follows the last value of the last group.
      const packed = slice(bytes, at, Math.ceil((length * bitWidth) / 8));
      for (let i = 0; i < length; i++) values[filled + i] = packedValue(packed, i * bitWidth, bitWidth);
      at += groups * bitWidth;
      filled += length;
    }
  }
  return values;
}

/** `length` bytes from `at` on, with zeros behind them for {@link packedValue} to run over. */
function slice(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (at + length > bytes.length) {
    throw new RangeError(`a run of ${length} bytes has ${Math.max(0, bytes.length - at)}`);
  }
  const padded = new Uint8Array(length + BYTES_A_VALUE_MAX);
  padded.set(bytes.subarray(at, at + length));
  return padded;
}

function packedValue(packed: Uint8Array, atBit: number, bitWidth: number): number {
  const at = Math.floor(atBit / 8);
  const shift = atBit & 7;
  const low = packed[at]! | (packed[at + 1]! << 8) | (packed[at + 2]! << 16) | (packed[at + 3]! << 24);
  if (bitWidth <= 24) return (low >>> shift) & ((1 << bitWidth) - 1);
  const bits = (low >>> 0) + packed[at + 4]! * 2 ** 32;
  return Math.floor(bits / 2 ** shift) % 2 ** bitWidth;
}

/** @throws RangeError where it does not end, or is none of 32 bits */
export function varint(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let end = at; end < bytes.length && end < at + 5; end++) {
    const byte = bytes[end]!;
    value += (byte & 0x7f) * 2 ** (7 * (end - at));
    if (byte < 0x80) {
      if (value >= 2 ** 32) break;
      return { value, end: end + 1 };
    }
  }
  throw new RangeError("a variable-length number is cut short, or too large");
}
