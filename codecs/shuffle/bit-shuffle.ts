/**
 * Bit shuffle: a matrix of elements × bits, transposed. Row `8 * byte + bit` holds that bit of every element,
 * element `i` in bit `i % 8` of the row's byte `i / 8` (least significant bit first).
 *
 * Works on eight elements at a time: one byte of each is an 8×8 bit matrix. As in c-blosc 1, a buffer whose
 * count of elements is not a multiple of eight is copied as it is, and so is what follows the last element.
 */
const GROUP = 8;

/** Of eight bytes, four in each word: [0] becomes the four first rows, [1] the four last. Its own inverse. */
const matrix = new Int32Array(2);

/** Warren: Hacker's Delight, 7-3, for rows that begin at the least significant bit. */
function transposeMatrix(): void {
  let low = matrix[0]!;
  let high = matrix[1]!;
  let swapped = (low ^ (low >>> 7)) & 0x00aa00aa;
  low ^= swapped ^ (swapped << 7);
  swapped = (high ^ (high >>> 7)) & 0x00aa00aa;
  high ^= swapped ^ (swapped << 7);
  swapped = (low ^ (low >>> 14)) & 0x0000cccc;
  low ^= swapped ^ (swapped << 14);
  swapped = (high ^ (high >>> 14)) & 0x0000cccc;
  high ^= swapped ^ (swapped << 14);
  swapped = (low ^ (high << 4)) & 0xf0f0f0f0;
  low ^= swapped;
  high ^= swapped >>> 4;
  matrix[0] = low;
  matrix[1] = high;
}

/** Moves eight bytes that lie `fromStride` apart through the transposition to places `toStride` apart. */
function transposeGroup(
  source: Uint8Array,
  from: number,
  fromStride: number,
  target: Uint8Array,
  to: number,
  toStride: number,
): void {
  for (let word = 0; word < 2; word++) {
    const at = from + 4 * word * fromStride;
    matrix[word] =
      source[at]! |
      (source[at + fromStride]! << 8) |
      (source[at + 2 * fromStride]! << 16) |
      (source[at + 3 * fromStride]! << 24);
  }
  transposeMatrix();
  for (let word = 0; word < 2; word++) {
    const rows = matrix[word]!;
    const at = to + 4 * word * toStride;
    target[at] = rows;
    target[at + toStride] = rows >>> 8;
    target[at + 2 * toStride] = rows >>> 16;
    target[at + 3 * toStride] = rows >>> 24;
  }
}

/** Bytes at the front that the transposition covers; the rest is copied. */
function shuffledBytes(totalBytes: number, elementBytes: number): number {
  const elementCount = Math.floor(totalBytes / elementBytes);
  return elementCount % GROUP === 0 ? elementCount * elementBytes : 0;
}

export function bitShuffle(source: Uint8Array, target: Uint8Array, elementBytes: number): void {
  const covered = shuffledBytes(source.length, elementBytes);
  const rowBytes = covered / elementBytes / GROUP;
  for (let byte = 0; byte < elementBytes; byte++) {
    for (let group = 0; group < rowBytes; group++) {
      const element = group * GROUP * elementBytes;
      transposeGroup(source, element + byte, elementBytes, target, byte * GROUP * rowBytes + group, rowBytes);
    }
  }
  target.set(source.subarray(covered), covered);
}

export function bitUnshuffle(source: Uint8Array, target: Uint8Array, elementBytes: number): void {
  const covered = shuffledBytes(source.length, elementBytes);
  const rowBytes = covered / elementBytes / GROUP;
  for (let byte = 0; byte < elementBytes; byte++) {
    for (let group = 0; group < rowBytes; group++) {
      const element = group * GROUP * elementBytes;
      transposeGroup(source, byte * GROUP * rowBytes + group, rowBytes, target, element + byte, elementBytes);
    }
  }
  target.set(source.subarray(covered), covered);
}
