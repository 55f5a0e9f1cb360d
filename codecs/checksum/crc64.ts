/** CRC-64 of ECMA-182, reflected, as in xz; in two halves of 32 bits, the low one first. */
const POLYNOMIAL_LOW = 0xd7870f42;
const POLYNOMIAL_HIGH = 0xc96c5795;

const LOW_REMAINDERS = new Uint32Array(256);
const HIGH_REMAINDERS = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = (low & 1) === 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (isOdd) {
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
  }
  LOW_REMAINDERS[byte] = low;
  HIGH_REMAINDERS[byte] = high;
}

export function crc64(bytes: Uint8Array): readonly [low: number, high: number] {
  let low = 0xffffffff;
  let high = 0xffffffff;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ LOW_REMAINDERS[index]!;
    high = (high >>> 8) ^ HIGH_REMAINDERS[index]!;
  }
  return [~low >>> 0, ~high >>> 0];
}
