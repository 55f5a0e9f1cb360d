/**
 * Encodings by Python's `bz2`; test/interop/compressors.test.ts has larger ones, and puts what is encoded here before
 * Python's decoder.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBzip2, encodeBzip2 } from "../../codecs/bzip2/stream.ts";
import type { FaultReason } from "../../codecs/fault.ts";
import { expectBytes } from "../kit/bytes.ts";
import { decodedOrReason, exactly, expectRefusals } from "../kit/decoder.ts";

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** `bytes(i // 300 & 0xff for i in range(3000))`, level 1: runs of more than 4 + 255 bytes. */
const RUNS = {
  encoded: fromBase64(
    "QlpoMTFBWSZTWf4pTJkAAADQAP/gACAACCAAVFBk3qj9QRVP9VNBp6mZDXI1oa6Guxrwa9GtjXw1iqqqgAAesXckU4UJD+KUyZA=",
  ),
  decoded: Uint8Array.from({ length: 3000 }, (_, index) => Math.floor(index / 300)),
};
const EMPTY = { encoded: fromBase64("QlpoMRdyRThQkAAAAAA="), decoded: new Uint8Array(0) };

test.each([
  ["runs", RUNS],
  ["nothing", EMPTY],
])("%s comes back", (_, { encoded, decoded }) => {
  expect(decodeBzip2(encoded, exactly(decoded.length))).toEqual(decoded);
});

test("several streams make one chunk", () => {
  const both = Uint8Array.from([...RUNS.encoded, ...EMPTY.encoded, ...RUNS.encoded]);
  expect(decodeBzip2(both, exactly(6000))).toEqual(Uint8Array.from([...RUNS.decoded, ...RUNS.decoded]));
});

test("damage is refused or leaves a chunk of its size", () => expectRefusals(decodeBzip2, RUNS));

describe("a stream is refused", () => {
  const replaced = (at: number, value: number) => RUNS.encoded.with(at, value);
  const damages: readonly [string, Uint8Array, FaultReason][] = [
    ["without its magic", replaced(0, 0), "malformed"],
    ["of level 0", replaced(3, 0x30), "malformed"],
    ["with another magic before its block", replaced(4, 0x32), "malformed"],
    ["whose block has another checksum", replaced(10, 0), "checksum-mismatch"],
    ["with a block that was shuffled", replaced(14, RUNS.encoded[14]! | 0x80), "unsupported"],
    ["that does not begin where its transform does", replaced(14, 0x7f), "malformed"],
    ["whose blocks have another checksum", replaced(RUNS.encoded.length - 2, 0), "checksum-mismatch"],
    ["with something behind it", Uint8Array.from([...RUNS.encoded, 1, 2, 3, 4]), "trailing-bytes"],
  ];
  test.each(damages)("%s", async (_, encoded, reason) => {
    expect(await decodedOrReason(decodeBzip2, encoded, exactly(3000))).toBe(reason);
  });

  test("as soon as it makes more than the limit", async () => {
    expect(await decodedOrReason(decodeBzip2, RUNS.encoded, { exact: undefined, max: 2999 })).toBe(
      "too-large",
    );
  });
});

describe("the encoder", () => {
  function expectRoundTrip(decoded: Uint8Array, level: number, what: string): Uint8Array {
    const encoded = encodeBzip2(decoded, level);
    expectBytes(decodeBzip2(encoded, exactly(decoded.length)), decoded, what);
    return encoded;
  }

  test("writes an empty stream for nothing, as bzip2 does", () => {
    expect(encodeBzip2(new Uint8Array(0), 1)).toEqual(EMPTY.encoded);
  });

  const megabyte = 1_000_000;
  const alternating = Uint8Array.from({ length: megabyte }, (_, at) => at & 1);
  const contents: readonly [string, Uint8Array, number, bytesOfBzip2: number][] = [
    ["equal bytes", new Uint8Array(megabyte), 9, 48],
    ["bytes that alternate", alternating, 5, 99],
    ["bytes that alternate, in ten blocks", alternating, 1, 329],
    ["noise of one block and a bit", noise(900_010), 9, 904_395],
    ["runs of every length up to 600", runsUpTo(600), 1, 2015],
  ];
  test.each(contents)("gives back %s, in as few bytes as bzip2", (what, decoded, level, bytesOfBzip2) => {
    expect(expectRoundTrip(decoded, level, what).length).toBeLessThanOrEqual(1.05 * bytesOfBzip2);
  });

  test("gives back any bytes, of few values or of all", () => {
    const bytes = fc
      .constantFrom(1, 2, 3, 255)
      .chain((max) => fc.array(fc.nat({ max }), { maxLength: 700, size: "max" }));
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 9 }), (decoded, level) => {
        expectRoundTrip(Uint8Array.from(decoded), level, "round trip");
      }),
      { numRuns: 300 },
    );
  });

  test("gives back bytes that repeat themselves, whole or cut", () => {
    const unit = fc.uint8Array({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(unit, fc.integer({ min: 1, max: 40 }), fc.nat({ max: 20 }), (bytes, times, cut) => {
        const repeated = Uint8Array.from(
          { length: bytes.length * times },
          (_, at) => bytes[at % bytes.length]!,
        );
        expectRoundTrip(repeated.subarray(Math.min(cut, repeated.length)), 1, "round trip");
      }),
      { numRuns: 300 },
    );
  });

  test("ends a block before the run that does not fit", () => {
    for (const free of [0, 1, 3, 4, 5, 6]) {
      const decoded = noise(100_010);
      decoded.fill(7, 100_000 - free, 100_006 - free);
      expectRoundTrip(decoded, 1, `${free} bytes left`);
    }
  });
});

/** The top bytes of a linear congruential generator. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

function runsUpTo(longest: number): Uint8Array {
  const runs = Array.from({ length: longest }, (_, run) => new Array<number>(run + 1).fill(run & 0xff));
  return Uint8Array.from(runs.flat());
}
