/**
 * All golden encodings of numcodecs but those of object arrays, whose `.npy` files are pickles: these are compared
 * with what Python reads, in test/interop/object-arrays.test.ts.
 */
import { describe, expect, test } from "vitest";
import { parseNumpyDtype } from "../../codecs/numeric/numpy-dtype.ts";
import { findAddon } from "../../src/codec/native/addon.ts";
import { nativeBackend } from "../../src/codec/native/native-chain.ts";
import { type DataType, dataTypeOf } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { expectBytes } from "../kit/bytes.ts";
import { chainRunner, portableRunner, type RunningCodec } from "../kit/codec-runner.ts";
import { FIXTURES, type GoldenEncoding, goldenEncodings, goldenFolders } from "../kit/numcodecs-fixtures.ts";
import { describeShared } from "../kit/shared.ts";

/** Folders whose codec works on bytes, whatever they are of. */
const COMPRESSORS = ["blosc", "bz2", "gzip", "lz4", "lzma", "zlib", "zstd"];
const BYTE_CODECS = ["adler32", "base64", "crc32", "crc32c", "shuffle"];
/** Those of both that the core has. */
const NATIVE_CODECS = ["blosc", "gzip", "lz4", "zlib", "zstd", "adler32", "crc32", "crc32c", "shuffle"];
/** Folders whose codec gives back the array in its own data type, bit for bit. */
const EXACT_FILTERS = [
  "astype/i",
  "packbits",
  "delta/float32",
  "delta/float64",
  "delta/int32",
  "delta/uint16",
];
/** Folders whose codec keeps an approximation. */
const LOSSY_FILTERS = ["astype/f", "fixedscaleoffset", "quantize"];
/** Folders that the other tests of this file are about. */
const SPECIAL = ["delta/bool", "pcodec", "pickle", "zfpy"];
const OBJECT_ARRAYS = [
  "categorize/O",
  "categorize/U",
  "json2",
  "msgpack2",
  "vlen-array",
  "vlen-bytes",
  "vlen-utf8",
];

const { addon } = findAddon();

const UINT8 = dataTypeOf("uint8");

/** Zarr v3 gives numcodecs' codecs the names `numcodecs.<id>` and leaves their configurations as they are. */
function start(golden: GoldenEncoding, dataType: DataType, runner = portableRunner): Promise<RunningCodec> {
  const { id, ...configuration } = golden.config as JsonObject & { id: string };
  const shape = [golden.decoded.length / dataType.itemBytes];
  return runner.start(`numcodecs.${id}`, configuration, { dataType, shape });
}

async function decodeGolden(golden: GoldenEncoding, dataType: DataType = UINT8): Promise<Uint8Array> {
  const codec = await start(golden, dataType);
  return codec.decode(golden.encoded, { exact: golden.decoded.length, max: golden.decoded.length });
}

async function encodeGolden(golden: GoldenEncoding, dataType: DataType = UINT8): Promise<Uint8Array> {
  const codec = await start(golden, dataType);
  return codec.encode(golden.decoded);
}

function arrayType({ dtype }: GoldenEncoding): DataType {
  return parseNumpyDtype(dtype, "test", "dtype");
}

describeShared("golden encodings of numcodecs", FIXTURES, () => {
  test("each folder of them has a test", () => {
    const known = [
      ...COMPRESSORS,
      ...BYTE_CODECS,
      ...EXACT_FILTERS,
      ...LOSSY_FILTERS,
      ...SPECIAL,
      ...OBJECT_ARRAYS,
    ];
    expect(known.sort()).toEqual(goldenFolders());
  });

  test.each([...COMPRESSORS, ...BYTE_CODECS])("%s decodes to the array", async (folder) => {
    for (const golden of goldenEncodings(folder)) {
      expectBytes(await decodeGolden(golden), golden.decoded, golden.name);
    }
  });

  if (addon !== undefined) {
    const native = chainRunner(nativeBackend(addon));
    test.each(NATIVE_CODECS)("%s decodes to the array on the core", async (folder) => {
      for (const golden of goldenEncodings(folder)) {
        const codec = await start(golden, UINT8, native);
        const size = { exact: golden.decoded.length, max: golden.decoded.length };
        expectBytes(await codec.decode(golden.encoded, size), golden.decoded, golden.name);
      }
    });
  }

  test.each(BYTE_CODECS)("%s encodes the array to the same bytes", async (folder) => {
    for (const golden of goldenEncodings(folder)) {
      expectBytes(await encodeGolden(golden), golden.encoded, golden.name);
    }
  });

  test.each(EXACT_FILTERS)("%s decodes to the array", async (folder) => {
    for (const golden of goldenEncodings(folder)) {
      expectBytes(await decodeGolden(golden, arrayType(golden)), golden.decoded, golden.name);
    }
  });

  test.each([...EXACT_FILTERS, ...LOSSY_FILTERS])(
    "%s encodes the array to the same bytes",
    async (folder) => {
      for (const golden of goldenEncodings(folder)) {
        expectBytes(await encodeGolden(golden, arrayType(golden)), golden.encoded, golden.name);
      }
    },
  );

  describe("what a lossy filter gives back is within its tolerance of the array", () => {
    const tolerances: readonly [string, (config: JsonObject, value: number) => number][] = [
      ["fixedscaleoffset", ({ scale }) => 0.5 / (scale as number)],
      // The type that is stored rounds as well: float16 has 11 bits.
      ["quantize", ({ digits }, value) => 0.5 * 10 ** -(digits as number) + Math.abs(value) * 2 ** -11],
      ["astype/f", (_, value) => Math.abs(value) * 2 ** -24],
    ];
    test.each(tolerances)("%s", async (folder, toleranceOf) => {
      for (const golden of goldenEncodings(folder)) {
        const decoded = await decodeGolden(golden, arrayType(golden));
        const values = new Float64Array(golden.decoded.buffer);
        const excesses = Array.from(new Float64Array(decoded.slice().buffer), (value, index) => {
          const tolerance = toleranceOf(golden.config, values[index]!) + Number.EPSILON * Math.abs(value);
          return Math.abs(value - values[index]!) - tolerance;
        });
        expect(Math.max(...excesses), golden.name).toBeLessThanOrEqual(0);
      }
    });
  });

  test("delta of bool, which numcodecs itself cannot decode, is refused", async () => {
    for (const golden of goldenEncodings("delta/bool")) {
      await expect(decodeGolden(golden, arrayType(golden))).rejects.toMatchObject({
        code: "CODEC_CONFIGURATION",
      });
    }
  });

  // Pickles run code, and no library for zfp or pcodec exists for JavaScript.
  test.each([
    ["pickle", /pickled Python objects/],
    ["zfpy", /compressed with zfp/],
    ["pcodec", /compressed with pcodec/],
  ])("%s is refused by name, with the reason", async (folder, reason) => {
    for (const golden of goldenEncodings(folder)) {
      const refusal = decodeGolden(golden);
      await expect(refusal, golden.name).rejects.toThrow(reason);
      await expect(refusal, golden.name).rejects.toMatchObject({ code: "UNSUPPORTED_CODEC" });
    }
  });
});
