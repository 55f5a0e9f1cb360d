/**
 * A small store of which every value is known by its place: two tables, chunks and shards of a few rows, so that a
 * hundred rows grow, fill and seal shards of each kind.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { codec } from "../../../codecs/builders.ts";
import type { JsonObject } from "../../../src/metadata/json.ts";
import type { TypedArrayOf } from "../../../src/metadata/typed-array.ts";
import type { NdArray } from "../../../src/zarr/array-data.ts";
import type { CreateArrayOptions } from "../../../src/zarr/create-array.ts";
import type { Group } from "../../../src/zarr/group.ts";
import { createGroup, openGroup } from "../../../src/zarr/open.ts";
import { readImage } from "./disk.ts";

/** Where the store is, below the directory that is recorded; its journal is beside it. */
export const STORE_NAME = "store.zarr";

export const ATTRIBUTES: JsonObject = { quality: "ok", gaps: [1, 2] };

interface KnownArray {
  readonly options: Omit<CreateArrayOptions, "shape">;
  /** Items of a row. */
  readonly rowShape: readonly number[];
  readonly rows: (from: number, to: number) => TypedArrayOf;
}

/** Arrays that grow together, by the path of their group. */
export const TABLES: Readonly<Record<string, Readonly<Record<string, KnownArray>>>> = {
  "": {
    // A damaged inner chunk of this one is found; its shards grow in place to the end.
    t: {
      options: {
        dataType: "int64",
        shards: [16],
        chunks: [4],
        codecs: [codec.crc32c()],
        dimensionNames: ["row"],
      },
      rowShape: [],
      rows: (from, to) => BigInt64Array.from(range(from, to), (row) => BigInt(1000 + row * row)),
    },
    // Of this one it is not. Rows 8 to 11 are inner chunks that are not stored.
    px: {
      options: {
        dataType: "int32",
        shards: [8, 4],
        chunks: [4, 2],
        codecs: [codec.zstd({ level: 1 })],
        dimensionNames: ["row", "level"],
      },
      rowShape: [3],
      rows: (from, to) =>
        Int32Array.from(range(3 * from, 3 * to), (i) => (i >= 24 && i < 36 ? 0 : 10 * i + 1)),
    },
    // Rows 5 to 9 are a chunk that is not stored.
    side: {
      options: { dataType: "uint8", chunks: [5], codecs: [codec.crc32c()], dimensionNames: ["row"] },
      rowShape: [],
      rows: (from, to) => Uint8Array.from(range(from, to), (row) => (row >= 5 && row < 10 ? 0 : row + 1)),
    },
  },
  trades: {
    t: {
      options: {
        dataType: "int64",
        shards: [8],
        chunks: [2],
        codecs: [codec.zstd({ level: 1 }), codec.crc32c()],
        dimensionNames: ["trade"],
      },
      rowShape: [],
      rows: (from, to) => BigInt64Array.from(range(from, to), (row) => BigInt(7 * row + 5)),
    },
    size: {
      options: { dataType: "float64", chunks: [4], dimensionNames: ["trade"] },
      rowShape: [],
      rows: (from, to) => Float64Array.from(range(from, to), (row) => row / 4 + 0.5),
    },
  },
};

/** Arrays that are added when the others have rows. */
export const LATE_ARRAYS = {
  /** Of a length of its own. */
  mood: {
    options: {
      dataType: "int16",
      shards: [4],
      chunks: [2],
      codecs: [codec.crc32c()],
      dimensionNames: ["day"],
    },
    rowShape: [],
    rows: (from, to) => Int16Array.from(range(from, to), (row) => -row - 1),
  },
  /** Grows with the first table from then on; its name comes before all others. */
  age: {
    options: {
      dataType: "int32",
      shards: [8],
      chunks: [4],
      codecs: [codec.crc32c()],
      dimensionNames: ["row"],
    },
    rowShape: [],
    rows: (from, to) => Int32Array.from(range(from, to), (row) => 3 * row + 1),
  },
} as const satisfies Readonly<Record<string, KnownArray>>;

export type LateArray = keyof typeof LATE_ARRAYS;

/** Days of `mood`. */
export const MOOD_DAYS = 5;

/** What a store holds when all is well. */
export interface KnownContent {
  /** Rows of each table, by the path of its group. */
  readonly rows: Readonly<Record<string, number>>;
  readonly late: readonly LateArray[];
  readonly isFinal: boolean;
}

/** The arrays that have the rows of a table, by their path relative to the root. */
export function arraysOf(group: string, late: readonly LateArray[]): Map<string, KnownArray> {
  const arrays = new Map<string, KnownArray>();
  for (const [name, array] of Object.entries(TABLES[group]!)) {
    arrays.set(group === "" ? name : `${group}/${name}`, array);
  }
  if (group === "" && late.includes("age")) arrays.set("age", LATE_ARRAYS.age);
  return arrays;
}

/** Writes all at once what writers append little by little. */
export async function writeAtOnce(directory: string, { rows, late, isFinal }: KnownContent): Promise<void> {
  const root = await createGroup(join(directory, STORE_NAME));
  for (const group of Object.keys(TABLES)) {
    const parent = group === "" ? root : await root.createGroup(group);
    for (const [path, array] of arraysOf(group, late)) {
      await writeArray(parent, path.slice(path.indexOf("/") + 1), array, rows[group]!);
    }
  }
  if (late.includes("mood")) await writeArray(root, "mood", LATE_ARRAYS.mood, MOOD_DAYS);
  if (isFinal) await root.updateAttributes({ ...ATTRIBUTES });
  await root.consolidate();
}

async function writeArray(parent: Group, name: string, known: KnownArray, rows: number): Promise<void> {
  const { options, rowShape } = known;
  const array = await parent.createArray(name, { ...options, shape: [rows, ...rowShape] });
  if (rows > 0) await array.set(null, { data: known.rows(0, rows), shape: [rows, ...rowShape] } as never);
}

/**
 * What a reader finds who opens the store by its root and reads everything.
 * @throws an error where an array has another value than it must, or another length than those it grows with
 */
export async function readKnown(directory: string): Promise<KnownContent> {
  const root = await openGroup(join(directory, STORE_NAME), { mode: "r" });
  const found = new Map<string, number>();
  for await (const [path, node] of root.members({ depth: Number.POSITIVE_INFINITY })) {
    if ("shape" in node) found.set(path, node.shape[0]!);
  }
  const late = (Object.keys(LATE_ARRAYS) as LateArray[]).filter((path) => found.has(path));
  const rows: Record<string, number> = {};
  for (const group of Object.keys(TABLES)) {
    for (const [path, known] of arraysOf(group, late)) {
      const count = found.get(path);
      if (count === undefined) throw new Error(`${path} is gone`);
      if (count !== (rows[group] ?? count))
        throw new Error(`${path} has ${count} rows, others ${rows[group]}`);
      rows[group] = count;
      await checkValues(root, path, known, count);
      found.delete(path);
    }
  }
  if (late.includes("mood")) await checkValues(root, "mood", LATE_ARRAYS.mood, MOOD_DAYS);
  found.delete("mood");
  if (found.size > 0) throw new Error(`nobody has asked for ${[...found.keys()].join(", ")}`);
  return { rows, late, isFinal: root.attributes.quality === ATTRIBUTES.quality };
}

/** Arrays as another program reads them: the SHA-256 of their values in C order, by their path; or what it says. */
export type SeenArrays =
  | Readonly<Record<string, { readonly shape: readonly number[]; readonly sha256: string }>>
  | { readonly refusal: string };

/** What another program has found. @throws as {@link readKnown}; attributes are not looked at */
export function contentSeen(seen: SeenArrays): KnownContent {
  if ("refusal" in seen && typeof seen.refusal === "string") throw new Error(seen.refusal);
  const found = new Map(Object.entries(seen as Exclude<SeenArrays, { refusal: string }>));
  const late = (Object.keys(LATE_ARRAYS) as LateArray[]).filter((path) => found.has(path));
  const rows: Record<string, number> = {};
  for (const group of Object.keys(TABLES)) {
    for (const [path, known] of arraysOf(group, late)) {
      const array = found.get(path);
      if (array === undefined) throw new Error(`${path} is gone`);
      const count = array.shape[0]!;
      if (count !== (rows[group] ?? count))
        throw new Error(`${path} has ${count} rows, others ${rows[group]}`);
      rows[group] = count;
      checkHash(path, array, known, count);
    }
  }
  if (late.includes("mood")) checkHash("mood", found.get("mood")!, LATE_ARRAYS.mood, MOOD_DAYS);
  return { rows, late, isFinal: false };
}

function checkHash(
  path: string,
  { shape, sha256 }: { readonly shape: readonly number[]; readonly sha256: string },
  known: KnownArray,
  rows: number,
): void {
  const want = createHash("sha256")
    .update(viewOf(known.rows(0, rows)))
    .digest("hex");
  if (shape[0] === rows && sha256 === want) return;
  throw new Error(`${path} has other values than were appended to it`);
}

async function checkValues(root: Group, path: string, known: KnownArray, rows: number): Promise<void> {
  const array = await root.array(path);
  if (array.shape[0] !== rows) throw new Error(`${path} has ${array.shape[0]} rows, not ${rows}`);
  if (rows === 0) return;
  const { data } = (await array.get(null)) as NdArray;
  if (Buffer.compare(viewOf(data), viewOf(known.rows(0, rows))) !== 0) {
    throw new Error(`${path} has other values than were appended to it`);
  }
}

const atOnce = new Map<string, Promise<ReadonlyMap<string, Uint8Array>>>();

/** The files of a store that was written at once, by their path; `scratch` makes an empty directory. */
export function filesAtOnce(
  content: KnownContent,
  scratch: () => Promise<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const key = JSON.stringify([content.rows, content.late, content.isFinal]);
  const known = atOnce.get(key) ?? writeAndRead(content, scratch);
  atOnce.set(key, known);
  return known;
}

async function writeAndRead(content: KnownContent, scratch: () => Promise<string>) {
  const directory = await scratch();
  await writeAtOnce(directory, content);
  return readImage(directory).files;
}

function viewOf(items: unknown): Uint8Array {
  const { buffer, byteOffset, byteLength } = items as ArrayBufferView;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
