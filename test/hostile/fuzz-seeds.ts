/**
 * Writes what the fuzzers of native/fuzz start from, one folder a target, as native/fuzz/fuzz_case.h lays a case out:
 * valid encodings of every codec that the core has, by our portable implementations and by numcodecs.
 *
 *     vite-node test/hostile/fuzz-seeds.ts FOLDER
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChunkType, NativeCodec, ResolvedCodec } from "../../codecs/definition.ts";
import { nativeTypeOf } from "../../src/codec/native/native-type.ts";
import { resolvePipeline } from "../../src/codec/pipeline.ts";
import { portableBackend } from "../../src/codec/portable/portable-chain.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { isQuarryError } from "../../src/errors.ts";
import type { CodecMetadata } from "../../src/metadata/array-metadata.ts";
import { dataTypeOf } from "../../src/metadata/data-type.ts";
import { CODEC_CASES, type CodecCase } from "../kit/codec-cases.ts";
import { typeOf } from "../kit/model-items.ts";
import { FIXTURES, goldenEncodings } from "../kit/numcodecs-fixtures.ts";

const BYTES: CodecMetadata = { name: "bytes", configuration: { endian: "little" } };
const CRC32C: CodecMetadata = { name: "crc32c", configuration: {} };
const CHECKSUMS: readonly CodecMetadata[] = [
  CRC32C,
  ...["crc32c", "crc32", "adler32"].flatMap((name) =>
    ["start", "end"].map((location) => ({ name: `numcodecs.${name}`, configuration: { location } })),
  ),
  { name: "numcodecs.fletcher32", configuration: {} },
  { name: "numcodecs.jenkins_lookup3", configuration: {} },
];

/** Small: a fuzzer looks for ways through a decoder, and runs short inputs more often. */
const SHAPES = [[37], [4, 10], [2, 3, 8]] as const;
const GOLDEN_BYTES_MAX = 4096;

/** Pairs of frames that the core compressed, each of 240 bytes: text and text with other letters; zeros and text. */
const FRAMES = [
  [
    "28b52ffd00002c020062830c1290cf0160830d36d8608305bbebbb38b93d0707a3f51b6ad3a3f58d1bc7b9d723a9eef2319a7e5d79b32e862b81283c39330500932e50dc321c5614e4c4b4b09413",
    "cc0000307878787878650600a0412162366d24664c747e155959b102",
  ],
  [
    "28b52ffd00004c000010000001006b0a6001",
    "340200240374686520717569636b2062726f776e20666f78206a756d7073206f766572206c617a7920646f6720616e64616761696e3b200600932e10b6b46094a058a19073d3c2524e",
  ],
] as const;
const FRAME_RAW_BYTES = 240;

interface Chain {
  readonly chunk: ChunkType;
  readonly codecs: readonly CodecMetadata[];
  readonly isExact: boolean;
}

const folder = process.argv[2];
if (folder === undefined) throw new TypeError("usage: vite-node test/hostile/fuzz-seeds.ts FOLDER");

for (const codecCase of CODEC_CASES) await writeDecodingSeeds(codecCase);
for (const [index, codecCase] of CODEC_CASES.entries()) writeChainSeed(codecCase, index);
writeGoldenSeeds();
for (const extents of [[3], [40], [2, 2]]) await writeShardIndexSeeds([...extents, 2]);
writeFrameSeeds();

async function writeDecodingSeeds(codecCase: CodecCase): Promise<void> {
  for (const [index, chunk] of chunksOf(codecCase).entries()) {
    const chain = chainOf(codecCase, chunk);
    const head = headOf(chain);
    if (head === undefined) continue;
    const encoded = await encode(chain, index === 0 ? steadyBytes : variedBytes);
    if (encoded === undefined) continue;
    const id = resolveCodec(metadataOf(codecCase, chunk), chunk, "/seed").native!.id;
    writeCase(`decoding-${id}`, head, encoded);
  }
}

/** Edits come first in the body of a chain's case: here two, a flip and a cut. */
function writeChainSeed(codecCase: CodecCase, index: number): void {
  const compressors = ["zstd", "blosc", "gzip", "numcodecs.lz4"].map((name) => ({ name, configuration: {} }));
  const last = index % 2 === 0 ? [] : [CHECKSUMS[(index >> 1) % CHECKSUMS.length]!];
  for (const chunk of chunksOf(codecCase).slice(0, 1)) {
    const chain = chainOf(codecCase, chunk);
    const compressor = compressors[index % compressors.length]!;
    const codecs = [...chain.codecs, ...(compressor.name === codecCase.codec ? [] : [compressor]), ...last];
    const head = headOf({ ...chain, codecs });
    if (head === undefined) continue;
    const edits = [2, 0, 7, 0, 0, 0, 0, 0, 0, 0, 255, 1, 90, 0, 0, 0, 0, 0, 0, 0, 0];
    writeCase("chain", head, Uint8Array.from([...edits, ...variedBytes(64)]));
  }
}

/** What decides about bytes-to-bytes decoders is the encoding, not the configuration that wrote it. */
function writeGoldenSeeds(): void {
  const written = new Set<string>();
  for (const codecCase of CODEC_CASES) {
    const [chunk] = chunksOf(codecCase);
    const { kind, native } = resolveCodec(metadataOf(codecCase, chunk!), chunk!, "/seed");
    if (kind !== "bytes-to-bytes") continue;
    if (native === undefined || written.has(native.id)) continue;
    written.add(native.id);
    if (!existsSync(join(FIXTURES, native.id))) continue;
    for (const { encoded, decoded } of goldenEncodings(native.id)) {
      if (encoded.length > GOLDEN_BYTES_MAX || decoded.length === 0) continue;
      writeCase(`decoding-${native.id}`, `uint8 ${decoded.length} exact\n${lineOf(native)}\n\n`, encoded);
    }
  }
}

async function writeShardIndexSeeds(shape: readonly number[]): Promise<void> {
  const chunk: ChunkType = { dataType: dataTypeOf("uint64"), shape };
  const bigEndian: CodecMetadata = { name: "bytes", configuration: { endian: "big" } };
  const reversed: CodecMetadata = {
    name: "transpose",
    configuration: { order: shape.map((_, axis) => shape.length - 1 - axis) },
  };
  const entries = new BigUint64Array(shape.reduce((product, extent) => product * extent, 1));
  for (let index = 0; index < entries.length; index += 2) {
    entries[index] = index % 6 === 4 ? 2n ** 64n - 1n : BigInt(index * 50);
    entries[index + 1] = index % 6 === 4 ? 2n ** 64n - 1n : 100n;
  }
  for (const codecs of [[BYTES], [BYTES, CRC32C], [bigEndian, CRC32C], [reversed, BYTES, CRC32C]]) {
    const head = headOf({ chunk, codecs, isExact: true })!;
    const encoded = await encode({ chunk, codecs, isExact: true }, () => new Uint8Array(entries.buffer));
    if (encoded === undefined) throw new Error("an index has no encoding");
    const shardBytes = new Uint8Array(new BigUint64Array([BigInt(50 * entries.length)]).buffer);
    writeCase("shard-index", head, Uint8Array.from([...shardBytes, ...encoded]));
  }
}

/** A frame is no chunk and takes no codec: `bytes` stands in the head because there has to be one. */
function writeFrameSeeds(): void {
  for (const pair of FRAMES) {
    const [first, second] = pair.map((hex) => Buffer.from(hex, "hex"));
    const firstBytes = Uint8Array.of(first!.length & 0xff, first!.length >> 8);
    const body = Buffer.concat([firstBytes, first!, second!]);
    writeCase("frames", `uint8 ${FRAME_RAW_BYTES}\nbytes bigEndian=false\n\n`, body);
  }
}

function chunksOf({ dataTypes, minRank = 0 }: CodecCase): ChunkType[] {
  return SHAPES.filter(({ length }) => length >= minRank).map((shape, index) => ({
    dataType: typeOf(dataTypes[(index * 3) % dataTypes.length]!),
    shape,
  }));
}

function metadataOf({ codec, configuration }: CodecCase, chunk: ChunkType): CodecMetadata {
  return { name: codec, configuration: configuration(chunk) };
}

/** The codec, with the `bytes` that every chain must have, which the core leaves out again. */
function chainOf(codecCase: CodecCase, chunk: ChunkType): Chain {
  const metadata = metadataOf(codecCase, chunk);
  const chains: Record<ResolvedCodec["kind"], readonly CodecMetadata[]> = {
    "array-to-array": [metadata, BYTES],
    "array-to-bytes": [metadata],
    "bytes-to-bytes": [BYTES, metadata],
  };
  const { kind } = resolveCodec(metadata, chunk, "/seed");
  return { chunk, codecs: chains[kind], isExact: codecCase.lossless };
}

/** Nothing where a lossy codec can say neither what `contentOf` gives nor zeros. */
async function encode(
  { chunk, codecs }: Chain,
  contentOf: (chunkBytes: number) => Uint8Array,
): Promise<Uint8Array | undefined> {
  const pipeline = resolvePipeline(codecs, chunk, "/seed");
  const encoder = (await portableBackend.createChain(pipeline, "chunk"))!;
  const content = contentOf(pipeline.chunkBytes);
  const contents = [
    chunk.dataType.kind === "bool" ? content.map((byte) => byte & 1) : content,
    new Uint8Array(pipeline.chunkBytes),
  ];
  for (const candidate of contents) {
    try {
      return await encoder.encode(candidate, { path: "/seed" });
    } catch (error) {
      if (!isQuarryError(error, "ENCODE_FAILED")) throw error;
    }
  }
  return undefined;
}

/** Nothing where the core lacks one of the codecs. */
function headOf({ chunk, codecs, isExact }: Chain): string | undefined {
  const natives = resolvePipeline(codecs, chunk, "/seed").codecs.map(({ native }) => native);
  if (natives.includes(undefined)) return undefined;
  const first = [nativeTypeOf(chunk.dataType), ...chunk.shape, ...(isExact ? ["exact"] : [])].join(" ");
  return `${[first, ...natives.map((native) => lineOf(native!))].join("\n")}\n\n`;
}

function lineOf({ id, ...parameters }: NativeCodec): string {
  const words = Object.entries(parameters).map(([name, value]) => {
    return `${name}=${Array.isArray(value) ? `[${value.join(",")}]` : value}`;
  });
  return [id, ...words].join(" ");
}

function steadyBytes(length: number): Uint8Array {
  return new Uint8Array(length).fill(7);
}

function variedBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * index * 31) % (index % 7 === 0 ? 256 : 60));
}

/** Named by its content, as libFuzzer does it. */
function writeCase(target: string, head: string, body: Uint8Array): void {
  const content = Buffer.concat([Buffer.from(head), body]);
  mkdirSync(join(folder!, target), { recursive: true });
  writeFileSync(join(folder!, target, createHash("sha1").update(content).digest("hex")), content);
}
