/** Encodings by Python's `lzma`; test/interop/compressors.test.ts has larger ones. */
import { describe, expect, test } from "vitest";
import { crc64 } from "../../codecs/checksum/crc64.ts";
import type { DecodedSize } from "../../codecs/definition.ts";
import type { FaultReason } from "../../codecs/fault.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { crc32 } from "../../src/metadata/crc.ts";
import { dataTypeOf } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { decodedOrReason, exactly, expectRefusals } from "../kit/decoder.ts";

const TYPE = { dataType: dataTypeOf("uint8"), shape: [3000] };

async function decoderOf(configuration: JsonObject) {
  const codec = await resolveCodec({ name: "numcodecs.lzma", configuration }, TYPE, "/test").portable();
  return (encoded: Uint8Array, size: DecodedSize) => codec.decode(encoded, size, { path: "/test" });
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** `bytes(i // 300 & 0xff for i in range(3000))` */
const RUNS = Uint8Array.from({ length: 3000 }, (_, index) => Math.floor(index / 300));

/** CRC-64, a delta filter of 4 bytes, and lc = 0, lp = 2, pb = 0. */
const XZ = fromBase64(
  "/Td6WFoAAATm1rRGAgEDAQMhARaXj3H84Au3ABwSAABwffYDFWAEBfS2TL8YNicyBePKjDn7kkpASQAA4UuBitLSpKAAATi4FwAAAO59BcaxxGf7AgAAAAAEWVo=",
);
const XZ_EMPTY = fromBase64("/Td6WFoAAATm1rRGAAAAABzfRCEftvN9AQAAAAAEWVo=");
/** Three blocks of 1000 bytes that state their sizes, by `xz --block-size=1000 --check=crc32`. */
const XZ_BLOCKS = fromBase64(
  "/Td6WFoAAAFpIt42A8Ac6AchARYAAAAAzPBtVuAD5wAUXQAAb/33wRTZ4JFL4eTaWOgkdW84AAAvq/SZA8Aa6AchARYAAAAAi4BzW+AD5wASXQAB72YE3/9lZBR8ab5HqC/rsQAAAADch4h2A8Ac6AchARYAAAAAzPBtVuAD5wAUXQADbp4H3/9qHPBXb4x+F2PZ1y5tAAAGlV6SAAMw6Acu6Acw6AcA/ODBzpvjUUADAAAAAAFZWg==",
);
/** An end marker instead of a length. */
const ALONE = fromBase64(
  "XQAAgAD//////////wAAb/33wRTZ4JFL4eTaWOiM2ao32vSoCbA4ykisV1PgDPFbZUWRwUK5f+6L//U4AAA=",
);
/** Delta filters of 2 bytes and of 1, before LZMA2. */
const RAW = fromBase64("4Au3AB1dAABv/ffBEUAwDAIdoaXTTgllKxhOPiMv9UH0ZoUAAA==");
const RAW_FILTERS = [{ id: 3, dist: 2 }, { id: 3, dist: 1 }, { id: 33 }];

test("the checksum of the digits 1 to 9 is the published one", () => {
  expect(crc64(new TextEncoder().encode("123456789"))).toEqual([0xdf1939fa, 0x995dc9bb]);
});

describe.each([
  ["xz", { format: 1 }, XZ],
  ["xz in blocks", { format: 1 }, XZ_BLOCKS],
  [".lzma", { format: 2 }, ALONE],
  ["LZMA without a container", { format: 3, filters: RAW_FILTERS }, RAW],
])("%s", (_, configuration, encoded) => {
  test("comes back", async () => {
    const decode = await decoderOf(configuration);
    expect(await decode(encoded, exactly(3000))).toEqual(RUNS);
  });

  test("is refused when damaged, or has the size of the chunk", async () => {
    await expectRefusals(await decoderOf(configuration), { encoded, decoded: RUNS });
  });

  test("makes no more than the limit", async () => {
    const decode = await decoderOf(configuration);
    expect(await decodedOrReason(decode, encoded, { exact: undefined, max: 2999 })).toBe("too-large");
  });
});

test("the format may be left to the first byte", async () => {
  const decode = await decoderOf({ format: 0 });
  expect(await decode(XZ, exactly(3000))).toEqual(RUNS);
  expect(await decode(ALONE, exactly(3000))).toEqual(RUNS);
});

test("several xz streams make one chunk, with zeros between and behind them", async () => {
  const decode = await decoderOf({});
  const streams = Uint8Array.from([...XZ, 0, 0, 0, 0, ...XZ_EMPTY, ...XZ, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(await decode(streams, exactly(6000))).toEqual(Uint8Array.from([...RUNS, ...RUNS]));
});

test("a .lzma file of known length may have the end marker or go without", async () => {
  const decode = await decoderOf({ format: 2 });
  const known = ALONE.slice();
  new DataView(known.buffer).setBigUint64(5, 3000n, true);
  expect(await decode(known, exactly(3000))).toEqual(RUNS);

  // The LZMA of the first block in xz, which has no marker, behind a header of its own.
  const chunk = XZ_BLOCKS.subarray(28);
  const bare = Uint8Array.from([...ALONE.subarray(0, 13), ...chunk.subarray(6, 6 + 21)]);
  new DataView(bare.buffer).setBigUint64(5, 1000n, true);
  expect(await decode(bare, exactly(1000))).toEqual(RUNS.subarray(0, 1000));
  const longer = Uint8Array.from([...bare, 0]);
  expect(await decodedOrReason(decode, longer, exactly(1000))).toBeTypeOf("string");
});

describe("an xz stream is refused", () => {
  /** Replaces a byte and makes the CRC-32 of what is between `start` and `end` right again. */
  const rewritten = (at: number, value: number, start: number, end: number) => {
    const bytes = XZ.with(at, value);
    new DataView(bytes.buffer).setUint32(end, crc32(bytes.subarray(start, end)), true);
    return bytes;
  };
  const [FLAGS, HEADER, HEADER_END] = [6, 12, 20];
  const cases: readonly [string, Uint8Array, FaultReason][] = [
    ["without its magic", XZ.with(0, 0), "malformed"],
    ["with a check that nobody defined", rewritten(7, 2, FLAGS, 8), "unsupported"],
    ["with flags of another version", rewritten(6, 1, FLAGS, 8), "unsupported"],
    ["whose flags are damaged", XZ.with(7, 1), "checksum-mismatch"],
    ["whose block header is damaged", XZ.with(HEADER + 2, 4), "checksum-mismatch"],
    ["with a filter for executables", rewritten(HEADER + 2, 4, HEADER, HEADER_END), "unsupported"],
    [
      "whose first filter is not the one it was",
      rewritten(HEADER + 4, 2, HEADER, HEADER_END),
      "checksum-mismatch",
    ],
    ["with a dictionary of no size", rewritten(HEADER + 7, 41, HEADER, HEADER_END), "malformed"],
    ["whose data does not begin with a dictionary", XZ.with(24, 0x80), "malformed"],
    ["whose footer is damaged", XZ.with(XZ.length - 5, 1), "checksum-mismatch"],
    ["without the magic at its end", XZ.with(XZ.length - 1, 0), "malformed"],
    ["with bytes behind it", Uint8Array.from([...XZ, 1, 2, 3, 4, 5, 6]), "trailing-bytes"],
  ];
  test.each(cases)("%s", async (_, encoded, reason) => {
    expect(await decodedOrReason(await decoderOf({}), encoded, exactly(3000))).toBe(reason);
  });
});

test.each([
  ["no filters", null],
  ["a filter for executables", [{ id: 4 }, { id: 33 }]],
  ["delta alone", [{ id: 3 }]],
])("LZMA without a container, and with %s, is refused when the chain is resolved", async (_, filters) => {
  await expect(decoderOf({ format: 3, filters })).rejects.toMatchObject({ code: "CODEC_CONFIGURATION" });
});
