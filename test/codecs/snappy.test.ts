import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decompressSnappy } from "../../codecs/blosc/snappy.ts";
import { CodecFault, type FaultReason } from "../../codecs/fault.ts";

function decode(block: readonly number[], decodedBytes: number): Uint8Array {
  const decoded = new Uint8Array(decodedBytes);
  decompressSnappy(Uint8Array.from(block), decoded);
  return decoded;
}

const NOISE = Uint8Array.from({ length: 300 }, (_, at) => (at * 7919) >> 3);

describe("the decoder", () => {
  test("makes nothing of a block that says so", () => {
    expect(decode([0], 0)).toEqual(new Uint8Array(0));
  });

  const literals: readonly [string, readonly number[], number][] = [
    ["in the tag", [59 << 2], 60],
    ["of one byte", [60 << 2, 99], 100],
    ["of two bytes", [61 << 2, 0x2b, 1], 300],
    ["of three bytes", [62 << 2, 0x2b, 1, 0], 300],
    ["of four bytes", [63 << 2, 0x2b, 1, 0, 0], 300],
  ];
  test.each(literals)("takes literals with a length %s", (_, element, byteCount) => {
    const declared = byteCount < 128 ? [byteCount] : [0x80 | (byteCount & 0x7f), byteCount >> 7];
    const content = NOISE.subarray(0, byteCount);
    expect(decode([...declared, ...element, ...content], byteCount)).toEqual(content);
  });

  test("repeats a match that overlaps what it makes", () => {
    expect(decode([8, 0, 7, 0x1a, 1, 0], 8)).toEqual(new Uint8Array(8).fill(7));
    expect(decode([9, 8, 1, 2, 3, 0x09, 3], 9)).toEqual(Uint8Array.of(1, 2, 3, 1, 2, 3, 1, 2, 3));
  });

  const matches: readonly [string, readonly number[]][] = [
    ["of eleven bits", [0x21, 0x23]],
    ["of two bytes", [0x0e, 0x23, 1]],
    ["of four bytes", [0x0f, 0x23, 1, 0, 0]],
  ];
  test.each(matches)("goes back by a distance %s", (_, element) => {
    const decoded = decode([0xb0, 2, 61 << 2, 0x2b, 1, ...NOISE, ...element], 304);
    expect(decoded.subarray(300)).toEqual(NOISE.subarray(300 - 0x123, 304 - 0x123));
  });

  const faults: readonly [string, readonly number[], number, FaultReason][] = [
    ["no length", [], 0, "truncated"],
    ["a length that goes on behind the end", [0x83], 3, "truncated"],
    ["a length of more than five bytes", [0x83, 0x80, 0x80, 0x80, 0x80, 0], 3, "malformed"],
    ["another length", [4, 8, 1, 2, 3], 3, "length-mismatch"],
    ["literals that go on behind the end", [3, 8, 1, 2], 3, "truncated"],
    ["literals beyond the output", [2, 8, 1, 2, 3], 2, "malformed"],
    ["less than the output", [4, 8, 1, 2, 3], 4, "length-mismatch"],
    ["half of a length of literals", [3, 61 << 2, 2], 3, "truncated"],
    ["literals of 4 GiB", [3, 63 << 2, 255, 255, 255, 255, 1, 2, 3], 3, "truncated"],
    ["a match without its distance", [5, 0, 7, 0x01], 5, "truncated"],
    ["half of a distance", [5, 0, 7, 0x0e, 1], 5, "truncated"],
    ["no distance", [5, 0, 7, 0x01, 0], 5, "malformed"],
    ["a distance before the output", [5, 0, 7, 0x01, 2], 5, "malformed"],
    ["a distance of 4 GiB", [5, 0, 7, 0x0f, 255, 255, 255, 255], 5, "malformed"],
    ["a match beyond the output", [4, 0, 7, 0x01, 1], 4, "malformed"],
    ["an element behind the end", [3, 8, 1, 2, 3, 0], 3, "truncated"],
  ];
  test.each(faults)("refuses %s", (_, block, decodedBytes, reason) => {
    expect(() => decode(block, decodedBytes)).toThrow(
      expect.objectContaining({ name: "CodecFault", reason }),
    );
  });

  test("fills the output or raises a fault, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 127 }), (elements, decodedBytes) => {
        try {
          decode([decodedBytes, ...elements], decodedBytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecFault);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
