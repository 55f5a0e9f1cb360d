import { expect, test } from "vitest";
import { CodecFault } from "../../codecs/fault.ts";
import { type DataTypeName, dataTypeOf } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { type CodecRunner, portableRunner } from "../kit/codec-runner.ts";
import { FIXTURES, type GoldenEncoding, goldenEncodings } from "../kit/numcodecs-fixtures.ts";
import { describeShared } from "../kit/shared.ts";

/** How Zarr v3 says what numcodecs' own `config.json` says. */
const V3_CONFIGURATIONS: Readonly<Record<string, (config: JsonObject) => [name: string, JsonObject]>> = {
  blosc: ({ cname, clevel, shuffle, blocksize }) => [
    "blosc",
    {
      cname: cname!,
      clevel: clevel!,
      blocksize: blocksize!,
      shuffle: ["noshuffle", "shuffle", "bitshuffle"][shuffle as number]!,
    },
  ],
  lz4: ({ acceleration }) => ["numcodecs.lz4", { acceleration: acceleration! }],
  // numcodecs lowers a level beyond zstd's best; metadata with such a level is refused.
  zstd: ({ level, checksum }) => [
    "zstd",
    { level: Math.min(level as number, 22), checksum: (checksum as boolean | undefined) ?? false },
  ],
  // zlib's -1 is its default level.
  gzip: ({ level }) => ["gzip", { level: level === -1 ? 6 : level! }],
  shuffle: ({ elementsize }) => ["numcodecs.shuffle", { elementsize: elementsize! }],
  delta: ({ dtype, astype }) => ["numcodecs.delta", { dtype: dtype!, astype: astype! }],
  astype: ({ encode_dtype, decode_dtype }) => [
    "numcodecs.astype",
    { encode_dtype: encode_dtype!, decode_dtype: decode_dtype! },
  ],
};

async function decodeGolden(
  runner: CodecRunner,
  { config, encoded, decoded }: GoldenEncoding,
  dataTypeName: DataTypeName,
): Promise<Uint8Array> {
  const [name, configuration] = V3_CONFIGURATIONS[config.id as string]!(config);
  const dataType = dataTypeOf(dataTypeName);
  const shape = [decoded.length / dataType.itemBytes];
  const codec = await runner.start(name, configuration, { dataType, shape });
  return codec.decode(encoded, { exact: decoded.length, max: decoded.length });
}

/** Blosc's flags: the compressor in the top bits, 0x02 for a chunk that is only copied. */
function needsUnsupportedCompressor({ encoded }: GoldenEncoding): boolean {
  const flags = encoded[2]!;
  const [BLOSCLZ, SNAPPY] = [0, 2];
  return (flags & 0x02) === 0 && [BLOSCLZ, SNAPPY].includes(flags >> 5);
}

describeShared("golden encodings of numcodecs", FIXTURES, () => {
  test.each(["lz4", "zstd", "gzip"])("%s decodes to the array", async (folder) => {
    for (const golden of goldenEncodings(folder)) {
      expect(await decodeGolden(portableRunner, golden, "uint8"), golden.name).toEqual(golden.decoded);
    }
  });

  test("blosc decodes to the array, or says that it cannot", async () => {
    let refused = 0;
    for (const golden of goldenEncodings("blosc")) {
      if (needsUnsupportedCompressor(golden)) {
        const refusal = decodeGolden(portableRunner, golden, "uint8");
        await expect(refusal, golden.name).rejects.toEqual(new CodecFault("unsupported"));
        refused++;
      } else {
        expect(await decodeGolden(portableRunner, golden, "uint8"), golden.name).toEqual(golden.decoded);
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  test("shuffle decodes to the array; an element size of 0, which numcodecs takes for 1, is refused", async () => {
    for (const golden of goldenEncodings("shuffle")) {
      if (golden.config.elementsize === 0) {
        await expect(decodeGolden(portableRunner, golden, "uint8")).rejects.toMatchObject({
          code: "CODEC_CONFIGURATION",
        });
      } else {
        expect(await decodeGolden(portableRunner, golden, "uint8"), golden.name).toEqual(golden.decoded);
      }
    }
  });

  test.each(["float32", "float64", "int32", "uint16"] as const)(
    "delta of %s decodes to the array",
    async (type) => {
      for (const golden of goldenEncodings(`delta/${type}`)) {
        expect(await decodeGolden(portableRunner, golden, type), golden.name).toEqual(golden.decoded);
      }
    },
  );

  test("delta of bool, which numcodecs itself cannot decode, is refused", async () => {
    for (const golden of goldenEncodings("delta/bool")) {
      await expect(decodeGolden(portableRunner, golden, "bool")).rejects.toMatchObject({
        code: "CODEC_CONFIGURATION",
      });
    }
  });

  test("astype to int16 decodes to the array of int32", async () => {
    for (const golden of goldenEncodings("astype/i")) {
      expect(await decodeGolden(portableRunner, golden, "int32"), golden.name).toEqual(golden.decoded);
    }
  });

  test("astype to float32 decodes to the array of float64, rounded", async () => {
    for (const golden of goldenEncodings("astype/f")) {
      const rounded = new Float64Array(golden.decoded.buffer).map(Math.fround);
      const decoded = await decodeGolden(portableRunner, golden, "float64");
      expect(decoded, golden.name).toEqual(new Uint8Array(rounded.buffer));
    }
  });
});
