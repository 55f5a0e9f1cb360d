/**
 * Small arrays of Zarr v2, put together from a `.zarray` and chunks: what it says is normalised to a chain as a reader
 * does it, and the chain encodes. Chunks of codecs that are only ever decoded are here in numcodecs' bytes, or in
 * bytes written by hand, each of them the same.
 */
import { ItemHeap } from "../../codecs/item-heap.ts";
import { resolvePipeline } from "../../src/codec/pipeline.ts";
import { portableBackend } from "../../src/codec/portable/portable-chain.ts";
import { codecKindOf } from "../../src/codec/registry.ts";
import { MemoryStore } from "../../src/index.ts";
import { type DataType, fixedUnicodeType, isVariableLength } from "../../src/metadata/data-type.ts";
import { writeElement } from "../../src/metadata/element.ts";
import { decodeJson, encodeJson, type JsonObject } from "../../src/metadata/json.ts";
import { parseArrayOfV2 } from "../../src/metadata/v2/array.ts";
import { randomItems } from "../kit/array-model.ts";
import { itemFor } from "../kit/model-items.ts";
import { book } from "../kit/v2-book.ts";
import { isDocument } from "./mutations.ts";
import { filesOf, type Victim, victimOf } from "./victim.ts";

interface ArrayOfV2 {
  readonly name: string;
  /** Beside shape, chunks and format. */
  readonly document: JsonObject;
  /** Every chunk, where the codecs cannot encode one. */
  readonly chunk?: Uint8Array;
  readonly isChecksummed?: boolean;
}

const SHAPE = [9, 10];
const CHUNKS = [4, 5];
const CHUNK_ITEMS = 20;

const C_ORDER: JsonObject = { order: "C", compressor: null, filters: null, fill_value: 0 };
const F_ORDER: JsonObject = { ...C_ORDER, order: "F" };
const ZLIB: JsonObject = { id: "zlib", level: 1 };

const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

/** Twenty int64, 1000 + n / 3, by numcodecs. */
const DECODED_ONLY: readonly ArrayOfV2[] = [
  {
    name: "bz2",
    document: { ...C_ORDER, dtype: "<i8", compressor: { id: "bz2", level: 1 } },
    chunk: base64("QlpoMTFBWSZTWXrZo90AADxAAVgAAH8gADEAMBFIZHqaBKAEnG3Hr5hlQE+LuSKcKEg9bNHugA=="),
  },
  {
    name: "xz",
    document: { ...F_ORDER, dtype: "<i8", compressor: { id: "lzma", format: 1, check: -1, preset: 1 } },
    chunk: base64(
      "/Td6WFoAAATm1rRGAgAhARAAAACocI6G4ACfABldAHQAvBmh2YyjVNs8JbZydemk0OuJrbE432QAAAAAh6+PQxcUVtkAATWgAQAAADC6eV+xxGf7AgAAAAAEWVo=",
    ),
  },
  {
    name: "raw LZMA behind a delta",
    document: {
      ...C_ORDER,
      dtype: "<i8",
      compressor: {
        id: "lzma",
        format: 3,
        filters: [
          { id: 3, dist: 4 },
          { id: 33, preset: 1 },
        ],
      },
    },
    chunk: base64("4ACfAChdAHQAvAABH+RlPKrp9kmMp+07kw0BCTdlbeaEwtko9q+rmLx42dqlLeIA"),
  },
  {
    name: "blosclz",
    document: {
      ...F_ORDER,
      dtype: "<i8",
      compressor: { id: "blosc", cname: "blosclz", clevel: 9, shuffle: 1 },
    },
    chunk: base64(
      "AgEBAaAAAACgAAAAVgAAABQAAAA+AAAAJ+gDAAAAAAAA4AcHAukDAGAA4AcHAOqgF+AHBwDroBfgBwcA7KAX4AcHAO2gF+AHBwDuoBcH7gMAAAAAAAA=",
    ),
  },
];

/** A row of five: a string, a list, an object, nothing, and what the format has beyond these. */
const JSON_ROW = '["bid",[1,-2],{"px":101.25},null,9007199254740993]';
const MSGPACK_ROW = [
  ...[0x95, 0xa3, 0x62, 0x69, 0x64, 0x92, 0x01, 0xfe, 0x81, 0xa2, 0x70, 0x78],
  ...[0xcb, 0x40, 0x59, 0x50, 0, 0, 0, 0, 0, 0xc0, 0xc4, 2, 0, 255],
];
const rows = <Row>(row: Row): Row[] => new Array<Row>(CHUNKS[0]!).fill(row);

/** All texts that stand for a number in test/kit/model-items.ts, but for the empty one. */
const LABELS = Array.from({ length: 99 }, (_, index) => itemFor(fixedUnicodeType(7), index + 1) as string);

const OBJECTS: readonly ArrayOfV2[] = [
  {
    name: "json2",
    document: { ...C_ORDER, dtype: "|O", fill_value: null, filters: [{ id: "json2" }] },
    chunk: new TextEncoder().encode(`[${rows(JSON_ROW).join()},"|O",[4,5]]`),
  },
  {
    name: "msgpack2",
    document: { ...F_ORDER, dtype: "|O", fill_value: null, filters: [{ id: "msgpack2" }] },
    chunk: Uint8Array.from([0x96, ...rows(MSGPACK_ROW).flat(), 0xa2, 0x7c, 0x4f, 0x92, 4, 5]),
  },
  {
    name: "vlen-array",
    document: { ...C_ORDER, dtype: "|O", fill_value: null, filters: [{ id: "vlen-array", dtype: "<i2" }] },
    // How many items; then each: how many bytes, and these.
    chunk: Uint8Array.from([
      ...[CHUNK_ITEMS, 0, 0, 0],
      ...Array.from({ length: CHUNK_ITEMS }, (_, item) => [4, 0, 0, 0, item, 0, 254, 255]).flat(),
    ]),
  },
  {
    name: "vlen-utf8, zlib",
    document: { ...F_ORDER, dtype: "|O", fill_value: "", compressor: ZLIB, filters: [{ id: "vlen-utf8" }] },
  },
  {
    name: "vlen-bytes, zstd, crc32c",
    document: {
      ...C_ORDER,
      dtype: "|O",
      filters: [{ id: "vlen-bytes" }, { id: "zstd", level: 1 }],
      compressor: { id: "crc32c" },
    },
    isChecksummed: true,
  },
  {
    name: "categorize",
    document: {
      ...F_ORDER,
      dtype: "<U7",
      fill_value: "",
      compressor: ZLIB,
      filters: [
        {
          id: "categorize",
          dtype: "<U7",
          astype: "|u1",
          labels: LABELS,
        },
      ],
    },
  },
];

const NUMBERS: readonly ArrayOfV2[] = [
  { name: "bare, big-endian, order F", document: { ...F_ORDER, dtype: ">f8", fill_value: "NaN" } },
  {
    name: "big-endian, order F, crc32c",
    document: { ...F_ORDER, dtype: ">i4", compressor: { id: "crc32c" } },
    isChecksummed: true,
  },
  { name: "zlib", document: { ...C_ORDER, dtype: "<u2", compressor: ZLIB } },
  { name: "lz4", document: { ...F_ORDER, dtype: "<c8", compressor: { id: "lz4", acceleration: 1 } } },
  {
    name: "gzip, crc32",
    document: { ...C_ORDER, dtype: "<i8", filters: [{ id: "gzip", level: 1 }], compressor: { id: "crc32" } },
  },
  {
    name: "delta to other items, shuffle, zlib, crc32c",
    document: {
      ...F_ORDER,
      dtype: "<i4",
      filters: [{ id: "delta", dtype: "<i4", astype: ">i8" }, { id: "shuffle", elementsize: 8 }, ZLIB],
      compressor: { id: "crc32c" },
    },
    isChecksummed: true,
  },
  {
    name: "delta of times",
    document: {
      ...C_ORDER,
      dtype: "<M8[ns]",
      filters: [{ id: "delta", dtype: "<i8" }],
      compressor: { id: "zstd", level: 1 },
    },
  },
  {
    name: "packbits, adler32, blosc",
    document: {
      ...C_ORDER,
      dtype: "|b1",
      fill_value: false,
      filters: [{ id: "packbits" }, { id: "adler32" }],
      compressor: { id: "blosc", cname: "zstd", clevel: 5, shuffle: 0 },
    },
  },
  {
    name: "fletcher32 behind a filter on shuffled bytes",
    document: {
      ...C_ORDER,
      dtype: "<i2",
      filters: [
        { id: "shuffle", elementsize: 2 },
        { id: "delta", dtype: "|u1" },
      ],
      compressor: { id: "fletcher32" },
    },
  },
  {
    name: "struct of both byte orders",
    document: {
      ...F_ORDER,
      dtype: [
        ["ts", "<i8"],
        ["px", ">f4"],
        ["side", "|S1"],
      ],
      fill_value: null,
      compressor: ZLIB,
    },
  },
  {
    name: "fixed strings, big-endian",
    document: { ...F_ORDER, dtype: ">U7", fill_value: "", compressor: { id: "zstd", level: 1 } },
  },
  {
    name: "byte strings",
    document: { ...C_ORDER, dtype: "|S5", fill_value: "", compressor: { id: "lz4", acceleration: 1 } },
  },
];

export async function victimsOfV2(): Promise<Victim[]> {
  const arrays = [...NUMBERS, ...DECODED_ONLY, ...OBJECTS];
  return [...(await Promise.all(arrays.map(arrayVictim))), await bookVictim(false), await bookVictim(true)];
}

async function arrayVictim({ name, document, chunk, isChecksummed = false }: ArrayOfV2): Promise<Victim> {
  const zarray: JsonObject = { zarr_format: 2, shape: SHAPE, chunks: CHUNKS, ...document };
  const store = new MemoryStore();
  await store.set("/.zarray", encodeJson(zarray));
  await store.set("/.zattrs", encodeJson({ _ARRAY_DIMENSIONS: ["time", "level"] }));
  const encoded = chunk === undefined ? await encodedChunks(zarray) : new Array<Uint8Array>(6).fill(chunk);
  for (const [at, bytes] of encoded.entries()) await store.set(`/${at >> 1}.${at & 1}`, bytes);
  return victimOf(`Zarr v2: ${name}`, store, isChecksummed);
}

async function encodedChunks(zarray: JsonObject): Promise<Uint8Array[]> {
  const { dataType, codecs } = parseArrayOfV2(zarray, {}, { path: "/", label: "/.zarray: " }, codecKindOf);
  const heap = new ItemHeap("");
  const chain = await portableBackend.createChain(
    resolvePipeline(codecs, { dataType, shape: CHUNKS }, "/"),
    "chunk",
    heap,
  );
  const chunks = Array.from({ length: 6 }, (_, seed) => chunkOf(dataType, seed + 1, heap));
  return Promise.all(chunks.map((chunk) => chain!.encode(chunk, { path: "/" })));
}

function chunkOf(dataType: DataType, seed: number, heap: ItemHeap): Uint8Array {
  const { itemBytes } = dataType;
  const chunk = new Uint8Array(CHUNK_ITEMS * itemBytes);
  const handles = isVariableLength(dataType) ? new Uint32Array(chunk.buffer) : undefined;
  for (const [at, item] of randomItems(dataType, CHUNK_ITEMS, seed).entries()) {
    if (handles !== undefined) handles[at] = heap.add(item as string);
    else writeElement(item, dataType, chunk.subarray(at * itemBytes, (at + 1) * itemBytes));
  }
  return chunk;
}

async function bookVictim(isConsolidated: boolean): Promise<Victim> {
  const store = await book();
  const files = new Map(await filesOf(store));
  if (isConsolidated) {
    const documents = [...files].filter(([key]) => isDocument(key));
    const metadata = Object.fromEntries(documents.map(([key, bytes]) => [key, decodeJson(bytes)]));
    files.set(".zmetadata", encodeJson({ zarr_consolidated_format: 1, metadata }));
  }
  const name = `Zarr v2: hierarchy${isConsolidated ? ", consolidated" : ""}`;
  return { name, files, checksummed: [], isZip: false };
}
