/**
 * Random arrays to exchange with other implementations. Everything follows from a seed: data type, shape, chunks,
 * shards in shards, chain, index, fill value, and the box of the array that is written.
 *
 * What an array needs of its reader is a list of features, which `peer-support.ts` knows: `type <name>`,
 * `codec <name>`, and those of {@link layoutOf}.
 */
import { type CodecMetadata, type CreateArrayOptions, codec } from "../../src/index.ts";
import {
  type DataType,
  isNumeric,
  isVariableLength,
  serializeDataType,
} from "../../src/metadata/data-type.ts";
import { elementBytes, elementOf } from "../../src/metadata/element.ts";
import { parseDataType } from "../../src/metadata/parse-data-type.ts";
import { isListed } from "../../src/metadata/typed-array.ts";
import { type ExchangedArray, itemsAfterWriting } from "./exchanged-array.ts";
import { dataOf, type Item, randomItem } from "./items.ts";
import { randomNumbers } from "./values.ts";

export interface BatchCase extends ExchangedArray {
  /** Of the directory that holds the array: its number in the batch. */
  readonly name: string;
  readonly dataType: DataType;
  readonly features: readonly string[];
  /** Items of the whole array, once the box has been written. */
  readonly expected: readonly Item[];
}

type Draw = () => number;
const pick = <T>(from: readonly T[], next: Draw): T => from[next() % from.length]!;
const chance = (percent: number, next: Draw) => next() % 100 < percent;

/** What everyone has. */
const NUMBERS: readonly DataType[] = [
  ...["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"],
  ...["float16", "float32", "float64", "complex64", "complex128"],
].map((name) => parseDataType(name));

const OTHER_TYPES: readonly DataType[] = [
  ...["r24", "string", "variable_length_bytes"],
  { name: "raw_bytes", configuration: { length_bytes: 5 } },
  { name: "fixed_length_utf32", configuration: { length_bytes: 12 } },
  { name: "null_terminated_bytes", configuration: { length_bytes: 6 } },
  { name: "numpy.datetime64", configuration: { unit: "ns", scale_factor: 1 } },
  { name: "numpy.timedelta64", configuration: { unit: "ms", scale_factor: 10 } },
  {
    name: "struct",
    configuration: { fields: ["id", "px"].map((name) => ({ name, data_type: "int32" })) },
  },
  {
    name: "structured",
    configuration: {
      fields: [
        ["side", { name: "fixed_length_utf32", configuration: { length_bytes: 4 } }],
        ["px", "float64"],
        ["flags", "uint8"],
      ],
    },
  },
].map((spelling) => parseDataType(spelling));

export const batchCases = (count: number, seed: number): BatchCase[] =>
  Array.from({ length: count }, (_, number) => batchCase(String(number), randomNumbers(seed + number)));

function batchCase(name: string, next: Draw): BatchCase {
  const dataType = pick(chance(70, next) ? NUMBERS : OTHER_TYPES, next);
  // zarr-python gives the only byte string of an array without dimensions as a type that hides zeros at its end.
  const rank = dataType.kind === "variable-bytes" ? 1 + (next() % 3) : next() % 4;
  const shape = Array.from({ length: rank }, () => (chance(5, next) ? 0 : 1 + (next() % 14)));
  const inner = shape.map(() => 1 + (next() % 4));
  const { layout, features, indexCodecs } = layoutOf(dataType, inner, next);
  const fill = fillOf(dataType, next);
  const whole = chance(50, next);
  const start = shape.map((extent) => (whole ? 0 : next() % (extent + 1)));
  const stop = shape.map((extent, axis) =>
    whole ? extent : start[axis]! + (next() % (extent - start[axis]! + 1)),
  );
  const boxShape = stop.map((end, axis) => end - start[axis]!);
  const written = Array.from({ length: itemCount(boxShape) }, (_, at) =>
    // Runs of the fill value, so that some chunks hold nothing else.
    (at >> 4) % 3 === 1 ? fill.item : randomItem(dataType, next),
  );
  return {
    name,
    dataType,
    options: {
      shape,
      dataType: serializeDataType(dataType),
      ...layout,
      fillValue: fill.value,
    } as CreateArrayOptions,
    indexCodecs,
    features,
    box: { start, stop },
    written,
    expected: itemsAfterWriting(shape, { start, stop }, written, fill.item),
  };
}

const itemCount = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1);

function fillOf(dataType: DataType, next: Draw): { readonly value: unknown; readonly item: Item } {
  if (isListed(dataType)) {
    const item = chance(30, next) ? new Uint8Array(4) : randomItem(dataType, next);
    return { value: (dataOf(dataType, [item]) as readonly unknown[])[0], item };
  }
  const drawn = chance(30, next) ? new Uint8Array(dataType.itemBytes) : randomItem(dataType, next);
  const value = elementOf(drawn, dataType)!;
  // Of a NaN only its being one survives.
  return { value, item: elementBytes(value, dataType)! };
}

interface Layout {
  readonly layout: Pick<CreateArrayOptions, "chunks" | "shards" | "codecs" | "indexLocation">;
  readonly features: readonly string[];
  readonly indexCodecs: readonly CodecMetadata[] | undefined;
}

/** Chunks, shards and codecs around the smallest chunk, `inner`. */
function layoutOf(dataType: DataType, inner: readonly number[], next: Draw): Layout {
  const times = (shape: readonly number[]) => shape.map((extent) => extent * (1 + (next() % 3)));
  const { codecs, features } = chainOf(dataType, inner.length, next);
  if (chance(35, next)) return { layout: { chunks: inner, codecs }, features, indexCodecs: undefined };

  const indexLocation = pick(["end", "end", "start"] as const, next);
  const index = pick(INDEX_CODECS, next);
  const shared = [
    ...features,
    ...["codec sharding_indexed", `index at ${indexLocation}`, `type ${dataType.name} in shards`],
    ...index.features,
  ];
  const sharding = codec.sharding({ chunkShape: inner, codecs, indexLocation });
  const indexCodecs = index.codecs;
  const alone = [...shared, ...(inner.length === 0 ? ["shards of no dimensions"] : [])];
  const form = next() % 4;
  if (form === 0) {
    const chunks = times(inner);
    const layout = { shards: times(chunks), chunks, codecs: [sharding], indexLocation };
    return { layout, features: [...alone, "shards in shards"], indexCodecs };
  }
  if (form === 1) {
    const { before, behind } = codecsAround(inner.length, next);
    const outer = times(inner);
    const chunks = outer.map((_, axis) => outer[before.order.indexOf(axis)]!);
    const layout = { chunks, codecs: [...before.codecs, sharding, ...behind.codecs] };
    const permuted = chunks.some((extent, axis) => extent % inner[axis]! !== 0) ? ["permuted shards"] : [];
    const inside = before.codecs.length > 0 ? transposedFeatures(features, dataType) : [];
    const around = [...before.features, ...behind.features, ...permuted, ...inside];
    return { layout, features: [...shared, ...around], indexCodecs };
  }
  return {
    layout: { shards: times(inner), chunks: inner, codecs, indexLocation },
    features: alone,
    indexCodecs,
  };
}

const bigEndian = { name: "bytes", configuration: { endian: "big" } };
const littleEndian = { name: "bytes", configuration: { endian: "little" } };

const INDEX_CODECS: readonly {
  readonly codecs: readonly CodecMetadata[] | undefined;
  readonly features: readonly string[];
}[] = [
  { codecs: undefined, features: [] },
  { codecs: undefined, features: [] },
  { codecs: [littleEndian], features: ["index without checksum"] },
  { codecs: [bigEndian, codec.crc32c()], features: ["index big-endian"] },
];

/** At least one codec before or behind the shards. */
function codecsAround(rank: number, next: Draw) {
  const identity = Array.from({ length: rank }, (_, axis) => axis);
  const transposed = rank > 0 && chance(60, next);
  const before = transposed
    ? { order: permutation(rank, next), features: ["codec transpose", "codec before shards"] }
    : { order: identity, features: [] };
  const compressor = pick([codec.crc32c(), codec.gzip({ level: 1 }), codec.zstd({ level: 1 })], next);
  const behind = transposed && chance(50, next) ? [] : [compressor];
  return {
    before: { ...before, codecs: transposed ? [codec.transpose({ order: before.order })] : [] },
    behind: {
      codecs: behind,
      features: behind.flatMap(({ name }) => [`codec ${name}`, "codec behind shards"]),
    },
  };
}

function permutation(rank: number, next: Draw): number[] {
  const order = Array.from({ length: rank }, (_, axis) => axis);
  for (let axis = rank - 1; axis > 0; axis--) {
    const other = next() % (axis + 1);
    [order[axis], order[other]] = [order[other]!, order[axis]!];
  }
  return order;
}

/** A chain for a chunk: filters, `bytes`, compressors. */
function chainOf(dataType: DataType, rank: number, next: Draw) {
  const filters: CodecMetadata[] = [];
  if (chance(30, next)) filters.push(codec.transpose({ order: permutation(rank, next) }));
  if ((dataType.kind === "int" || dataType.kind === "uint") && chance(20, next)) filters.push(codec.delta());
  const endian = chance(30, next) ? "big" : "little";
  const compressors = pick(isVariableLength(dataType) ? COMPRESSORS : [...COMPRESSORS, ...SHUFFLED], next);
  const checksum = chance(30, next) ? [chance(60, next) ? codec.crc32c() : pick(CHECKSUMS, next)] : [];
  const hasByteOrder = isNumeric(dataType) || ["complex", "datetime", "timedelta"].includes(dataType.kind);
  const serializer = hasByteOrder ? [codec.bytes({ endian })] : [];
  const codecs = [...filters, ...serializer, ...compressors, ...checksum];
  const features = [`type ${dataType.name}`, ...codecs.map(({ name }) => `codec ${name}`)];
  const has = (name: string) => codecs.some((each) => each.name === name);
  if (has("transpose") && rank === 0) features.push("transpose of no dimensions");
  if (has("transpose")) features.push(...transposedFeatures(features, dataType));
  if (dataType.kind === "complex" && endian === "big") features.push("big-endian complex");
  if (has("numcodecs.delta") && endian === "big" && dataType.itemBytes > 1) {
    features.push("delta of big-endian items");
  }
  return { codecs, features };
}

const plain = (name: string, configuration: CodecMetadata["configuration"] = {}) => ({ name, configuration });

const COMPRESSORS: readonly (readonly CodecMetadata[])[] = [
  [],
  [],
  [codec.zstd({ level: 1 })],
  [codec.zstd({ level: 7, checksum: true })],
  [codec.gzip({ level: 4 })],
  [codec.blosc({ cname: "zstd", clevel: 3, shuffle: "shuffle" })],
  [codec.blosc({ cname: "lz4", clevel: 5, shuffle: "bitshuffle" })],
  [codec.blosc({ cname: "lz4hc", clevel: 5, shuffle: "noshuffle" })],
  [codec.blosc({ cname: "zlib", clevel: 5, shuffle: "shuffle" })],
  [codec.lz4()],
  [plain("numcodecs.zstd", { level: 1 })],
  [plain("numcodecs.gzip", { level: 2 })],
  [plain("numcodecs.zlib", { level: 2 })],
  [plain("numcodecs.bz2", { level: 1 })],
];

/** What is special about codecs that get transposed items. */
const transposedFeatures = (features: readonly string[], dataType: DataType): string[] => [
  ...(features.includes("codec numcodecs.delta") ? ["delta of transposed items"] : []),
  ...(isVariableLength(dataType) ? ["strings of transposed items"] : []),
];

/** These need items of one size. */
const SHUFFLED: readonly (readonly CodecMetadata[])[] = [[codec.shuffle(), codec.zstd({ level: 1 })]];

/** Of numcodecs. */
const CHECKSUMS: readonly CodecMetadata[] = [
  plain("numcodecs.crc32"),
  plain("numcodecs.crc32c"),
  plain("numcodecs.adler32"),
  plain("numcodecs.fletcher32"),
  plain("numcodecs.jenkins_lookup3"),
];
