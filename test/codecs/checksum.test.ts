import { expect, test } from "vitest";
import { adler32 } from "../../codecs/checksum/adler32.ts";
import { crc32, crc32c } from "../../src/metadata/crc.ts";

const DIGITS = new TextEncoder().encode("123456789");

test("the checksums of the digits 1 to 9 are the published ones", () => {
  expect(crc32(DIGITS)).toBe(0xcbf43926);
  expect(crc32c(DIGITS)).toBe(0xe3069283);
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
