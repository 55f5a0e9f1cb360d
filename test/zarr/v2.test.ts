/** Zarr v2 in a store: found, listed, consolidated, read by windows, and never changed. */
import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/metadata/json.ts";
import { encodeJson } from "../../src/metadata/json.ts";
import { HttpStore } from "../../src/store/http-store.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { AbsolutePath, ReadableStore, Store } from "../../src/store/store.ts";
import { withReadOnly } from "../../src/store/with-read-only.ts";
import { withRequestCount } from "../../src/store/with-request-count.ts";
import { slice } from "../../src/zarr/indexing/slice.ts";
import { inspect } from "../../src/zarr/inspect.ts";
import { createArray, createGroup, open, openArray, openGroup } from "../../src/zarr/open.ts";
import { verify } from "../../src/zarr/verify.ts";
import { serve } from "../kit/http-server.ts";

const ZGROUP: JsonObject = { zarr_format: 2 };
/** Six rows of four items in two chunks, of which the second is not stored. */
const ZARRAY: JsonObject = {
  zarr_format: 2,
  shape: [6, 4],
  chunks: [3, 4],
  dtype: ">i2",
  compressor: null,
  fill_value: -1,
  order: "F",
  filters: null,
};
const FIRST_ROWS = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
  [8, 9, 10, 11],
];

/** `px` in order F and big-endian, `trades/` with an array of its own, attributes at each. */
async function bookIn(store: Store, px: JsonObject = ZARRAY): Promise<void> {
  const put = (key: AbsolutePath, document: JsonObject) => store.set(key, encodeJson(document));
  await put("/.zgroup", ZGROUP);
  await put("/.zattrs", { venue: "binance" });
  await put("/px/.zarray", px);
  await put("/px/.zattrs", { _ARRAY_DIMENSIONS: ["time", "level"], scale: 0.1 });
  await put("/trades/.zgroup", ZGROUP);
  await put("/trades/sz b/.zarray", { ...ZARRAY, shape: [2], chunks: [2], dtype: "|u1", fill_value: 7 });
  const chunk = new DataView(new ArrayBuffer(24));
  for (const [row, items] of FIRST_ROWS.entries()) {
    for (const [level, item] of items.entries()) chunk.setInt16(2 * (3 * level + row), item, false);
  }
  await store.set("/px/0.0", new Uint8Array(chunk.buffer));
}

async function book(px?: JsonObject): Promise<MemoryStore> {
  const store = new MemoryStore();
  await bookIn(store, px);
  return store;
}

const everythingIn = async (store: MemoryStore): Promise<Record<string, string>> => {
  const values: Record<string, string> = {};
  for await (const key of store.list("/")) values[key] = Buffer.from((await store.get(key))!).toString("hex");
  return values;
};

const membersOf = async (store: ReadableStore): Promise<string[]> => {
  const names: string[] = [];
  for await (const [name] of (await openGroup(store)).members({ depth: 2 })) names.push(name);
  return names;
};

describe("a Zarr v2 hierarchy", () => {
  test("is read as one of v3 is", async () => {
    const root = await openGroup(await book());
    expect(root.attributes).toEqual({ venue: "binance" });
    const px = await root.array("px");
    expect(px.dimensionNames).toEqual(["time", "level"]);
    expect(px.attributes).toMatchObject({ scale: 0.1 });
    expect(px.fillValue).toBe(-1);
    expect(await px.get([slice(1, 5, 2), slice(1, 3)])).toMatchObject({
      data: Int16Array.of(5, 6, -1, -1),
      shape: [2, 2],
    });
    expect(await px.get([2, 3])).toBe(11);
    const trades = await root.group("trades");
    expect(await (await trades.array("sz b")).get()).toMatchObject({ data: Uint8Array.of(7, 7) });
  });

  test("is listed, nested groups and names with spaces included", async () => {
    expect(await membersOf(await book())).toEqual(["px", "trades", "trades/sz b"]);
    expect(await (await openGroup(await book())).tree()).toContain("px  int16 [time 6, level 4]");
  });

  test("has no implicit groups", async () => {
    const store = await book();
    await store.delete("/trades/.zgroup");
    expect(await membersOf(store)).toEqual(["px"]);
    await expect(open(store, { path: "trades" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await openArray(store, { path: "trades/sz b" })).toMatchObject({ path: "/trades/sz b" });
  });

  test("has no node where there are attributes alone", async () => {
    const store = new MemoryStore();
    await store.set("/.zattrs", encodeJson({}));
    await expect(open(store)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("names the document and the place of what is wrong", async () => {
    const store = await book({ ...ZARRAY, order: "K" });
    await expect(open(store, { path: "px" })).rejects.toMatchObject({
      code: "METADATA_INVALID",
      path: "/px",
      message: '/px/.zarray: order must be "C" or "F", not "K"',
    });
    await store.set("/px/.zattrs", new TextEncoder().encode("[]"));
    await expect(open(store, { path: "px" })).rejects.toMatchObject({
      message: "/px/.zattrs: the document must be an object",
    });
    await store.set("/px/.zarray", new TextEncoder().encode('{"zarr_format": 2,'));
    await expect(open(store, { path: "px" })).rejects.toMatchObject({ code: "METADATA_INVALID" });
  });

  test("gives way to v3, where a node has documents of both", async () => {
    const store = await book();
    const array = await createArray(store, {
      path: "px",
      shape: [2],
      dataType: "int8",
      chunks: [2],
      mode: "w",
    }).catch((error: unknown) => error);
    expect(array).toMatchObject({ code: "UNSUPPORTED_FORMAT" });
    const other = new MemoryStore();
    await createArray(other, { path: "px", shape: [2], dataType: "int8", chunks: [2] });
    await store.set("/px/zarr.json", (await other.get("/px/zarr.json"))!);
    expect((await openArray(store, { path: "px" })).dataType.name).toBe("int8");
  });

  test("has an array where a node has the documents of both an array and a group", async () => {
    const store = await book();
    await store.set("/px/.zgroup", encodeJson(ZGROUP));
    expect(await openArray(store, { path: "px" })).toMatchObject({ path: "/px" });
  });
});

describe("requests", () => {
  const asked = async (work: (store: ReadableStore) => Promise<unknown>, store: Store): Promise<string[]> => {
    const counted = withRequestCount(store as ReadableStore);
    await work(counted);
    return counted.requests.map(({ key }) => String(key));
  };

  test("a node of v3 costs one", async () => {
    const store = new MemoryStore();
    await createGroup(store);
    expect(await asked(open, store)).toEqual(["/zarr.json"]);
  });

  test("a node of v2 costs one round trip more", async () => {
    expect(await asked(open, await book())).toEqual([
      "/zarr.json",
      "/.zarray",
      "/.zgroup",
      "/.zattrs",
      "/.zmetadata",
    ]);
  });

  test("consolidated, the nodes below cost none", async () => {
    const store = await book();
    await (await openGroup(store, { mode: "r+" })).consolidate();
    const keys = await asked(async (counted) => {
      const root = await openGroup(counted);
      await root.array("trades/sz b");
      expect(await (await root.array("px")).get([0, 1])).toBe(1);
    }, store);
    expect(keys.slice(5)).toEqual(["/px/0.0"]);
  });
});

describe("consolidated metadata of v2", () => {
  test("is written as zarr-python 2 writes it, and nothing else is", async () => {
    const store = await book();
    const before = await everythingIn(store);
    await (await openGroup(store, { mode: "r+" })).consolidate();
    const { "/.zmetadata": written, ...others } = await everythingIn(store);
    expect(others).toEqual(before);
    const document = JSON.parse(Buffer.from(written!, "hex").toString());
    expect(document.zarr_consolidated_format).toBe(1);
    expect(Object.keys(document.metadata)).toEqual([
      ".zattrs",
      ".zgroup",
      "px/.zarray",
      "px/.zattrs",
      "trades/.zgroup",
      "trades/sz b/.zarray",
    ]);
    expect(document.metadata["px/.zarray"]).toEqual(ZARRAY);
  });

  test("lists the neighbours of an array that cannot be opened", async () => {
    const pickled = { ...ZARRAY, dtype: "|O", fill_value: null, filters: [{ id: "pickle", protocol: 4 }] };
    const store = await book(pickled);
    await (await openGroup(store, { mode: "r+" })).consolidate();
    const root = await openGroup(withReadOnly(store));
    await expect(root.array("px")).rejects.toMatchObject({ code: "UNSUPPORTED_CODEC", path: "/px" });
    expect(await root.array("trades/sz b")).toMatchObject({ path: "/trades/sz b" });
    const names: string[] = [];
    const listing = (async () => {
      for await (const [name] of root.members({ depth: 2 })) names.push(name);
    })();
    await expect(listing).rejects.toMatchObject({ code: "UNSUPPORTED_CODEC", path: "/px" });
    expect(names).toEqual(["trades", "trades/sz b"]);
    expect(await root.tree()).toContain("px  object [");
  });

  test("with a dtype that is not known hides no neighbour either", async () => {
    const store = await book({ ...ZARRAY, dtype: "<f16" });
    await store.set(
      "/.zmetadata",
      encodeJson({
        zarr_consolidated_format: 1,
        metadata: {
          ".zgroup": ZGROUP,
          "px/.zarray": { ...ZARRAY, dtype: "<f16" },
          "sz/.zarray": ZARRAY,
          "sz/notes": {},
          "notes/.zattrs": {},
        },
      }),
    );
    const root = await openGroup(withReadOnly(store));
    await expect(root.array("px")).rejects.toMatchObject({
      code: "UNSUPPORTED_DATA_TYPE",
      path: "/px",
      message: expect.stringContaining('/.zmetadata: metadata["px/.zarray"]: dtype "<f16"'),
    });
    expect(await root.array("sz")).toMatchObject({ path: "/sz" });
    await expect(root.get("notes")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test.each<[string, JsonObject, string]>([
    [
      "of another kind",
      { zarr_consolidated_format: 2, metadata: {} },
      "zarr_consolidated_format must be the number 1, not 2",
    ],
    ["without metadata", { zarr_consolidated_format: 1 }, "metadata is missing"],
    [
      "with a document that is none",
      { zarr_consolidated_format: 1, metadata: { "px/.zarray": 1 } },
      'metadata["px/.zarray"] must be a metadata document, an object, not 1',
    ],
    [
      "that climbs out of its group",
      { zarr_consolidated_format: 1, metadata: { "../px/.zarray": ZARRAY } },
      'metadata["../px"] is not the path of a node',
    ],
  ])("%s is refused", async (_, document, message) => {
    const store = await book();
    await store.set("/.zmetadata", encodeJson(document));
    await expect(open(store)).rejects.toMatchObject({
      code: "METADATA_INVALID",
      path: "/",
      message: `/.zmetadata: ${message}`,
    });
  });
});

describe("changing what is Zarr v2", () => {
  const attempts: Record<string, (store: Store) => Promise<unknown>> = {
    set: async (store) => (await openArray(store, { mode: "r+", path: "px" })).set([0, 0], 1),
    append: async (store) =>
      (await openArray(store, { mode: "r+", path: "px" })).append(Int16Array.of(1, 2, 3, 4) as never),
    resize: async (store) => (await openArray(store, { mode: "r+", path: "px" })).resize([2, 4]),
    "an array's attributes": async (store) =>
      (await openArray(store, { mode: "r+", path: "px" })).updateAttributes({ scale: 1 }),
    "a group's attributes": async (store) =>
      (await openGroup(store, { mode: "r+" })).updateAttributes({ a: 1 }),
    "a new array": async (store) =>
      (await openGroup(store, { mode: "r+" })).createArray("new", {
        shape: [1],
        dataType: "int8",
        chunks: [1],
      }),
    "a new group": async (store) => (await openGroup(store, { mode: "r+" })).createGroup("new"),
    "a node in the place of one": async (store) =>
      (await openGroup(store, { mode: "r+" })).createGroup("px", { mode: "w" }),
    "a node by its path": (store) => createGroup(store, { path: "trades/deep/er" }),
    deleting: async (store) => (await openGroup(store, { mode: "r+" })).delete("px"),
  };

  test.each(Object.entries(attempts))("is refused, and leaves it as it is: %s", async (_, attempt) => {
    const store = await book();
    const before = await everythingIn(store);
    await expect(attempt(store)).rejects.toMatchObject({
      code: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("quarry migrate"),
    });
    expect(await everythingIn(store)).toEqual(before);
  });

  test("is possible where the whole of it is replaced", async () => {
    const store = await book();
    await createGroup(store, { mode: "w" });
    expect(Object.keys(await everythingIn(store))).toEqual(["/zarr.json"]);
  });
});

describe("inspect and verify", () => {
  test("know the documents of v2 from what does not belong there", async () => {
    const store = await book();
    await store.set("/px/notes.txt", Uint8Array.of(1));
    await store.set("/px/0.1", new Uint8Array(24));
    const report = await verify(store);
    expect(report).toMatchObject({ ok: true, arrays: 2, chunks: 1, unsealed: ["/"] });
    expect(report.strays).toEqual([
      { path: "/px/0.1", bytes: 24, kind: "outside" },
      { path: "/px/notes.txt", bytes: 1, kind: "unknown" },
    ]);
    expect(await inspect(store)).toMatchObject({
      kind: "group",
      groups: ["/", "/trades"],
      arrays: [
        { path: "/px", dataType: "int16", chunkShape: [3, 4], storedBytes: 48, objects: 2 },
        { path: "/trades/sz b", dataType: "uint8", objects: 0 },
      ],
      faults: [],
    });
  });

  test("say which arrays have checksums: those whose filters or compressor bring one", async () => {
    const store = await book({ ...ZARRAY, compressor: { id: "zlib", level: 1 } });
    await store.set("/px/0.0", deflateSync(new Uint8Array(24)));
    const { details, unchecked } = await verify(store);
    expect(details[0]).toMatchObject({ path: "/px", chunks: 1, hasChecksums: true });
    expect(unchecked).toEqual(["/trades/sz b"]);
  });

  test("find a chunk that is cut short, and one that is empty", async () => {
    const store = await book();
    await store.set("/px/0.0", new Uint8Array(23));
    await store.set("/px/1.0", new Uint8Array(0));
    const { faults } = await verify(store);
    expect(faults.map(({ array, chunk, code }) => ({ array, chunk, code }))).toEqual([
      { array: "/px", chunk: [0, 0], code: "CHUNK_CORRUPT" },
      { array: "/px", chunk: [1, 0], code: "CHUNK_CORRUPT" },
    ]);
    await expect((await openArray(store, { path: "px" })).get([5, 0])).rejects.toMatchObject({
      code: "CHUNK_CORRUPT",
    });
  });

  test("find consolidated metadata that is not what the nodes say", async () => {
    const store = await book();
    await (await openGroup(store, { mode: "r+" })).consolidate();
    expect(await verify(store)).toMatchObject({ ok: true });
    await store.set("/px/.zarray", encodeJson({ ...ZARRAY, shape: [5, 4] }));
    const { faults } = await verify(store);
    expect(faults).toMatchObject([{ array: "/px", code: "METADATA_INVALID" }]);
  });
});

test("a v2 store is read over HTTP", async () => {
  const values = await book();
  await (await openGroup(values, { mode: "r+" })).consolidate();
  const server = await serve(values);
  const px = await (await openGroup(new HttpStore(server.url))).array("px");
  expect(await px.get([slice(0, 3), 2])).toMatchObject({ data: Int16Array.of(2, 6, 10) });
  expect(await px.get([5, 0])).toBe(-1);
  expect(server.requests.map(({ path }) => path)).toEqual([
    "/zarr.json",
    ...["/.zarray", "/.zgroup", "/.zattrs", "/.zmetadata"],
    "/px/0.0",
    "/px/1.0",
  ]);
});
