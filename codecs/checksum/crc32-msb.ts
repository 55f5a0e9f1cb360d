/** CRC-32 of ISO 3309 with the most significant bit first, as in bzip2. */
const POLYNOMIAL = 0x04c11db7;

const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 24;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder < 0 ? (remainder << 1) ^ POLYNOMIAL : remainder << 1;
  }
  return remainder;
});

export function crc32Msb(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (crc << 8) ^ REMAINDERS[(crc >>> 24) ^ byte]!;
  }
  return ~crc >>> 0;
}
