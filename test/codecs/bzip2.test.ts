/** Encodings by Python's `bz2`; test/interop/compressors.test.ts has larger ones. */
import { describe, expect, test } from "vitest";
import { decodeBzip2 } from "../../codecs/bzip2/stream.ts";
import type { FaultReason } from "../../codecs/fault.ts";
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
