/** Small arrays of Zarr v3: every codec, every kind of item, and shards wherever in a chain they can stand. */
import {
  type CodecMetadata,
  type CreateArrayOptions,
  codec,
  createArray,
  MemoryStore,
} from "../../src/index.ts";
import type { DataTypeSpelling } from "../../src/metadata/parse-data-type.ts";
import { randomItems } from "../kit/array-model.ts";
import { CODEC_CASES, type CodecCase } from "../kit/codec-cases.ts";
import { arrayOf, OTHER_TYPES, suits, typeOf } from "../kit/model-items.ts";
import { type Victim, victimOf } from "./victim.ts";

const SHAPE = [9, 10];
const CHUNKS = [4, 5];
const SHARDS = [8, 10];

type Layout = "chunks" | "shards" | "index at start";
const LAYOUTS: readonly Layout[] = ["chunks", "shards", "index at start"];

export function optionsOf(layout: Layout) {
  return {
    shape: SHAPE,
    chunks: CHUNKS,
    ...(layout !== "chunks" && { shards: SHARDS }),
    ...(layout === "index at start" && { indexLocation: "start" as const }),
  };
}

const CONTENT_SEED = 20_261_121;

export function valuesOf(dataType: DataTypeSpelling): Int32Array {
  const count = SHAPE.reduce((product, extent) => product * extent, 1);
  const type = typeOf(dataType);
  return arrayOf(type, randomItems(type, count, CONTENT_SEED)) as Int32Array;
}

async function arrayVictim(
  name: string,
  options: CreateArrayOptions,
  isChecksummed: boolean,
): Promise<Victim> {
  const store = new MemoryStore();
  const array = await createArray(store, options);
  await array.set(null, valuesOf(options.dataType) as never);
  return victimOf(name, store, isChecksummed);
}

/** In one layout with checksums, in another without. */
export async function codecVictims(): Promise<Victim[]> {
  const victims: Victim[] = [];
  for (const [index, codecCase] of CODEC_CASES.entries()) {
    for (const isChecksummed of [false, true]) {
      const layout = LAYOUTS[(index + Number(isChecksummed)) % LAYOUTS.length]!;
      victims.push(await codecVictim(codecCase, layout, isChecksummed));
    }
  }
  return victims;
}

function codecVictim(codecCase: CodecCase, layout: Layout, isChecksummed: boolean): Promise<Victim> {
  const dataType = codecCase.dataTypes[0]!;
  const type = { dataType: typeOf(dataType), shape: CHUNKS };
  const tested: CodecMetadata = { name: codecCase.codec, configuration: codecCase.configuration(type) };
  const codecs = isChecksummed ? [tested, codec.crc32c()] : [tested];
  const name = `${codecCase.title}, ${layout}${isChecksummed ? ", checksums" : ""}`;
  return arrayVictim(name, { ...optionsOf(layout), dataType, codecs }, isChecksummed);
}

/** Items that are no numbers, as they are and behind compressors. */
export async function itemVictims(): Promise<Victim[]> {
  const chains = [
    [],
    [codec.crc32c()],
    [codec.zstd({ level: 1 })],
    [codec.bytes({ endian: "big" }), codec.crc32c()],
    [codec.blosc({ cname: "lz4", shuffle: "bitshuffle" })],
    [codec.gzip({ level: 1 }), codec.crc32c()],
  ];
  const victims: Victim[] = [];
  for (const [index, dataType] of OTHER_TYPES.entries()) {
    const suiting = chains.filter((chain) => suits(chain, typeOf(dataType)));
    for (const [place, codecs] of suiting.entries()) {
      const layout = LAYOUTS[(index + place) % LAYOUTS.length]!;
      const name = [typeOf(dataType).name, ...codecs.map(({ name }) => name), layout].join(", ");
      const isChecksummed = codecs.at(-1)?.name === "crc32c";
      victims.push(await arrayVictim(name, { ...optionsOf(layout), dataType, codecs }, isChecksummed));
    }
  }
  return victims;
}

/** Shards in shards, and codecs on either side of shards. */
export function shardVictims(): Promise<Victim[]> {
  const inner = codec.sharding({ chunkShape: [2, 5], codecs: [codec.zstd({ level: 1 }), codec.crc32c()] });
  const bare = codec.sharding({ chunkShape: [2, 1] });
  const atStart = codec.sharding({ chunkShape: [4, 1], codecs: [codec.gzip()], indexLocation: "start" });
  const innermost = codec.sharding({ chunkShape: [1, 5], codecs: [codec.blosc({ cname: "lz4" })] });
  const reversed: CodecMetadata = { name: "transpose", configuration: { order: [1, 0] } };
  const turned = codec.sharding({ chunkShape: [5, 2], codecs: [codec.lz4()] });
  const chains: readonly (readonly [string, Layout, DataTypeSpelling, readonly CodecMetadata[], boolean])[] =
    [
      ["shards in shards", "shards", "int32", [inner], true],
      ["shards without checksums in shards", "index at start", "int16", [bare], false],
      ["shards with the index at the start in shards", "shards", "uint8", [atStart], false],
      [
        "shards in shards in shards",
        "shards",
        "float64",
        [codec.sharding({ chunkShape: [2, 5], codecs: [innermost] })],
        false,
      ],
      ["a crc32c behind shards", "chunks", "int64", [bare, codec.crc32c()], true],
      ["gzip behind shards", "chunks", "float32", [atStart, codec.gzip()], false],
      ["a transpose before shards", "chunks", "int32", [reversed, turned, codec.zstd()], false],
      ["shards with codecs around in shards", "shards", "int32", [reversed, turned, codec.crc32c()], true],
      ["strings in shards in shards", "shards", "string", [inner], true],
      ["strings in shards behind zstd", "chunks", "string", [bare, codec.zstd(), codec.crc32c()], true],
    ];
  return Promise.all(
    chains.map(([name, layout, dataType, codecs, isChecksummed]) =>
      arrayVictim(name, { ...optionsOf(layout), dataType, codecs }, isChecksummed),
    ),
  );
}
