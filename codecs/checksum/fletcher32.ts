/**
 * Fletcher-32 as HDF5 computes it: the bytes as big-endian 16-bit words (an odd last byte is the high half of one),
 * sums modulo 65535 that are folded after every 360 words. A sum of 65535 is not reduced to 0, so that the places
 * of the folds are part of the definition.
 */
const WORDS_BETWEEN_FOLDS = 360;

function folded(sum: number): number {
  return (sum & 0xffff) + (sum >>> 16);
}

export function fletcher32(bytes: Uint8Array): number {
  let sum = 0;
  let sumOfSums = 0;
  const pairedBytes = bytes.length - (bytes.length % 2);
  for (let start = 0; start < pairedBytes; start += 2 * WORDS_BETWEEN_FOLDS) {
    const end = Math.min(pairedBytes, start + 2 * WORDS_BETWEEN_FOLDS);
    for (let at = start; at < end; at += 2) {
      sum += (bytes[at]! << 8) | bytes[at + 1]!;
      sumOfSums += sum;
    }
    sum = folded(sum);
    sumOfSums = folded(sumOfSums);
  }
  if (pairedBytes < bytes.length) {
    sum += bytes[pairedBytes]! << 8;
    sumOfSums += sum;
    sum = folded(sum);
    sumOfSums = folded(sumOfSums);
  }
  return ((folded(sumOfSums) << 16) | folded(sum)) >>> 0;
}
