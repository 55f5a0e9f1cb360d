import { beforeAll, describe, expect, test } from "vitest";
import { type BlockCompressors, loadBlockCompressors } from "../../codecs/blosc/compressors.ts";
import { decodeBlosc } from "../../codecs/blosc/decode.ts";
import { type BloscParameters, encodeBlosc } from "../../codecs/blosc/encode.ts";
import { SHUFFLE_BYTES } from "../../codecs/blosc/frame.ts";
import type { FaultReason } from "../../codecs/fault.ts";
import { bitShuffle, bitUnshuffle } from "../../codecs/shuffle/bit-shuffle.ts";

const TICKS = new Uint8Array(
  Int32Array.from({ length: 40_000 }, (_, index) => 60_000 + ((index * 7) >> 6)).buffer,
);
const ANY = { exact: undefined, max: 2 ** 24 };

let compressors: BlockCompressors;
beforeAll(async () => {
  compressors = await loadBlockCompressors();
});

function parameters(changes: Partial<BloscParameters> = {}): BloscParameters {
  const compressor = compressors.byName("lz4")!;
  return { compressor, level: 5, shuffle: SHUFFLE_BYTES, elementBytes: 4, blockBytes: 0, ...changes };
}

/** Four blocks of 8 KiB, and a table of their starts behind the header. */
function smallBlocks(): Uint8Array {
  const compressor = compressors.byName("zstd")!;
  return encodeBlosc(TICKS.subarray(0, 32_768), parameters({ compressor, blockBytes: 8192 }));
}

function header(encoded: Uint8Array): DataView {
  return new DataView(encoded.buffer, encoded.byteOffset);
}

test("the header is as documented", () => {
  const encoded = encodeBlosc(TICKS, parameters());
  const view = header(encoded);
  expect([...encoded.subarray(0, 4)]).toEqual([2, 1, 0x21, 4]);
  expect(view.getUint32(4, true)).toBe(TICKS.length);
  // c-blosc 1.21 takes the same: 128 KiB at level 5, times 4 streams, limited to the chunk.
  expect(view.getUint32(8, true)).toBe(TICKS.length);
  expect(view.getUint32(12, true)).toBe(encoded.length);
});

test("a chunk that does not shrink is copied and grows by the header only", () => {
  const noise = Uint8Array.from({ length: 1000 }, (_, index) => Math.imul(index + 1, 0x9e3779b1) >>> 24);
  for (const decoded of [noise, TICKS.subarray(0, 127)]) {
    const encoded = encodeBlosc(decoded, parameters());
    expect(encoded.length).toBe(decoded.length + 16);
    expect(encoded[2]! & 0x02).toBe(0x02);
    expect(decodeBlosc(encoded, ANY, compressors)).toEqual(decoded);
  }
});

test("blocks may stand in any order, as threads leave them", () => {
  const encoded = smallBlocks();
  const view = header(encoded);
  const starts = [0, 1, 2, 3].map((block) => view.getInt32(16 + 4 * block, true));
  const blocks = starts.map((start, block) => encoded.slice(start, starts[block + 1]));
  const reordered = encoded.slice();
  let at = 32;
  for (const block of [2, 0, 3, 1]) {
    header(reordered).setInt32(16 + 4 * block, at, true);
    reordered.set(blocks[block]!, at);
    at += blocks[block]!.length;
  }
  expect(decodeBlosc(reordered, ANY, compressors)).toEqual(TICKS.slice(0, 32_768));
});

describe("a container is refused", () => {
  const cases: readonly [string, (encoded: Uint8Array, view: DataView) => void, FaultReason][] = [
    ["of Blosc 2", (_, view) => view.setUint8(0, 5), "unsupported"],
    ["of no version", (_, view) => view.setUint8(0, 0), "malformed"],
    ["of another version of the compressor's format", (_, view) => view.setUint8(1, 2), "unsupported"],
    ["with both shuffles", (_, view) => view.setUint8(2, 0x95), "unsupported"],
    ["with the reserved flag", (_, view) => view.setUint8(2, 0x99), "unsupported"],
    ["of a compressor that does not exist", (_, view) => view.setUint8(2, 0xb1), "malformed"],
    ["with elements of no bytes", (_, view) => view.setUint8(3, 0), "malformed"],
    ["with blocks of no bytes", (_, view) => view.setUint32(8, 0, true), "malformed"],
    ["with a table that does not fit", (_, view) => view.setUint32(8, 1, true), "truncated"],
    ["that claims more than the limit", (_, view) => view.setUint32(4, 2 ** 25, true), "too-large"],
    ["that claims to be longer", (_, view) => view.setUint32(12, 100_000, true), "truncated"],
    ["with a block inside the table", (_, view) => view.setInt32(16, 20, true), "malformed"],
    ["with a block twice", (_, view) => view.setInt32(20, view.getInt32(16, true), true), "malformed"],
    ["with a block behind the end", (_, view) => view.setInt32(28, 1_000_000, true), "malformed"],
    ["with a gap before the first block", (_, view) => view.setInt32(16, 33, true), "malformed"],
    ["with a stream of no bytes", (_, view) => view.setInt32(32, 0, true), "malformed"],
    ["with a stream beyond its block", (_, view) => view.setInt32(32, 1_000_000, true), "truncated"],
    ["marked a copy that it is not", (_, view) => view.setUint8(2, 0x93), "length-mismatch"],
  ];
  test.each(cases)("%s", (_, damage, reason) => {
    const encoded = smallBlocks().slice();
    damage(encoded, header(encoded));
    expect(() => decodeBlosc(encoded, ANY, compressors)).toThrow(
      expect.objectContaining({ name: "CodecFault", reason }),
    );
  });
});

test("a container that is cut short or has bytes behind it is refused", () => {
  const encoded = smallBlocks();
  const decoding = (bytes: Uint8Array) => () => decodeBlosc(bytes, ANY, compressors);
  expect(decoding(encoded.subarray(0, 15))).toThrow(expect.objectContaining({ reason: "truncated" }));
  expect(decoding(encoded.slice(0, -1))).toThrow(expect.objectContaining({ reason: "truncated" }));
  expect(decoding(Uint8Array.from([...encoded, 0]))).toThrow(
    expect.objectContaining({ reason: "trailing-bytes" }),
  );
});

test("bit i of element e stands in row i, at bit e", () => {
  const elements = new Uint8Array(Uint16Array.of(1, 2, 4, 0x8000, 0, 0, 0, 3).buffer);
  const rows = new Uint8Array(16);
  bitShuffle(elements, rows, 2);
  expect([...rows]).toEqual([0b10000001, 0b10000010, 0b100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0b1000]);
  const back = new Uint8Array(16);
  bitUnshuffle(rows, back, 2);
  expect(back).toEqual(elements);
});

test("bits of a block that is no multiple of eight elements stay where they are", () => {
  const seven = Uint8Array.from({ length: 29 }, (_, index) => index);
  const copy = new Uint8Array(29);
  bitShuffle(seven, copy, 4);
  expect(copy).toEqual(seven);
});
