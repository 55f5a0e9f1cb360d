/** Selections mean what they mean in zarr-python: the same items in the same shape, the same written, the same refused. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ArrayChunk,
  createArray,
  isQuarryError,
  openArray,
  slice,
  type ZarrArray,
} from "../../src/index.ts";
import type { JsonValue } from "../../src/metadata/json.ts";
import { askPython } from "./python.ts";
import { sha256 } from "./values.ts";

/** As `selections.py` reads it: `[start, stop, step]` is a slice, `{ list }` an array of indices or of booleans. */
type Entry =
  | number
  | null
  | "..."
  | readonly (number | null)[]
  | { readonly list: JsonValue[]; readonly mask?: true };

interface SelectionCase {
  readonly kind: "basic" | "orthogonal" | "points" | "mask" | "blocks";
  readonly selection: readonly Entry[];
}

const SHAPE = [9, 8, 3];
const wholeMask = (selects: (item: number) => boolean): Entry => {
  const items = Array.from({ length: 216 }, (_, item) => selects(item));
  const rows = chunksOf(chunksOf(items, 3), 8);
  return { list: rows as unknown as JsonValue[], mask: true };
};

const READS: readonly SelectionCase[] = [
  { kind: "basic", selection: [] },
  { kind: "basic", selection: [4] },
  { kind: "basic", selection: ["..."] },
  { kind: "basic", selection: ["...", 1] },
  { kind: "basic", selection: [2, "...", [0, null, 2]] },
  { kind: "basic", selection: [[7, null, null], -1] },
  { kind: "basic", selection: [[-3, 100, 2], 0, 0] },
  { kind: "basic", selection: [[12, null, null]] },
  { kind: "basic", selection: [9] },
  { kind: "basic", selection: [0, 0, 0, 0] },
  { kind: "basic", selection: ["...", 0, "..."] },
  { kind: "basic", selection: [[null, null, -1]] },
  { kind: "orthogonal", selection: [{ list: [8, 0, 8] }] },
  // With an ellipsis between the lists, zarr-python 3.1.6 ends in an error of NumPy's.
  { kind: "orthogonal", selection: [{ list: [8, 0] }, null, { list: [2, 0] }] },
  { kind: "orthogonal", selection: ["...", { list: [true, false, true], mask: true }] },
  { kind: "orthogonal", selection: [3, { list: [-1, 1] }] },
  { kind: "orthogonal", selection: [{ list: [9] }] },
  { kind: "points", selection: [1, 2, 0] },
  { kind: "points", selection: [{ list: [8, 0, 8, -9] }, { list: [7, 0, 7, 3] }, { list: [0, 1, 0, -1] }] },
  { kind: "points", selection: [{ list: [[1], [2]] }, { list: [3, 4, 5] }, 2] },
  { kind: "points", selection: [{ list: [] }, { list: [] }, { list: [] }] },
  { kind: "points", selection: [{ list: [0, 9] }, 0, 0] },
  { kind: "points", selection: [{ list: [0, 1] }, { list: [0, 1, 2] }, 0] },
  { kind: "points", selection: [{ list: [0, 1] }] },
  { kind: "mask", selection: [wholeMask((item) => item % 7 === 3)] },
  { kind: "mask", selection: [wholeMask(() => false)] },
  { kind: "blocks", selection: [0] },
  { kind: "blocks", selection: [0, 1] },
  { kind: "blocks", selection: [-1, "..."] },
  { kind: "blocks", selection: ["...", 0] },
  {
    kind: "blocks",
    selection: [
      [1, 99, null],
      [0, 1, 1],
    ],
  },
  { kind: "blocks", selection: [[2, 1, null]] },
  { kind: "blocks", selection: [3] },
  { kind: "blocks", selection: [-4] },
  { kind: "blocks", selection: [[3, null, null]] },
  { kind: "blocks", selection: [[0, null, 2]] },
  { kind: "blocks", selection: [0, 0, 0, 0] },
];

const WRITES: readonly (SelectionCase & { readonly value: number | number[] })[] = [
  {
    kind: "points",
    selection: [{ list: [8, 0, 3] }, { list: [7, 0, 3] }, { list: [0, 1, 2] }],
    value: [-1, -2, -3],
  },
  { kind: "points", selection: [{ list: [0, 1, 2] }, { list: [5, 5, 5] }, { list: [2, 2, 2] }], value: -4 },
  { kind: "mask", selection: [wholeMask((item) => item % 11 === 0)], value: -5 },
  { kind: "blocks", selection: [1, 0], value: -6 },
  { kind: "orthogonal", selection: [{ list: [0, 8] }, null, { list: [1] }], value: -7 },
  { kind: "basic", selection: ["...", 2], value: -8 },
];

type Read = { readonly shape: number[]; readonly sha256: string } | { readonly error: string };

let folder: string;
let array: ZarrArray<"int32">;
let answer: { readonly read: readonly Read[]; readonly written: readonly string[] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quarry-selections-"));
  const store = join(folder, "array");
  array = await createArray(store, { shape: SHAPE, dataType: "int32", chunks: [2, 3, 3], shards: [4, 6, 3] });
  await array.set(
    null,
    Int32Array.from({ length: 216 }, (_, item) => item * 5 + 1),
  );
  const write = await Promise.all(
    WRITES.map(async (drawn, at) => {
      const copy = join(folder, `python-${at}`);
      await cp(store, copy, { recursive: true });
      return { ...drawn, store: copy };
    }),
  );
  answer = await askPython("selections.py", { store, read: READS, write } as unknown as JsonValue);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a selection reads what zarr-python reads:", () => {
  it.each(READS.map((drawn, at) => [`${drawn.kind} ${textOf(drawn)}`, drawn, at] as const))(
    "%s",
    async (_, drawn, at) => {
      const expected = answer.read[at]!;
      if ("error" in expected) {
        const failure = await access(array, drawn)
          .get()
          .then(
            () => undefined,
            (error: unknown) => error,
          );
        expect(isQuarryError(failure) || failure instanceof RangeError).toBe(true);
        return;
      }
      const got = await access(array, drawn).get();
      const { shape, data } =
        typeof got === "number" ? { shape: [], data: Int32Array.of(got) } : (got as ArrayChunk<"int32">);
      expect({ shape, sha256: sha256(new Uint8Array(data.buffer)) }).toEqual(expected);
    },
  );
});

describe("a selection writes what zarr-python writes:", () => {
  it.each(WRITES.map((drawn, at) => [`${drawn.kind} ${textOf(drawn)}`, drawn, at] as const))(
    "%s",
    async (_, drawn, at) => {
      const copy = join(folder, `quarry-${at}`);
      await cp(join(folder, "array"), copy, { recursive: true });
      const written = (await openArray(copy, { mode: "r+" })) as ZarrArray<"int32">;
      const { value } = drawn;
      await access(written, drawn).set(typeof value === "number" ? value : Int32Array.from(value));
      const { data } = (await written.get()) as ArrayChunk<"int32">;
      expect(sha256(new Uint8Array(data.buffer))).toBe(answer.written[at]);
    },
  );
});

interface Access {
  get(): Promise<unknown>;
  set(value: number | Int32Array<ArrayBuffer>): Promise<void>;
}

function access(target: ZarrArray<"int32">, { kind, selection }: SelectionCase): Access {
  const entries = selection.map((entry) => {
    if (entry === null || typeof entry !== "object") return entry;
    if ("list" in entry) return entry.list;
    return slice(entry[0]!, entry[1]!, entry[2]!);
  }) as never[];
  switch (kind) {
    case "basic":
      return { get: async () => target.get(entries), set: (value) => target.set(entries, value) };
    case "orthogonal":
      return {
        get: async () => target.getOrthogonal(entries),
        set: (value) => target.setOrthogonal(entries, value),
      };
    case "points":
      return { get: async () => target.getPoints(entries), set: (value) => target.setPoints(entries, value) };
    case "mask":
      return {
        get: async () => target.getMask(entries[0]!),
        set: (value) => target.setMask(entries[0]!, value),
      };
    case "blocks":
      return { get: async () => target.getBlocks(entries), set: (value) => target.setBlocks(entries, value) };
  }
}

function textOf({ selection }: SelectionCase): string {
  const text = JSON.stringify(selection);
  return text.length > 60 ? "of the whole shape" : text;
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: items.length / size }, (_, at) => items.slice(at * size, (at + 1) * size));
}
