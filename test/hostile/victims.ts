/** Small stores of every codec and every layout, with the values that they hold. */
import { zipSync } from "fflate";
import type { CodecMetadata } from "../../src/index.ts";
import { codec, createArray, createGroup, MemoryStore } from "../../src/index.ts";
import type { DataTypeSpelling } from "../../src/metadata/parse-data-type.ts";
import { randomItems } from "../kit/array-model.ts";
import { CODEC_CASES, type CodecCase } from "../kit/codec-cases.ts";
import { arrayOf, typeOf } from "../kit/model-items.ts";
import type { Files } from "./mutations.ts";

export interface Victim {
  readonly name: string;
  readonly files: Files;
  /** Paths of arrays (`""` for the root) whose every byte in chunks and indexes lies under a crc32c. */
  readonly checksummed: readonly string[];
  /** The one file is a zip archive of the store. */
  readonly isZip: boolean;
}

const SHAPE = [9, 10];
const CHUNKS = [4, 5];
const SHARDS = [8, 10];

type Layout = "chunks" | "shards" | "index at start";
const LAYOUTS: readonly Layout[] = ["chunks", "shards", "index at start"];

/** All of them; always the same. */
export async function makeVictims(): Promise<Victim[]> {
  const victims: Victim[] = [];
  for (const [index, codecCase] of CODEC_CASES.entries()) {
    for (const isChecksummed of [false, true]) {
      victims.push(
        await arrayVictim(codecCase, LAYOUTS[(index + Number(isChecksummed)) % 3]!, isChecksummed),
      );
    }
  }
  victims.push(await hierarchyVictim(false), await hierarchyVictim(true), await zipVictim());
  return victims;
}

function optionsOf(layout: Layout) {
  return {
    shape: SHAPE,
    chunks: CHUNKS,
    ...(layout !== "chunks" && { shards: SHARDS }),
    ...(layout === "index at start" && { indexLocation: "start" as const }),
  };
}

async function arrayVictim(codecCase: CodecCase, layout: Layout, isChecksummed: boolean): Promise<Victim> {
  const store = new MemoryStore();
  const dataType = codecCase.dataTypes[0]!;
  const type = { dataType: typeOf(dataType), shape: CHUNKS };
  const tested: CodecMetadata = { name: codecCase.codec, configuration: codecCase.configuration(type) };
  const array = await createArray(store, {
    ...optionsOf(layout),
    dataType,
    codecs: isChecksummed ? [tested, codec.crc32c()] : [tested],
  });
  await array.set(null, valuesOf(dataType) as never);
  const name = `${codecCase.title}, ${layout}${isChecksummed ? ", checksums" : ""}`;
  return { name, files: await filesOf(store), checksummed: isChecksummed ? [""] : [], isZip: false };
}

async function hierarchyVictim(isConsolidated: boolean): Promise<Victim> {
  const store = await hierarchy(isConsolidated);
  const name = isConsolidated ? "hierarchy, consolidated" : "hierarchy";
  return {
    name,
    files: await filesOf(store),
    checksummed: ["px", "px of shards", "deep/er/sz"],
    isZip: false,
  };
}

/** Of a zip nothing is judged by path: each value has its own CRC-32, but a directory can point elsewhere. */
async function zipVictim(): Promise<Victim> {
  const entries = [...(await filesOf(await hierarchy(true)))].map(([key, bytes], index) => {
    return [key, [bytes, { level: index % 2 === 0 ? 0 : 6 }]] as const;
  });
  const archive = zipSync(Object.fromEntries(entries) as Parameters<typeof zipSync>[0]);
  return { name: "zip archive", files: new Map([["store.zip", archive]]), checksummed: [], isZip: true };
}

async function hierarchy(isConsolidated: boolean): Promise<MemoryStore> {
  const store = new MemoryStore();
  const root = await createGroup(store, { attributes: { venue: "here", tick: 0.5 } });
  const px = await root.createArray("px", { ...optionsOf("chunks"), dataType: "int32" });
  await px.set(null, valuesOf("int32") as never);
  const sharded = await root.createArray("px of shards", { ...optionsOf("shards"), dataType: "int64" });
  await sharded.set(null, valuesOf("int64") as never);
  const deep = await (await root.createGroup("deep")).createGroup("er");
  const sz = await deep.createArray("sz", {
    shape: [30],
    chunks: [7],
    dataType: "uint16",
    dimensionNames: ["ts_event"],
    fillValue: 3,
  });
  await sz.set(
    null,
    Uint16Array.from({ length: 30 }, (_, index) => index * index),
  );
  if (isConsolidated) await root.consolidate();
  return store;
}

const CONTENT_SEED = 20_261_121;

function valuesOf(dataType: DataTypeSpelling): Int32Array {
  const count = SHAPE.reduce((product, extent) => product * extent, 1);
  const type = typeOf(dataType);
  return arrayOf(type, randomItems(type, count, CONTENT_SEED)) as Int32Array;
}

async function filesOf(store: MemoryStore): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  for await (const key of store.list("/")) files.set(key.slice(1), (await store.get(key))!);
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}
