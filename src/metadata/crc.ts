/**
 * 32-bit reflected CRCs, eight bytes a step: eight tables give the remainder of a byte that has 0…7 zero bytes
 * behind it, so that the remainders of eight bytes can be looked up independently and added (XOR).
 * Kounavis, Berry: A Systematic Approach to Building High Performance Software-based CRC Generators, 2005.
 */
const SLICES = 8;

function remainderTables(reflectedPolynomial: number): readonly Uint32Array[] {
  const tables = Array.from({ length: SLICES }, () => new Uint32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ reflectedPolynomial : remainder >>> 1;
    }
    tables[0]![byte] = remainder;
  }
  for (let slice = 1; slice < SLICES; slice++) {
    for (let byte = 0; byte < 256; byte++) {
      const shorter = tables[slice - 1]![byte]!;
      tables[slice]![byte] = (shorter >>> 8) ^ tables[0]![shorter & 0xff]!;
    }
  }
  return tables;
}

function crcOf(reflectedPolynomial: number): (bytes: Uint8Array) => number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = remainderTables(reflectedPolynomial) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  return (bytes) => {
    let crc = 0xffffffff;
    let at = 0;
    for (const wholeEnd = bytes.length - (bytes.length % 8); at < wholeEnd; at += 8) {
      crc =
        t7[(crc ^ bytes[at]!) & 0xff]! ^
        t6[((crc >>> 8) ^ bytes[at + 1]!) & 0xff]! ^
        t5[((crc >>> 16) ^ bytes[at + 2]!) & 0xff]! ^
        t4[(crc >>> 24) ^ bytes[at + 3]!]! ^
        t3[bytes[at + 4]!]! ^
        t2[bytes[at + 5]!]! ^
        t1[bytes[at + 6]!]! ^
        t0[bytes[at + 7]!]!;
    }
    for (; at < bytes.length; at++) {
      crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]!) & 0xff]!;
    }
    return (crc ^ 0xffffffff) >>> 0;
  };
}

/** CRC-32 of ISO 3309, as in gzip. */
export const crc32 = crcOf(0xedb88320);

/** CRC-32C (Castagnoli), as in RFC 3720, B.4. */
export const crc32c = crcOf(0x82f63b78);
