import { beforeAll, describe, expect, test } from "vitest";
import { CodecFault } from "../../codecs/fault.ts";
import { readZstdFrames } from "../../codecs/zstd/frame.ts";
import { loadZstdCompressor, type ZstdCompressor } from "../../codecs/zstd/stream.ts";

const ANY = { exact: undefined, max: 2 ** 20 };
const ROWS = Uint8Array.from({ length: 5000 }, (_, index) => (index >> 3) & 0x1f);

let zstd: ZstdCompressor;
beforeAll(async () => {
  zstd = await loadZstdCompressor();
});

function frame(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
}

function concatenated(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function refusal(encoded: Uint8Array, size: { exact: number | undefined; max: number } = ANY): CodecFault {
  try {
    zstd.decompress(encoded, size);
  } catch (error) {
    if (error instanceof CodecFault) {
      return error;
    }
    throw error;
  }
  throw new Error("decoded");
}

// Magic; descriptor without content size, 1 KiB window; the last block, raw, "abc".
const WITHOUT_SIZE = frame("28 b5 2f fd 00 00 19 00 00 61 62 63");
// Magic; single segment of 3 bytes; the last block, "a" three times.
const REPEATED = frame("28 b5 2f fd 20 03 1b 00 00 61");
const SKIPPABLE = frame("50 2a 4d 18 02 00 00 00 ff ff");

describe("reads", () => {
  test("a frame that does not state its size", () => {
    expect(zstd.decompress(WITHOUT_SIZE, { exact: 3, max: 3 })).toEqual(frame("61 62 63"));
  });

  test("several frames, skippable ones among them", () => {
    const stream = concatenated(SKIPPABLE, WITHOUT_SIZE, REPEATED, SKIPPABLE);
    expect(zstd.decompress(stream, { exact: 6, max: 6 })).toEqual(frame("61 62 63 61 61 61"));
  });

  test.each([-131072, -7, 0, 1, 9, 22])("what it wrote at level %d", (level) => {
    expect(zstd.decompress(zstd.compress(ROWS, level, true), ANY)).toEqual(ROWS);
  });
});

test("a negative level is not raised to 1: it leaves entropy alone", () => {
  const fourBits = Uint8Array.from({ length: 5000 }, (_, index) => Math.imul(index, 0x9e3779b1) >>> 28);
  expect(zstd.compress(fourBits, 1, false).length).toBeLessThan(3000);
  expect(zstd.compress(fourBits, -1000, false).length).toBeGreaterThan(4000);
});

describe("a checksum", () => {
  test("is announced in the frame and adds four bytes", () => {
    const plain = zstd.compress(ROWS, 3, false);
    const checked = zstd.compress(ROWS, 3, true);
    expect(checked.length).toBe(plain.length + 4);
    expect(checked[4]! & 0x04).toBe(0x04);
  });

  test("is verified, and the fault has both values", () => {
    const encoded = zstd.compress(ROWS, 3, true);
    const stored = new DataView(encoded.buffer).getUint32(encoded.length - 4, true);
    encoded[encoded.length - 1]! ^= 1;
    const fault = refusal(encoded);
    expect(fault.reason).toBe("checksum-mismatch");
    expect(fault.actual).toBe(stored);
    expect(fault.expected).toBe((stored ^ 0x01000000) >>> 0);
  });
});

describe("refuses", () => {
  test("an empty input and every prefix of a frame as truncated", () => {
    for (let length = 0; length < REPEATED.length; length++) {
      expect(refusal(REPEATED.subarray(0, length)).reason).toBe("truncated");
    }
  });

  test("bytes behind the last frame", () => {
    expect(refusal(concatenated(REPEATED, frame("00"))).reason).toBe("trailing-bytes");
    expect(refusal(concatenated(REPEATED, frame("01 02 03 04 05"))).reason).toBe("trailing-bytes");
  });

  test("what is no frame", () => {
    expect(refusal(frame("28 b5 2f fc 20 03 1b 00 00 61")).reason).toBe("malformed");
  });

  test("a reserved bit, a reserved block type, a block beyond the window", () => {
    expect(refusal(frame("28 b5 2f fd 28 03 1b 00 00 61")).reason).toBe("malformed");
    expect(refusal(frame("28 b5 2f fd 20 03 1f 00 00 61")).reason).toBe("malformed");
    expect(refusal(frame("28 b5 2f fd 20 03 23 00 00 61")).reason).toBe("malformed");
  });

  test("a frame that needs a dictionary", () => {
    expect(refusal(frame("28 b5 2f fd 21 07 03 1b 00 00 61")).reason).toBe("unsupported");
  });

  test("a declared size beyond the limit, before it decodes anything", () => {
    const claims4GiB = frame("28 b5 2f fd a0 ff ff ff ff 01 00 00");
    expect(refusal(claims4GiB).reason).toBe("malformed");
    const fault = refusal(zstd.compress(ROWS, 3, false), { exact: undefined, max: 4999 });
    expect(fault).toMatchObject({ reason: "too-large", expected: 4999, actual: 5000 });
  });

  test("more frames than the limit allows, each of which would fit", () => {
    const many = concatenated(REPEATED, REPEATED);
    expect(refusal(many, { exact: undefined, max: 5 })).toMatchObject({ reason: "too-large", actual: 6 });
  });

  test("a frame without a size that decodes to more than the limit", () => {
    expect(refusal(WITHOUT_SIZE, { exact: undefined, max: 2 }).reason).toBe("too-large");
  });

  test("a size other than the chain's", () => {
    const fault = refusal(REPEATED, { exact: 4, max: 4 });
    expect(fault).toMatchObject({ reason: "length-mismatch", expected: 4, actual: 3 });
  });
});

test("the bound on a frame's content follows from its blocks", () => {
  const [measured] = readZstdFrames(REPEATED);
  expect(measured).toMatchObject({ contentBytes: 3, contentBytesMax: 3, skippable: false });
});
