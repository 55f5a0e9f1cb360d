/** Adler-32 of RFC 1950: two sums modulo 65521, which need reducing only every 5552 bytes to stay below 2^32. */
const MODULUS = 65521;
const BYTES_BETWEEN_REDUCTIONS = 5552;

export function adler32(bytes: Uint8Array): number {
  let sum = 1;
  let sumOfSums = 0;
  for (let start = 0; start < bytes.length; start += BYTES_BETWEEN_REDUCTIONS) {
    const end = Math.min(bytes.length, start + BYTES_BETWEEN_REDUCTIONS);
    for (let at = start; at < end; at++) {
      sum += bytes[at]!;
      sumOfSums += sum;
    }
    sum %= MODULUS;
    sumOfSums %= MODULUS;
  }
  return ((sumOfSums << 16) | sum) >>> 0;
}
