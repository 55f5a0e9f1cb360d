/**
 * Documents of Zarr v2 that somebody has put anything into: what comes is an array that reads as it says, or a typed
 * error. A failure prints the seed and path that replay it; test/kit/property.ts says how many cases are tried.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isQuarryError } from "../../src/errors.ts";
import type { JsonObject, JsonValue } from "../../src/metadata/json.ts";
import { encodeJson } from "../../src/metadata/json.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { AbsolutePath } from "../../src/store/store.ts";
import { withReadOnly } from "../../src/store/with-read-only.ts";
import { openArray, openGroup } from "../../src/zarr/open.ts";
import { verify } from "../../src/zarr/verify.ts";
import { holds } from "../kit/property.ts";

const ZARRAY: JsonObject = {
  zarr_format: 2,
  shape: [6, 4],
  chunks: [3, 4],
  dtype: "<i4",
  compressor: { id: "zstd", level: 1 },
  fill_value: 0,
  order: "F",
  filters: [
    { id: "delta", dtype: "<i4", astype: ">i4" },
    { id: "shuffle", elementsize: 4 },
  ],
};
const STRUCT: JsonObject = {
  ...ZARRAY,
  dtype: [
    ["ts", "<i8"],
    ["inner", [["px", ">f4"]]],
  ],
  fill_value: "AAAAAAAAAAAAAAAA",
  filters: null,
};
const OBJECTS: JsonObject = { ...ZARRAY, dtype: "|O", fill_value: null, filters: [{ id: "vlen-utf8" }] };

/** Words that mean something somewhere in a `.zarray`, and values at the edges of what can be asked for. */
const MEANINGFUL: readonly JsonValue[] = [
  ...[
    "<i4",
    ">f8",
    "|O",
    "<U3",
    "|S0",
    "|V4294967296",
    "<M8[ns]",
    "<M8[0s]",
    "|i8",
    "C",
    "F",
    "/",
    "NaN",
    "",
  ],
  ...[
    "delta",
    "astype",
    "packbits",
    "categorize",
    "vlen-utf8",
    "pickle",
    "blosc",
    "zlib",
    "quarry.v2_filter",
  ],
  ...[0, -1, 1, 2 ** 53, 2n ** 64n, 1.5, 1e300, -0, true, null],
  ...[
    [],
    [[]],
    [["a", "<i4"]],
    [
      ["", "<i4"],
      ["", "|V2"],
    ],
    [["a", "<i4", [2, 2]]],
    {},
    { id: "zlib" },
  ],
  [{ id: "delta", dtype: "<i4" }],
  Array.from({ length: 40 }, () => 1),
];

interface Mutation {
  /** Which of the places in a document, the document itself included. */
  readonly at: number;
  /** Undefined: the place is taken out. */
  readonly value: JsonValue | undefined;
}

const mutations = fc.array(
  fc.record({
    at: fc.nat(1000),
    value: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...MEANINGFUL) },
      { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue> },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
  }),
  { minLength: 1, maxLength: 2 },
);

function mutated(document: JsonValue, { at, value }: Mutation): JsonValue {
  const root = { document: structuredClone(document) };
  const places: (() => void)[] = [];
  const visit = (holder: JsonObject | JsonValue[], key: string | number): void => {
    const held = (holder as JsonObject)[key]!;
    places.push(() => {
      if (value !== undefined) (holder as JsonObject)[key] = value;
      else if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
    });
    if (typeof held === "object" && held !== null) {
      for (const inner of Object.keys(held)) visit(held as JsonObject, inner);
    }
  };
  visit(root, "document");
  places[at % places.length]!();
  return root.document ?? null;
}

async function storeOf(documents: Readonly<Record<AbsolutePath, JsonValue>>): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const [key, document] of Object.entries(documents)) {
    await store.set(key as AbsolutePath, encodeJson(document));
  }
  await store.set("/px/0.0", Uint8Array.of(1, 2, 3));
  return store;
}

/** What `work` throws must be a typed error, whatever it is about. */
async function typed(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isQuarryError(error)) throw error;
  }
}

const EVERYDAY_RUNS = 1000;

test.each([
  ["of numbers", ZARRAY],
  ["of structs", STRUCT],
  ["of strings", OBJECTS],
] as const)("a .zarray %s with anything in it", async (content, document) => {
  let opened = 0;
  await holds(
    `a .zarray ${content} with anything in it`,
    mutations,
    async (changes) => {
      const store = await storeOf({ "/px/.zarray": changes.reduce<JsonValue>(mutated, document) });
      await typed(async () => {
        const array = await openArray(store, { path: "px" });
        opened += 1;
        // Another chunk than the one that is stored, and damaged.
        const last = array.shape.map((extent) => extent - 1);
        if (array.shape.every((extent) => extent > 0)) await array.get(last);
      });
    },
    EVERYDAY_RUNS,
  );
  // Now and then a change leaves enough standing to come as far as reading.
  expect(opened).toBeGreaterThan(0);
});

test("a .zmetadata with anything in it", async () => {
  const block = {
    zarr_consolidated_format: 1,
    metadata: {
      ".zgroup": { zarr_format: 2 },
      "px/.zarray": ZARRAY,
      "px/.zattrs": { _ARRAY_DIMENSIONS: ["a", "b"] },
      "deep/.zgroup": { zarr_format: 2 },
      // The group /deep/er is not named.
      "deep/er/sz/.zarray": { ...ZARRAY, filters: null },
    },
  };
  await holds(
    "a .zmetadata with anything in it",
    mutations,
    async (changes) => {
      const store = await storeOf({
        "/.zgroup": { zarr_format: 2 },
        "/.zmetadata": changes.reduce<JsonValue>(mutated, block),
        "/px/.zarray": ZARRAY,
      });
      await typed(async () => {
        const root = await openGroup(withReadOnly(store));
        await root.tree();
        for await (const [, node] of root.members()) await typed(async () => node.attributes);
      });
    },
    EVERYDAY_RUNS / 2,
  );
});

test("verify names what is wrong with any of them, and goes on to the next", async () => {
  await holds(
    "verify of a .zarray with anything in it",
    mutations,
    async (changes) => {
      const store = await storeOf({
        "/.zgroup": { zarr_format: 2 },
        "/px/.zarray": changes.reduce<JsonValue>(mutated, ZARRAY),
        "/sz/.zarray": { ...ZARRAY, filters: null, compressor: null },
      });
      await store.set("/sz/1.0", new Uint8Array(47));
      const { faults } = await verify(store);
      expect(faults.at(-1)).toMatchObject({ array: "/sz", code: "CHUNK_CORRUPT", chunk: [1, 0] });
    },
    EVERYDAY_RUNS / 5,
  );
});
