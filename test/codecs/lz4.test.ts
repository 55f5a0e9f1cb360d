import { describe, expect, test } from "vitest";
import { CodecFault, type FaultReason } from "../../codecs/fault.ts";
import { compressLz4Block } from "../../codecs/lz4/compress.ts";
import { decompressLz4Block } from "../../codecs/lz4/decompress.ts";

function decode(block: readonly number[], decodedBytes: number): Uint8Array {
  const decoded = new Uint8Array(decodedBytes);
  decompressLz4Block(Uint8Array.from(block), decoded);
  return decoded;
}

const A = 0x61;
const FIVE_LITERALS = [0x50, A, A, A, A, A];

describe("the decoder", () => {
  test("repeats a match that overlaps what it makes", () => {
    expect(decode([0x14, A, 1, 0, ...FIVE_LITERALS], 14)).toEqual(new Uint8Array(14).fill(A));
  });

  test("takes the empty block", () => {
    expect(decode([0x00], 0)).toEqual(new Uint8Array(0));
  });

  const faults: readonly [string, readonly number[], number, FaultReason][] = [
    ["no token", [], 0, "truncated"],
    ["a length that goes on behind the end", [0xf0, 255, 255], 1000, "truncated"],
    ["literals that go on behind the end", [0x50, A, A], 5, "truncated"],
    ["half an offset", [0x10, A, 1], 14, "truncated"],
    ["an end behind a match", [0x14, A, 1, 0], 14, "truncated"],
    ["an offset of 0", [0x14, A, 0, 0, ...FIVE_LITERALS], 14, "malformed"],
    ["an offset before the output", [0x14, A, 2, 0, ...FIVE_LITERALS], 14, "malformed"],
    ["a match into the last five bytes", [0x14, A, 1, 0, ...FIVE_LITERALS], 13, "malformed"],
    ["literals beyond the output", FIVE_LITERALS, 4, "malformed"],
    ["less than the output", FIVE_LITERALS, 6, "length-mismatch"],
  ];
  test.each(faults)("refuses %s", (_, block, decodedBytes, reason) => {
    expect(() => decode(block, decodedBytes)).toThrow(
      expect.objectContaining({ name: "CodecFault", reason }),
    );
  });
});

test("lengths around every boundary of the format come back", () => {
  for (const length of [0, 1, 4, 5, 11, 12, 13, 14, 15, 16, 19, 20, 269, 270, 271, 525, 70_000]) {
    const same = new Uint8Array(length).fill(A);
    const distinct = Uint8Array.from({ length }, (_, index) => (index * 7919) >> 5);
    const far = Uint8Array.from({ length }, (_, index) =>
      index % 65_535 < 40 ? index % 65_535 : (index * 31) >> 3,
    );
    for (const decoded of [same, distinct, far]) {
      expect(decode([...compressLz4Block(decoded, 1)], length)).toEqual(decoded);
    }
  }
});

test("a declared length that the block cannot make is refused before memory is reserved for it", async () => {
  const { lz4Definition } = await import("../../codecs/lz4.ts");
  const { dataTypeOf } = await import("../../src/metadata/data-type.ts");
  const codec = lz4Definition.resolve({}, { dataType: dataTypeOf("uint8"), shape: [1] });
  const claims1GiB = Uint8Array.of(0, 0, 0, 0x40, 0x00);
  const portable = await codec.portable();
  const act = () => portable.decode(claims1GiB, { exact: undefined, max: 2 ** 31 }, {});
  expect(act).toThrow(CodecFault);
  expect(act).toThrow(expect.objectContaining({ reason: "truncated" }));
});
