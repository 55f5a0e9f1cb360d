import { expect, test } from "vitest";
import { adler32 } from "../../codecs/checksum/adler32.ts";
import { crc32Msb } from "../../codecs/checksum/crc32-msb.ts";
import { fletcher32 } from "../../codecs/checksum/fletcher32.ts";
import { jenkinsLookup3 } from "../../codecs/checksum/jenkins-lookup3.ts";
import { crc32, crc32c } from "../../src/metadata/crc.ts";

const DIGITS = new TextEncoder().encode("123456789");

test("the checksums of the digits 1 to 9 are the published ones", () => {
  expect(crc32(DIGITS)).toBe(0xcbf43926);
  expect(crc32c(DIGITS)).toBe(0xe3069283);
  expect(crc32Msb(DIGITS)).toBe(0xfc891918);
  expect(adler32(DIGITS)).toBe(0x091e01de);
});

test("the checksum of 32 zero bytes is that of RFC 3720", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
});

test("the checksums of nothing are their initial values", () => {
  expect([crc32(new Uint8Array(0)), crc32c(new Uint8Array(0)), adler32(new Uint8Array(0))]).toEqual([
    0, 0, 1,
  ]);
});

test("Adler-32 does not overflow between its reductions", () => {
  // Python: zlib.adler32(b"\xff" * 100000)
  expect(adler32(new Uint8Array(100_000).fill(0xff))).toBe(0x149a302c);
});

test("the checksums of HDF5 are those of numcodecs", () => {
  // An odd length, sums that are folded, and sums that stay at 65535; a hash of one round, of many, and of none.
  expect(fletcher32(DIGITS)).toBe(0x09df09d5);
  expect(fletcher32(new Uint8Array(2001).fill(0xff))).toBe(0xff00ff00);
  expect(fletcher32(new Uint8Array(12))).toBe(0);
  expect(jenkinsLookup3(DIGITS, 0)).toBe(0x845d9a96);
  expect(jenkinsLookup3(DIGITS, 0xffffffff)).toBe(0x97f50647);
  expect(jenkinsLookup3(new Uint8Array(12), 0)).toBe(0x1b68e557);
  expect(jenkinsLookup3(new Uint8Array(2001).fill(0xff), 0)).toBe(0xd424d74d);
  expect(jenkinsLookup3(new Uint8Array(0), 0)).toBe(0xdeadbeef);
});
