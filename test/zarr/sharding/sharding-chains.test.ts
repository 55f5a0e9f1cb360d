/** `sharding_indexed` anywhere in a chain: what comes back, what is asked of the store, and what is refused. */
import { describe, expect, test } from "vitest";
import { resolveCodec } from "../../../src/codec/registry.ts";
import {
  codec,
  createArray,
  MemoryStore,
  openArray,
  slice,
  verify,
  withRequestCount,
} from "../../../src/index.ts";
import type { CodecMetadata } from "../../../src/metadata/array-metadata.ts";
import { dataTypeOf } from "../../../src/metadata/data-type.ts";
import { decodeJson, encodeJson, type JsonObject, type JsonValue } from "../../../src/metadata/json.ts";
import type { ArrayChunk } from "../../../src/zarr/array-access.ts";
import type { CreateArrayOptions } from "../../../src/zarr/create-array.ts";

const UINT8 = { dataType: dataTypeOf("uint8"), shape: [1] };

const ROWS = 50;
const COLUMNS = 30;
const FILL = 7;

/** Every fifth item is fill, and so are all of the last ten rows. */
const ITEMS = Int32Array.from({ length: ROWS * COLUMNS }, (_, item) =>
  item % 5 === 0 || item >= 40 * COLUMNS ? FILL : item,
);

type Storage = Pick<CreateArrayOptions, "chunks" | "shards" | "codecs" | "indexLocation">;

const CASES: Readonly<Record<string, Storage>> = {
  "shards inside shards": {
    chunks: [8, 8],
    shards: [32, 32],
    codecs: [codec.sharding({ chunkShape: [4, 2], codecs: [codec.zstd()] })],
  },
  "three levels, indexes at the start": {
    chunks: [16, 16],
    shards: [32, 32],
    indexLocation: "start",
    codecs: [
      codec.sharding({
        chunkShape: [8, 8],
        indexLocation: "start",
        codecs: [codec.sharding({ chunkShape: [2, 4], indexLocation: "start", codecs: [codec.crc32c()] })],
      }),
    ],
  },
  "a transpose before": {
    chunks: [32, 16],
    codecs: [
      codec.transpose({ order: [1, 0] }),
      codec.sharding({ chunkShape: [4, 8], codecs: [codec.zstd()] }),
    ],
  },
  "a filter before, whose fill is another": {
    chunks: [32, 16],
    codecs: [
      codec.astype({ encode: "int64" }),
      codec.sharding({ chunkShape: [4, 8], codecs: [codec.lz4()] }),
    ],
  },
  "compressors behind": {
    chunks: [32, 16],
    codecs: [codec.sharding({ chunkShape: [4, 8] }), codec.gzip(), codec.crc32c()],
  },
  "all of it at once": {
    chunks: [16, 32],
    shards: [32, 32],
    codecs: [
      codec.transpose({ order: [1, 0] }),
      codec.sharding({
        chunkShape: [8, 8],
        codecs: [codec.delta(), codec.sharding({ chunkShape: [2, 4] }), codec.crc32c()],
      }),
      codec.gzip(),
    ],
  },
};

async function arrayWith(storage: Storage, store = new MemoryStore()) {
  const array = await createArray(store, {
    shape: [ROWS, COLUMNS],
    dataType: "int32",
    fillValue: FILL,
    ...storage,
  });
  await array.set([slice(0, 40), null], ITEMS.subarray(0, 40 * COLUMNS));
  return { array, store };
}

describe.each(Object.entries(CASES))("%s", (_, storage) => {
  test("comes back whole, in windows, with steps, by lists and item by item", async () => {
    const { store } = await arrayWith(storage);
    const array = await openArray(store);
    expect(((await array.get()) as ArrayChunk).data).toEqual(ITEMS);
    for (const [rows, columns] of [
      [slice(3, 5), slice(2, 9)],
      [slice(0, ROWS, 7), slice(1, COLUMNS, 3)],
      [slice(31, 33), null],
      [slice(45, 50), slice(29, 30)],
    ] as const) {
      const { data, shape } = (await array.get([rows, columns])) as ArrayChunk;
      const [rowCount, columnCount] = shape as [number, number];
      const expected = Array.from({ length: rowCount * columnCount }, (_, i) => {
        const row = (rows.start ?? 0) + Math.floor(i / columnCount) * (rows.step ?? 1);
        const column = (columns?.start ?? 0) + (i % columnCount) * (columns?.step ?? 1);
        return ITEMS[row * COLUMNS + column];
      });
      expect([...(data as Int32Array)]).toEqual(expected);
    }
    const { data } = (await array.getOrthogonal([
      [33, 2, 33, 49],
      [29, 0],
    ])) as ArrayChunk;
    const listed = [33, 2, 33, 49].flatMap((row) => [29, 0].map((column) => ITEMS[row * COLUMNS + column]));
    expect([...(data as Int32Array)]).toEqual(listed);
    expect(await array.get([12, 13])).toBe(ITEMS[12 * COLUMNS + 13]);
  });

  test("keeps what a partial write does not touch", async () => {
    const { array, store } = await arrayWith(storage);
    await array.set([slice(3, 5), slice(2, 9)], -1);
    const expected = ITEMS.slice();
    for (const row of [3, 4]) expected.fill(-1, row * COLUMNS + 2, row * COLUMNS + 9);
    expect(((await (await openArray(store)).get()) as ArrayChunk).data).toEqual(expected);
  });

  test("that holds nothing but fill is not stored", async () => {
    const { array, store } = await arrayWith(storage);
    await array.set(null, FILL);
    const keys = [];
    for await (const key of store.list("/")) keys.push(key);
    expect(keys).toEqual(["/zarr.json"]);
  });

  test("has its configuration spelled out in the metadata", async () => {
    const { store } = await arrayWith(storage);
    const { codecs } = decodeJson((await store.get("/zarr.json"))!) as JsonObject;
    const chains = (value: JsonValue): CodecMetadata[][] => {
      const chain = value as unknown as CodecMetadata[];
      const inner = chain.flatMap(({ configuration }) =>
        "codecs" in configuration ? chains(configuration.codecs!) : [],
      );
      return [chain, ...inner];
    };
    for (const chain of chains(codecs!)) {
      expect(chain.filter(({ name }) => name === "bytes" || name === "sharding_indexed")).toHaveLength(1);
    }
  });
});

describe("a window of shards inside shards", () => {
  test("asks for the two indexes and the wanted inner chunk, and for nothing else", async () => {
    const { store } = await arrayWith({
      chunks: [8, 8],
      shards: [32, 32],
      codecs: [codec.sharding({ chunkShape: [4, 2], codecs: [codec.crc32c()] })],
    });
    const counted = withRequestCount(store);
    const array = await openArray(counted);
    counted.reset();
    await array.get([slice(4, 8), slice(10, 12)]);
    const OUTER_INDEX = 4 * 4 * 16 + 4;
    const INNER_INDEX = 2 * 4 * 16 + 4;
    const CELL = 4 * 2 * 4 + 4;
    expect(counted.requests.map(({ operation, key }) => `${operation} ${key}`)).toEqual([
      "getTail /c/0/0",
      "getRange /c/0/0",
      "getRange /c/0/0",
    ]);
    expect(counted.bytesRead).toBe(OUTER_INDEX + INNER_INDEX + CELL);
  });

  test("asks for one index and one range where it wants a whole inner shard", async () => {
    const { store } = await arrayWith({
      chunks: [8, 8],
      shards: [32, 32],
      codecs: [codec.sharding({ chunkShape: [4, 2] })],
    });
    const counted = withRequestCount(store);
    const array = await openArray(counted);
    counted.reset();
    await array.get([slice(8, 16), slice(8, 16)]);
    expect(counted.requests.map(({ operation }) => operation)).toEqual(["getTail", "getRange"]);
  });
});

describe("damage inside an inner shard", () => {
  const storage: Storage = {
    chunks: [8, 8],
    shards: [16, 16],
    codecs: [codec.sharding({ chunkShape: [4, 4], codecs: [codec.crc32c()] })],
  };

  test("is told with the innermost chunk, counted over the whole array", async () => {
    const { store } = await arrayWith(storage);
    const shard = (await store.get("/c/1/0"))!.slice();
    shard[5] = shard[5]! ^ 1;
    await store.set("/c/1/0", shard);
    const array = await openArray(store);
    for (const selection of [[slice(16, 18), slice(0, 2)], [slice(16, 24), slice(0, 8)], null] as const) {
      await expect(array.get(selection)).rejects.toMatchObject({
        code: "CHUNK_CORRUPT",
        path: "/",
        chunk: [4, 0],
        codec: "crc32c",
      });
    }
    // Beside it all is well.
    expect(await array.get([20, 0])).toBe(ITEMS[20 * COLUMNS]);
  });

  test("of its index is an index error, whole or in part", async () => {
    const { store } = await arrayWith(storage);
    const shard = (await store.get("/c/0/0"))!.slice();
    const innerShardBytes = 4 * (4 * 4 * 4 + 4) + 4 * 16 + 4;
    shard[innerShardBytes - 10] = shard[innerShardBytes - 10]! ^ 0x40;
    await store.set("/c/0/0", shard);
    const array = await openArray(store);
    for (const selection of [
      [slice(0, 2), slice(0, 2)],
      [slice(0, 8), slice(0, 8)],
    ] as const) {
      await expect(array.get(selection)).rejects.toMatchObject({ code: "SHARD_INDEX_CORRUPT" });
    }
  });
});

describe("verify", () => {
  const innerShards = (codecs: CodecMetadata[]): Storage => ({
    chunks: [8, 8],
    shards: [16, 16],
    codecs: [codec.sharding({ chunkShape: [4, 4], codecs })],
  });

  test("goes into shards inside shards, and finds the damaged one", async () => {
    const { store } = await arrayWith(innerShards([codec.crc32c()]));
    const whole = await verify(store);
    expect(whole).toMatchObject({ ok: true, unchecked: [] });
    const shard = (await store.get("/c/1/1"))!.slice();
    shard[5] = shard[5]! ^ 1;
    await store.set("/c/1/1", shard);
    const { faults } = await verify(store);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ array: "/", code: "CHUNK_CORRUPT" });
  });

  test("says that inner chunks without a checksum cannot be vouched for", async () => {
    const { store } = await arrayWith(innerShards([]));
    expect(await verify(store)).toMatchObject({ ok: true, unchecked: ["/"] });
  });
});

describe("a shard that declares tens of millions of inner chunks", () => {
  const INNER_CHUNKS = 32_000_000;

  async function declared() {
    const store = new MemoryStore();
    const array = await createArray(store, {
      shape: [INNER_CHUNKS],
      dataType: "int8",
      fillValue: 3,
      chunks: [INNER_CHUNKS],
      codecs: [codec.sharding({ chunkShape: [1] }), codec.crc32c()],
    });
    return { store, array };
  }

  test("costs nothing while it is missing", async () => {
    const { array } = await declared();
    const before = process.memoryUsage.rss();
    expect(await array.get([5])).toBe(3);
    // Half a gigabyte of index, and twice that of coordinates, would be more.
    expect(process.memoryUsage.rss() - before).toBeLessThan(256e6);
  });

  test("is refused where there are fewer bytes than its index has", async () => {
    const { store, array } = await declared();
    const { encode } = await resolveCodec(codec.crc32c(), UINT8, "/").portable();
    await store.set("/c/0", await encode(new Uint8Array(1000), { path: "/" }));
    await expect(array.get([5])).rejects.toMatchObject({ code: "SHARD_TRUNCATED", shard: [0] });
  });
});

describe("codecs before shards", () => {
  test("that make another number of items are refused, since one fill value would be several", async () => {
    const creation = createArray(new MemoryStore(), {
      shape: [64],
      dataType: "bool",
      chunks: [64],
      codecs: [codec.packbits(), codec.sharding({ chunkShape: [3] })],
    });
    await expect(creation).rejects.toMatchObject({
      code: "CODEC_CONFIGURATION",
      codec: "numcodecs.packbits",
    });
    await expect(creation).rejects.toThrow(/does not make one item of one item/);
  });

  test("that have no word for the fill value have one for whole chunks of items", async () => {
    const cast = (data_type: string) => ({ name: "cast_value", configuration: { data_type } });
    const options = { shape: [4], dataType: "int32", chunks: [4], fillValue: 100_000 } as const;
    const codecs = [cast("int16"), codec.sharding({ chunkShape: [2], codecs: [codec.crc32c()] })];
    const store = new MemoryStore();
    const array = await createArray(store, { ...options, codecs });
    expect((await array.get()).data).toEqual(Int32Array.of(100_000, 100_000, 100_000, 100_000));
    const fault = { code: "CODEC_CONFIGURATION", path: "/", codec: "cast_value" };
    const failure = array.set(null, Int32Array.of(1, 2, 3, 4));
    await expect(failure).rejects.toMatchObject(fault);
    await expect(failure).rejects.toThrow(/the fill value of \/ does not go through cast_value/);

    // Shards of an array that differs in its fill value only: one with all of its inner chunks, and one without.
    const other = new MemoryStore();
    const writable = await createArray(other, { ...options, fillValue: 7, codecs });
    await writable.set(null, Int32Array.of(1, 2, 3, 4));
    await store.set("/c/0", (await other.get("/c/0"))!);
    expect((await array.get()).data).toEqual(Int32Array.of(1, 2, 3, 4));
    await writable.set([slice(0, 2)], Int32Array.of(7, 7));
    await store.set("/c/0", (await other.get("/c/0"))!);
    await expect(array.get()).rejects.toMatchObject(fault);
  });
});

describe("what createArray refuses", () => {
  const shape = { shape: [8, 8], dataType: "int32" as const };

  test("two sharding codecs in one chain", async () => {
    const sharding = codec.sharding({ chunkShape: [2, 2] });
    const creation = createArray(new MemoryStore(), {
      ...shape,
      chunks: [8, 8],
      codecs: [sharding, sharding],
    });
    await expect(creation).rejects.toMatchObject({ code: "METADATA_INVALID" });
    await expect(creation).rejects.toThrow(/exactly one array-to-bytes codec/);
  });

  test("a sharding codec alone, which `shards` is for", async () => {
    const act = createArray(new MemoryStore(), {
      ...shape,
      chunks: [8, 8],
      codecs: [codec.sharding({ chunkShape: [2, 2] })],
    });
    await expect(act).rejects.toMatchObject({ code: "METADATA_INVALID" });
  });

  test("inner chunks that do not divide the shard, at any depth", async () => {
    const act = createArray(new MemoryStore(), {
      ...shape,
      chunks: [4, 4],
      shards: [8, 8],
      codecs: [codec.sharding({ chunkShape: [3, 4] })],
    });
    await expect(act).rejects.toMatchObject({ code: "CODEC_CONFIGURATION" });
  });

  test("an index whose size depends on its content, and a shard inside an index", async () => {
    for (const index of [codec.zstd(), codec.sharding({ chunkShape: [1, 1, 2], codecs: [codec.bytes()] })]) {
      const store = new MemoryStore();
      await createArray(store, { ...shape, chunks: [4, 4], shards: [8, 8] });
      const document = decodeJson((await store.get("/zarr.json"))!) as {
        codecs: { configuration: JsonObject }[];
      };
      const configuration = document.codecs[0]!.configuration as { index_codecs: JsonValue[] };
      if (index.name === "zstd") configuration.index_codecs.push({ ...index });
      else configuration.index_codecs[0] = { ...index };
      await store.set("/zarr.json", encodeJson(document as unknown as JsonObject));
      await expect(openArray(store)).rejects.toMatchObject({ code: "CODEC_CONFIGURATION" });
    }
  });
});
