import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decompressBlosclz } from "../../codecs/blosc/blosclz.ts";
import { CodecFault, type FaultReason } from "../../codecs/fault.ts";

function decode(stream: readonly number[], decodedBytes: number): Uint8Array {
  const decoded = new Uint8Array(decodedBytes);
  decompressBlosclz(Uint8Array.from(stream), decoded);
  return decoded;
}

const A = 0x61;

describe("the decoder", () => {
  test("takes literals, whatever the high bits of the first control byte", () => {
    expect(decode([0x22, 1, 2, 3], 3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(decode([0xe0, 1, 0x01, 2, 3], 3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("repeats a match that overlaps what it makes", () => {
    expect(decode([0x20, A, 0xc0, 0], 9)).toEqual(new Uint8Array(9).fill(A));
    expect(decode([0x22, 1, 2, 3, 0x60, 2, 0x00, 9], 9)).toEqual(Uint8Array.of(1, 2, 3, 1, 2, 3, 1, 2, 9));
  });

  test("adds up the bytes of a long match", () => {
    expect(decode([0x20, A, 0xe0, 255, 3, 0], 268)).toEqual(new Uint8Array(268).fill(A));
  });

  test("adds two bytes to the longest short distance", () => {
    const content = Uint8Array.from({ length: 32 * 300 }, (_, at) => (at * 7919) >> 3);
    const stream: number[] = [];
    for (let at = 0; at < content.length; at += 32) {
      stream.push(31, ...content.subarray(at, at + 32));
    }
    const far = 9000;
    const decoded = decode([...stream, 0x7f, 255, (far - 8192) >> 8, (far - 8192) & 255], content.length + 5);
    expect(decoded.subarray(content.length)).toEqual(content.subarray(-far, 5 - far));
  });

  const faults: readonly [string, readonly number[], number, FaultReason][] = [
    ["no instruction", [], 0, "truncated"],
    ["literals that go on behind the end", [0x22, A, A], 3, "truncated"],
    ["literals beyond the output", [0x22, A, A, A], 2, "malformed"],
    ["less than the output", [0x22, A, A, A], 4, "length-mismatch"],
    ["a match without its distance", [0x20, A, 0xc0], 9, "truncated"],
    ["a distance before the output", [0x20, A, 0xc0, 1], 9, "malformed"],
    ["a match beyond the output", [0x20, A, 0xc0, 0], 8, "malformed"],
    ["a length that goes on behind the end", [0x20, A, 0xe0, 255], 1000, "truncated"],
    ["half of a long distance", [0x20, A, 0x7f, 255, 0], 6, "truncated"],
  ];
  test.each(faults)("refuses %s", (_, stream, decodedBytes, reason) => {
    expect(() => decode(stream, decodedBytes)).toThrow(
      expect.objectContaining({ name: "CodecFault", reason }),
    );
  });

  test("fills the output or raises a fault, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 200 }), (stream, decodedBytes) => {
        try {
          decompressBlosclz(stream, new Uint8Array(decodedBytes));
        } catch (error) {
          expect(error).toBeInstanceOf(CodecFault);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
