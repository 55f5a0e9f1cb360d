/** Every damage to a store is found and named, nothing else is, and nothing is written. */
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  backend,
  codec,
  createArray,
  createGroup,
  MemoryStore,
  openArray,
  openGroup,
} from "../../src/index.ts";
import { crc32c } from "../../src/metadata/crc.ts";
import { FileSystemStore } from "../../src/store/file-system-store.ts";
import { type VerifyFault, type VerifyReport, verify } from "../../src/zarr/verify.ts";
import { directoryState, filesIn } from "../kit/directory-state.ts";
import { createSealedStore, timesIn, whileChanged } from "../kit/sealed-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

type Place = Pick<VerifyFault, "array" | "shard" | "chunk" | "code">;

function places(report: VerifyReport): Place[] {
  expect(report.ok).toBe(report.faults.length === 0);
  expect(report.faultCount).toBe(report.faults.length);
  for (const { message } of report.faults) expect(message).not.toContain("run `quarry verify`");
  return report.faults.map(({ array, shard, chunk, code }) => ({ array, shard, chunk, code }));
}

const documentFault = (array: Place["array"]): Place => ({
  array,
  shard: null,
  chunk: null,
  code: "METADATA_CHECKSUM",
});

let directory: string;
let store: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  store = join(directory, "store.zarr");
  await createSealedStore(store);
});

interface IndexEntry {
  readonly offset: number;
  readonly length: number;
}

/** What a file of the sealed store is, by its path in it. */
function describeFile(file: string): { array: Place["array"]; object: number[] | undefined } {
  const [, array = "", key] = /^(?:(.*?)\/)?(zarr\.json|c\/[\d/]+)$/.exec(file)!;
  const object = key!.startsWith("c/") ? key!.slice(2).split("/").map(Number) : undefined;
  return { array: `/${array}`, object };
}

const LAYOUTS: { readonly [array: string]: { perShard: number; rank: number; atStart: boolean } } = {
  "/px": { perShard: 2, rank: 2, atStart: false },
  "/trades/sz": { perShard: 4, rank: 1, atStart: true },
};

/** The place that a changed byte at `position` of a file is to be reported at. */
function placeOfByte(file: string, bytes: Buffer, position: number): Place {
  const { array, object } = describeFile(file);
  if (object === undefined) return documentFault(array);
  const layout = LAYOUTS[array];
  if (layout === undefined) return { array, shard: null, chunk: object, code: "CHUNK_CORRUPT" };
  const indexBytes = 16 * layout.perShard + 4;
  const indexStart = layout.atStart ? 0 : bytes.length - indexBytes;
  if (position >= indexStart && position < indexStart + indexBytes) {
    return { array, shard: object, chunk: null, code: "SHARD_INDEX_CORRUPT" };
  }
  const within = entriesIn(bytes, indexStart, layout.perShard).findIndex(
    ({ offset, length }) => position >= offset && position < offset + length,
  );
  const chunk = object.map((at, axis) => (axis === 0 ? at * layout.perShard + within : at));
  return { array, shard: object, chunk, code: "CHUNK_CORRUPT" };
}

function entriesIn(bytes: Buffer, indexStart: number, count: number): IndexEntry[] {
  return Array.from({ length: count }, (_, i) => ({
    offset: Number(bytes.readBigUInt64LE(indexStart + 16 * i)),
    length: Number(bytes.readBigUInt64LE(indexStart + 16 * i + 8)),
  }));
}

describe(`a store without damage (${backend().name})`, () => {
  test("is found so, in numbers", async () => {
    const report = await verify(store);
    expect(places(report)).toEqual([]);
    expect(report.ok).toBe(true);
    const sizes = await Promise.all(
      (await filesIn(store)).filter((file) => /\bc\//.test(file)).map((file) => stat(join(store, file))),
    );
    expect(report).toMatchObject({
      arrays: 3,
      chunks: 5 + 3 + 7,
      bytes: sizes.reduce((bytes, { size }) => bytes + size, 0),
      unchecked: [],
      unsealed: [],
      strays: [],
    });
    expect(
      report.details.map(({ path, chunks, missingChunks, unusedBytes }) => [
        path,
        chunks,
        missingChunks,
        unusedBytes,
      ]),
    ).toEqual([
      ["/px", 5, 0, 0],
      ["/trades/sz", 7, 0, 0],
      ["/ts", 3, 0, 0],
    ]);
  });

  test("is left as it is, damaged or not", async () => {
    const [state, times] = [await directoryState(store), await timesIn(store)];
    await verify(store);
    expect([await directoryState(store), await timesIn(store)]).toEqual([state, times]);
    await writeFile(join(store, "px/c/0/0"), "");
    await rm(join(store, "ts/zarr.json"));
    const [damagedState, damagedTimes] = [await directoryState(store), await timesIn(store)];
    expect((await verify(store)).ok).toBe(false);
    expect([await directoryState(store), await timesIn(store)]).toEqual([damagedState, damagedTimes]);
  });

  test("is verified in memory as it is on a disk", async () => {
    const memory = new MemoryStore();
    for (const file of await filesIn(store)) await memory.set(`/${file}`, await readFile(join(store, file)));
    expect(await verify(memory)).toEqual(await verify(store));
    const shard = (await memory.get("/px/c/1/0"))!;
    shard[3]! ^= 1;
    await memory.set("/px/c/1/0", shard);
    expect(places(await verify(memory))).toEqual([
      { array: "/px", shard: [1, 0], chunk: [2, 0], code: "CHUNK_CORRUPT" },
    ]);
  });

  test("tells how far it has come", async () => {
    const seen: { chunks: number; bytes: number; faults: number }[] = [];
    const report = await verify(store, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ chunks: report.chunks, bytes: report.bytes, faults: 0 });
  });

  test("is given up when the signal says so", async () => {
    const reason = new Error("enough");
    await expect(verify(store, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe(`one changed byte (${backend().name})`, () => {
  /** Both ends, and a step that meets every kind of byte in between. */
  function positionsIn(bytes: Buffer): number[] {
    const step = Math.max(1, Math.floor(bytes.length / 16)) | 1;
    const positions = new Set([0, 1, bytes.length - 2, bytes.length - 1]);
    for (let position = 0; position < bytes.length; position += step) positions.add(position);
    return [...positions];
  }

  test("is found in every file, whichever bits have turned", async () => {
    const patterns = [0x01, 0x20, 0x80, 0xff];
    for (const file of await filesIn(store)) {
      const original = await readFile(join(store, file));
      for (const [i, position] of positionsIn(original).entries()) {
        await whileChanged(
          join(store, file),
          (bytes) => {
            bytes[position]! ^= patterns[i % patterns.length]!;
            return bytes;
          },
          async () => {
            const expected = [placeOfByte(file, original, position)];
            expect(places(await verify(store)), `${file} byte ${position}`).toEqual(expected);
          },
        );
      }
    }
  });

  test("is found where one white space becomes another, or one digit another", async () => {
    const swaps = new Map([..." \n"].map((from) => [from.charCodeAt(0), "\t".charCodeAt(0)]));
    for (const digit of "0123456789")
      swaps.set(digit.charCodeAt(0), digit === "9" ? 0x38 : digit.charCodeAt(0) + 1);
    for (const file of (await filesIn(store)).filter((name) => name.endsWith("zarr.json"))) {
      const original = await readFile(join(store, file));
      const candidates = [...original.keys()].filter((position) => swaps.has(original[position]!));
      for (const position of candidates.filter((_, i) => i % 16 === 0)) {
        await whileChanged(
          join(store, file),
          (bytes) => {
            bytes[position] = swaps.get(original[position]!)!;
            return bytes;
          },
          async () => {
            const expected = [documentFault(describeFile(file).array)];
            expect(places(await verify(store)), `${file} byte ${position}`).toEqual(expected);
          },
        );
      }
    }
  });

  test("is found in an index that this process has read before, though the file's time is the same", async () => {
    const file = join(store, "px/c/0/0");
    const past = new Date(Date.now() - 60_000);
    await utimes(file, past, past);
    await (await openArray(join(store, "px"))).get();
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    await utimes(file, past, past);
    expect(places(await verify(store))).toEqual([
      { array: "/px", shard: [0, 0], chunk: null, code: "SHARD_INDEX_CORRUPT" },
    ]);
  });
});

describe(`a file cut short (${backend().name})`, () => {
  const TRUNCATED: readonly [file: string, part: string, length: (bytes: number) => number, Place[]][] = [];
  for (const [part, length] of [
    ["by a byte", (bytes: number) => bytes - 1],
    ["by half", (bytes: number) => bytes >> 1],
  ] as const) {
    for (const [file, array] of [
      ["zarr.json", "/"],
      ["px/zarr.json", "/px"],
      ["trades/zarr.json", "/trades"],
      ["trades/sz/zarr.json", "/trades/sz"],
    ] as const) {
      (TRUNCATED as [string, string, typeof length, Place[]][]).push([
        file,
        part,
        length,
        [documentFault(array)],
      ]);
    }
    (TRUNCATED as [string, string, typeof length, Place[]][]).push(
      ["px/c/1/0", part, length, [{ array: "/px", shard: [1, 0], chunk: null, code: "SHARD_INDEX_CORRUPT" }]],
      ["ts/c/2", part, length, [{ array: "/ts", shard: null, chunk: [2], code: "CHUNK_CORRUPT" }]],
    );
  }

  test.each(TRUNCATED)("%s, %s, is one fault", async (file, _part, length, expected) => {
    await whileChanged(
      join(store, file),
      (bytes) => bytes.subarray(0, length(bytes.length)),
      async () => expect(places(await verify(store))).toEqual(expected),
    );
  });

  test("to nothing is a fault of the shard, the chunk or the document, never a fill value", async () => {
    const shardFault = (array: Place["array"], shard: number[]): Place => ({
      array,
      shard,
      chunk: null,
      code: "SHARD_TRUNCATED",
    });
    const expected: readonly [string, Place][] = [
      ["px/c/2/0", shardFault("/px", [2, 0])],
      ["trades/sz/c/1", shardFault("/trades/sz", [1])],
      ["ts/c/0", { array: "/ts", shard: null, chunk: [0], code: "CHUNK_CORRUPT" }],
      ["ts/zarr.json", documentFault("/ts")],
      ["zarr.json", { array: "/", shard: null, chunk: null, code: "METADATA_INVALID" }],
    ];
    for (const [file, place] of expected) {
      await whileChanged(
        join(store, file),
        () => new Uint8Array(),
        async () => expect(places(await verify(store)), file).toEqual([place]),
      );
    }
  });

  test("with its index at the start has faults for the chunks that are gone, and no others", async () => {
    await whileChanged(
      join(store, "trades/sz/c/0"),
      (bytes) => bytes.subarray(0, entriesIn(bytes, 0, 4)[2]!.offset + 3),
      async () =>
        expect(places(await verify(store))).toEqual(
          [[2], [3]].map((chunk) => ({
            array: "/trades/sz",
            shard: [0],
            chunk,
            code: "SHARD_INDEX_CORRUPT",
          })),
        ),
    );
  });
});

describe(`metadata (${backend().name})`, () => {
  test.each([
    ["px/zarr.json", "/px"],
    ["trades/zarr.json", "/trades"],
  ] as const)(
    "%s that is gone is one fault, and the chunks are verified by the root's copy",
    async (file, array) => {
      await rm(join(store, file));
      const report = await verify(store);
      expect(places(report)).toEqual([documentFault(array)]);
      expect(report.chunks).toBe(15);
      const shard = join(store, "px/c/0/0");
      await whileChanged(
        shard,
        (bytes) => bytes.fill(0xaa, 4, 5),
        async () =>
          expect(places(await verify(store))).toContainEqual({
            array: "/px",
            shard: [0, 0],
            chunk: [0, 0],
            code: "CHUNK_CORRUPT",
          }),
      );
    },
  );

  test("of a root that is gone is a fault, and its arrays are verified all the same", async () => {
    await rm(join(store, "zarr.json"));
    const report = await verify(store);
    expect(places(report)).toEqual([{ array: "/", shard: null, chunk: null, code: "NOT_FOUND" }]);
    expect(report.chunks).toBe(15);
  });

  test("that another program changed is a fault until the root is consolidated again", async () => {
    const file = join(store, "ts/zarr.json");
    const document = JSON.parse((await readFile(file)).toString());
    await writeFile(file, JSON.stringify({ ...document, attributes: { note: "by hand" } }));
    expect(places(await verify(store))).toEqual([documentFault("/ts")]);
    await (await openGroup(store, { mode: "r+" })).consolidate();
    expect((await verify(store)).ok).toBe(true);
  });

  test("that was changed through the library is none, since the seal is taken out first", async () => {
    const ts = await (await openGroup(store, { mode: "r+" })).array("ts");
    await ts.append(new BigInt64Array(7));
    expect(await verify(store)).toMatchObject({ ok: true, unsealed: ["/"] });
  });

  test("of an array whose document was damaged with the root's is named with it", async () => {
    const replace = async (file: string, from: string, to: string) => {
      const text = (await readFile(join(store, file))).toString();
      expect(text).toContain(from);
      await writeFile(join(store, file), text.replace(from, to));
    };
    await replace("zarr.json", '"venue": "test"', '"venue": "tess"');
    expect(places(await verify(store))).toEqual([documentFault("/")]);
    await replace("px/zarr.json", "300", "301");
    expect(places(await verify(store))).toEqual([documentFault("/"), documentFault("/px")]);
  });

  /** As other libraries write it: consolidated, without checksums. */
  async function unseal(change: (root: Root) => void = () => {}): Promise<void> {
    const file = join(store, "zarr.json");
    const root = JSON.parse((await readFile(file)).toString()) as Root;
    delete root.attributes.quarry;
    change(root);
    await writeFile(file, JSON.stringify(root));
  }
  interface Root {
    attributes: Record<string, unknown>;
    consolidated_metadata: { metadata: Record<string, Record<string, unknown>> };
  }

  test("without checksums is no fault, and is named", async () => {
    await unseal();
    const report = await verify(store);
    expect(places(report)).toEqual([]);
    expect(report.unsealed).toEqual(["/"]);
  });

  test("that is consolidated and differs from the nodes' documents is a fault of each node", async () => {
    await unseal((root) => {
      const { metadata } = root.consolidated_metadata;
      metadata.ts!.shape = [299];
      metadata.gone = { ...metadata.ts! };
      delete metadata["trades/sz"];
    });
    expect(places(await verify(store))).toEqual(
      (["/gone", "/trades/sz", "/ts"] as const).map((array) => ({
        array,
        shard: null,
        chunk: null,
        code: "METADATA_INVALID",
      })),
    );
  });

  test("that is hostile is a fault with its code, and the other nodes are verified", async () => {
    const broken = async (name: string, text: string) => {
      await mkdir(join(store, name));
      await writeFile(join(store, name, "zarr.json"), text);
    };
    const document = JSON.parse((await readFile(join(store, "ts/zarr.json"))).toString());
    const withMembers = (members: object) => JSON.stringify({ ...document, ...members });
    const grid = { name: "regular", configuration: { chunk_shape: [2 ** 40] } };
    await unseal((root) => {
      delete (root as Partial<Root>).consolidated_metadata;
    });
    await broken(
      "a_codec",
      withMembers({ codecs: [{ name: "bytes", configuration: { endian: "little" } }, { name: "no.such" }] }),
    );
    await broken("b_chunk", withMembers({ shape: [2 ** 40], chunk_grid: grid }));
    await broken("c_type", withMembers({ data_type: "decimal128" }));
    await broken("d_json", "{");
    await broken("e_deep", "[".repeat(100_000));
    await broken(
      "f_rank",
      withMembers({
        shape: new Array(40).fill(1),
        dimension_names: null,
        chunk_grid: { name: "regular", configuration: { chunk_shape: new Array(40).fill(1) } },
      }),
    );
    const report = await verify(store);
    expect(report.faults.map(({ array, code }) => [array, code])).toEqual([
      ["/a_codec", "UNSUPPORTED_CODEC"],
      ["/b_chunk", "METADATA_INVALID"],
      ["/c_type", "UNSUPPORTED_DATA_TYPE"],
      ["/d_json", "METADATA_INVALID"],
      ["/e_deep", "METADATA_INVALID"],
      ["/f_rank", "METADATA_INVALID"],
    ]);
    expect(report.chunks).toBe(15);
  });
});

describe(`chunks (${backend().name})`, () => {
  test("are all named, however many are damaged", async () => {
    for (const [file, at] of [
      ["px/c/0/0", 5],
      ["px/c/2/0", 5],
      ["ts/c/1", 9],
      ["trades/sz/c/0", -1],
    ] as const) {
      const bytes = await readFile(join(store, file));
      const position = at < 0 ? bytes.length + at : at;
      bytes[position]! ^= 0x10;
      if (file === "px/c/0/0") bytes[entriesIn(bytes, bytes.length - 36, 2)[1]!.offset]! ^= 0x10;
      await writeFile(join(store, file), bytes);
    }
    const corrupt = { code: "CHUNK_CORRUPT" };
    expect(places(await verify(store))).toEqual([
      { array: "/px", shard: [0, 0], chunk: [0, 0], ...corrupt },
      { array: "/px", shard: [0, 0], chunk: [1, 0], ...corrupt },
      { array: "/px", shard: [2, 0], chunk: [4, 0], ...corrupt },
      { array: "/trades/sz", shard: [0], chunk: [3], ...corrupt },
      { array: "/ts", shard: null, chunk: [1], ...corrupt },
    ]);
  });

  /** A shard of two chunks of 2 uint16 each, with any index. */
  async function withShard(
    entries: readonly (readonly [bigint, bigint])[],
    dataBytes: number,
  ): Promise<VerifyReport> {
    const memory = new MemoryStore();
    await createArray(memory, {
      shape: [4],
      dataType: "uint16",
      chunks: [2],
      shards: [4],
      codecs: [],
    });
    const index = Buffer.from(new BigUint64Array(entries.flat()).buffer);
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32c(index));
    await memory.set("/c/0", Buffer.concat([Buffer.alloc(dataBytes, 7), index, sum]));
    return verify(memory);
  }
  const ABSENT = [0xffff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ffffn] as const;
  const indexFault = (chunk: number[]): Place => ({
    array: "/",
    shard: [0],
    chunk,
    code: "SHARD_INDEX_CORRUPT",
  });

  test("that share bytes with others are faults", async () => {
    expect(
      places(
        await withShard(
          [
            [0n, 4n],
            [3n, 4n],
          ],
          8,
        ),
      ),
    ).toEqual([indexFault([1])]);
    expect(
      places(
        await withShard(
          [
            [4n, 4n],
            [4n, 4n],
          ],
          8,
        ),
      ),
    ).toEqual([indexFault([1])]);
    expect(
      places(
        await withShard(
          [
            [4n, 4n],
            [0n, 4n],
          ],
          8,
        ),
      ),
    ).toEqual([]);
  });

  test("that reach into the index or out of the shard are faults", async () => {
    expect(
      places(
        await withShard(
          [
            [0n, 4n],
            [5n, 4n],
          ],
          8,
        ),
      ),
    ).toEqual([indexFault([1])]);
    expect(
      places(
        await withShard(
          [
            [2n ** 63n, 4n],
            [2n ** 64n - 1n, 4n],
          ],
          8,
        ),
      ),
    ).toEqual([indexFault([0]), indexFault([1])]);
    expect(places(await withShard([ABSENT, [0n, 2n ** 64n - 2n]], 8))).toEqual([indexFault([1])]);
  });

  test("with gaps between them are no faults, and the bytes in the gaps are counted", async () => {
    const report = await withShard([[1n, 4n], ABSENT], 9);
    expect(places(report)).toEqual([]);
    expect(report.details[0]).toMatchObject({ chunks: 1, missingChunks: 1, unusedBytes: 5 });
  });

  test("that are not stored are counted, and take no time", async () => {
    const memory = new MemoryStore();
    const sparse = await createArray(memory, {
      shape: [2 ** 40],
      dataType: "int32",
      chunks: [8],
      codecs: [codec.crc32c()],
    });
    await sparse.set([2 ** 39], 5);
    const report = await verify(memory);
    expect(places(report)).toEqual([]);
    expect(report.details[0]).toMatchObject({ chunks: 1, missingChunks: 2 ** 37 - 1 });
  });

  test("of an array that cannot be gone through are not counted as missing, and others are verified", async () => {
    const memory = new MemoryStore();
    for (const file of await filesIn(store)) await memory.set(`/${file}`, await readFile(join(store, file)));
    const list = memory.list.bind(memory);
    memory.list = async function* (prefix) {
      if (prefix === "/ts") throw new Error("the line is dead");
      yield* list(prefix);
    };
    const report = await verify(memory);
    expect(places(report)).toEqual([{ array: "/ts", shard: null, chunk: null, code: "STORE_FAILED" }]);
    expect(report.faults[0]!.message).toContain("the line is dead");
    expect(report.details.map(({ path, missingChunks }) => [path, missingChunks])).toEqual([
      ["/px", 0],
      ["/trades/sz", 0],
      ["/ts", 0],
    ]);
  });

  test("without checksums are named", async () => {
    const root = await createGroup(join(directory, "loose.zarr"));
    const create = (name: string, codecs: Parameters<typeof codec.zstd>[0] | undefined) =>
      root.createArray(name, {
        shape: [4],
        dataType: "int32",
        chunks: [2],
        codecs: codecs === undefined ? [codec.blosc()] : [codec.zstd(codecs)],
      });
    await create("a", undefined);
    await create("b", { checksum: false });
    await create("c", { checksum: true });
    await root.consolidate();
    expect((await verify(join(directory, "loose.zarr"))).unchecked).toEqual(["/a", "/b"]);
  });

  test("of three dimensions, cut by shards and edges, are verified in every place", async () => {
    const cube = await createArray(join(directory, "cube.zarr"), {
      shape: [7, 6, 5],
      dataType: "uint8",
      chunks: [2, 1, 2],
      shards: [4, 3, 4],
      codecs: [codec.crc32c()],
    });
    await cube.set(
      null,
      Uint8Array.from({ length: 210 }, (_, item) => item + 1),
    );
    const report = await verify(join(directory, "cube.zarr"));
    expect(places(report)).toEqual([]);
    expect(report.details[0]).toMatchObject({ chunks: 4 * 6 * 3, missingChunks: 0 });
    const file = join(directory, "cube.zarr", "c/1/1/0");
    const bytes = await readFile(file);
    const { offset } = entriesIn(bytes, bytes.length - 16 * 12 - 4, 12)[7]!;
    bytes[offset]! ^= 0x40;
    await writeFile(file, bytes);
    // Position 7 of [2, 3, 2] chunks is [1, 0, 1], and the shard begins at chunk [2, 3, 0].
    expect(places(await verify(join(directory, "cube.zarr")))).toEqual([
      { array: "/", shard: [1, 1, 0], chunk: [3, 3, 1], code: "CHUNK_CORRUPT" },
    ]);
  });
});

describe(`what surrounds a store (${backend().name})`, () => {
  test("lists files that no reader looks at, which are no faults", async () => {
    await writeFile(join(store, "px/c/0/0.0123456789abcdef.partial"), "half");
    await writeFile(join(store, "px/c/7"), "other");
    await mkdir(join(store, "ts/c"), { recursive: true });
    await writeFile(join(store, "ts/c/3"), "beyond");
    await writeFile(join(store, "notes.txt"), "buy low");
    await mkdir(join(store, "lost/c"), { recursive: true });
    await writeFile(join(store, "lost/c/0"), "x");
    const report = await verify(store);
    expect(places(report)).toEqual([]);
    expect(report.strays).toEqual([
      { path: "/lost/c/0", bytes: 1, kind: "unknown" },
      { path: "/notes.txt", bytes: 7, kind: "unknown" },
      { path: "/px/c/0/0.0123456789abcdef.partial", bytes: 4, kind: "unfinished" },
      { path: "/px/c/7", bytes: 5, kind: "unknown" },
      { path: "/ts/c/3", bytes: 6, kind: "outside" },
    ]);
  });

  test("is a directory of stores: all of them are verified", async () => {
    const symbol = join(directory, "BTCUSDT.zarr");
    await mkdir(symbol);
    await rename(store, join(symbol, "2024-W32.zarr"));
    await createSealedStore(join(symbol, "2024-W33.zarr"));
    await mkdir(join(symbol, ".2024-W34.zarr.partial-01234567"));
    await writeFile(join(symbol, ".2024-W34.zarr.partial-01234567", "zarr.json"), "{}");
    const clean = await verify(symbol);
    expect(places(clean)).toEqual([]);
    expect(clean).toMatchObject({
      arrays: 6,
      chunks: 30,
      strays: [{ path: "/.2024-W34.zarr.partial-01234567", bytes: 2, kind: "unfinished" }],
    });
    await writeFile(join(symbol, "2024-W33.zarr/ts/c/0"), "");
    expect(places(await verify(symbol))).toEqual([
      { array: "/2024-W33.zarr/ts", shard: null, chunk: [0], code: "CHUNK_CORRUPT" },
    ]);
    expect((await verify(directory)).arrays).toBe(6);
    await rm(join(symbol, "2024-W33.zarr/zarr.json"));
    expect(places(await verify(symbol)).map(({ array, code }) => [array, code])).toEqual([
      ["/2024-W33.zarr", "NOT_FOUND"],
      ["/2024-W33.zarr/ts", "CHUNK_CORRUPT"],
    ]);
  });

  test("can be one array of the store alone", async () => {
    await writeFile(join(store, "px/c/1/0"), "");
    const report = await verify(new FileSystemStore(join(store, "px")));
    expect(places(report)).toEqual([{ array: "/", shard: [1, 0], chunk: null, code: "SHARD_TRUNCATED" }]);
    expect(report.unsealed).toEqual(["/"]);
  });

  test("that is no store at all is an error", async () => {
    await expect(verify(join(directory, "nothing"))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await mkdir(join(directory, "empty"));
    await expect(verify(join(directory, "empty"))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await mkdir(join(directory, "attributes"));
    await writeFile(join(directory, "attributes/.zattrs"), "{}");
    await expect(verify(join(directory, "attributes"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
