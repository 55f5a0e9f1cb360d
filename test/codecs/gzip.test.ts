import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { gzipCompress, gzipDecompress } from "../../codecs/deflate/gzip-stream.ts";
import { inflate } from "../../codecs/deflate/inflate.ts";
import { zlibDecompress } from "../../codecs/deflate/zlib-stream.ts";
import type { FaultReason } from "../../codecs/fault.ts";

const ANY = { exact: undefined, max: 2 ** 22 };
const ROWS = Uint8Array.from({ length: 200_000 }, (_, index) => ((index * index) >> 7) & 0x3f);

function fault(reason: FaultReason) {
  return expect.objectContaining({ name: "CodecFault", reason });
}

describe("deflate streams of zlib come back", () => {
  test.each([
    ["stored", { level: 0 }],
    ["with fixed codes", { strategy: 4 }],
    ["with dynamic codes", { level: 9 }],
    ["with run lengths", { strategy: 3 }],
    ["with Huffman codes only", { strategy: 2 }],
    ["with a small window", { windowBits: 9, memLevel: 1 }],
  ])("%s", (_, options) => {
    for (const length of [0, 1, 3, 1000, ROWS.length]) {
      const decoded = ROWS.subarray(0, length);
      const stream = new Uint8Array(deflateRawSync(decoded, options));
      const { decoded: back, endBytes } = inflate(stream, 0, ROWS.length);
      expect(Buffer.compare(back, decoded)).toBe(0);
      expect(endBytes).toBe(stream.length);
    }
  });
});

describe("a deflate stream is refused", () => {
  const streams: readonly [string, readonly number[], FaultReason][] = [
    ["when empty", [], "truncated"],
    ["with the reserved block type", [0x07], "malformed"],
    ["with a stored length that its complement does not confirm", [0x01, 1, 0, 0, 0, 7], "malformed"],
    ["with a stored block cut short", [0x01, 2, 0, 0xfd, 0xff, 7], "truncated"],
    ["with a distance before its start", [0x03, 0x02, 0x00], "malformed"],
    ["with more codes than their bits allow", [0x05, 0x00, 0x92, 0x04], "malformed"],
    ["with codes that leave bits without a meaning", [0x05, 0x00, 0x02, 0x00], "malformed"],
  ];
  test.each(streams)("%s", (_, bytes, reason) => {
    expect(() => inflate(Uint8Array.from(bytes), 0, 100)).toThrow(fault(reason));
  });

  test("as soon as it makes more than the limit", () => {
    const bomb = new Uint8Array(deflateRawSync(new Uint8Array(2 ** 22), { level: 9 }));
    expect(() => inflate(bomb, 0, 1000)).toThrow(fault("too-large"));
  });
});

describe("gzip", () => {
  test("reads several members and every header field", () => {
    const plain = new Uint8Array(gzipSync(ROWS.subarray(0, 100)));
    const header = [0x1f, 0x8b, 8, 0x04 | 0x08 | 0x10, 1, 2, 3, 4, 0, 3, 2, 0, 9, 9, 0x61, 0, 0x62, 0];
    const decorated = Uint8Array.from([...header, ...plain.subarray(10)]);
    const both = Uint8Array.from([...decorated, ...plain]);
    expect(gzipDecompress(both, { exact: 200, max: 200 })).toEqual(
      Uint8Array.from([...ROWS.subarray(0, 100), ...ROWS.subarray(0, 100)]),
    );
  });

  test("writes no time, so that equal chunks have equal bytes", () => {
    expect(gzipCompress(ROWS, 5).subarray(4, 8)).toEqual(new Uint8Array(4));
  });

  const damages: readonly [string, at: number, value: number, FaultReason][] = [
    ["a wrong checksum", -5, 0, "checksum-mismatch"],
    ["a wrong length", -1, 1, "length-mismatch"],
    ["another method", 2, 7, "malformed"],
    ["reserved flags", 3, 0x20, "malformed"],
    ["another magic", 1, 0, "malformed"],
  ];
  test.each(damages)("refuses %s", (_, at, value, reason) => {
    const member = gzipCompress(ROWS, 5);
    member.set([value], at < 0 ? member.length + at : at);
    expect(() => gzipDecompress(member, ANY)).toThrow(fault(reason));
  });

  test("refuses what follows the last member", () => {
    const padded = Uint8Array.from([...gzipCompress(ROWS, 5), 0, 0]);
    expect(() => gzipDecompress(padded, ANY)).toThrow(fault("trailing-bytes"));
  });
});

describe("zlib", () => {
  test("verifies its checksum and its end", () => {
    const stream = new Uint8Array(deflateSync(ROWS));
    expect(Buffer.compare(zlibDecompress(stream, ANY), ROWS)).toBe(0);
    expect(() => zlibDecompress(Uint8Array.from([...stream, 0]), ANY)).toThrow(fault("trailing-bytes"));
    expect(() => zlibDecompress(stream.slice(0, -1), ANY)).toThrow(fault("truncated"));
    stream[stream.length - 1]! ^= 1;
    expect(() => zlibDecompress(stream, ANY)).toThrow(fault("checksum-mismatch"));
  });

  test("refuses a header that is none, and a preset dictionary", () => {
    expect(() => zlibDecompress(Uint8Array.of(0x78, 0x9d, 3, 0), ANY)).toThrow(fault("malformed"));
    expect(() => zlibDecompress(Uint8Array.of(0x78, 0xbb, 0, 0, 0, 0), ANY)).toThrow(fault("unsupported"));
  });
});
