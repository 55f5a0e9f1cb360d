/** Zarr v2 in a store: found, listed, read by windows, inspected and verified. */
import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { encodeJson } from "../../src/metadata/json.ts";
import { HttpStore } from "../../src/store/http-store.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { ReadableStore, Store } from "../../src/store/store.ts";
import { withRequestCount } from "../../src/store/with-request-count.ts";
import { hierarchyText, readHierarchies } from "../../src/zarr/hierarchy-tree.ts";
import { slice } from "../../src/zarr/indexing/slice.ts";
import { inspect } from "../../src/zarr/inspect.ts";
import { createArray, createGroup, open, openArray, openGroup } from "../../src/zarr/open.ts";
import { verify } from "../../src/zarr/verify.ts";
import { serve } from "../kit/http-server.ts";
import { book, membersOf, ZARRAY, ZGROUP } from "../kit/v2-book.ts";

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

  test("gives lists in lists as they stand, whatever the order", async () => {
    const store = await book({
      ...ZARRAY,
      shape: [2, 3],
      chunks: [2, 3],
      dtype: "|O",
      fill_value: null,
      filters: [{ id: "json2" }],
    });
    await store.set("/px/0.0", encodeJson([["a", "b", "c"], ["d", 1, null], "|O", [2, 3]]));
    const { data } = await (await openArray(store, { path: "px" })).get();
    expect(data).toEqual(["a", "b", "c", "d", 1, null]);
  });

  test("is found below a group without a document, where consolidated metadata names it", async () => {
    const store = new MemoryStore();
    const documents = { ".zgroup": ZGROUP, "g/b/.zarray": ZARRAY };
    await store.set("/.zgroup", encodeJson(ZGROUP));
    await store.set("/.zmetadata", encodeJson({ zarr_consolidated_format: 1, metadata: documents }));
    await store.set("/g/b/.zarray", encodeJson(ZARRAY));
    // Nobody names this one.
    await store.set("/h/b/.zarray", encodeJson(ZARRAY));
    const text = "/\n└── g/b  int16 [6, 4]";
    expect((await readHierarchies(store)).map(hierarchyText)).toEqual([text]);
    expect(await (await openGroup(store)).tree()).toBe(text);
    expect(await inspect(store)).toMatchObject({ groups: ["/"], arrays: [{ path: "/g/b" }], faults: [] });
  });

  test("gives objects that belong to the caller: the fill value stands for many", async () => {
    const objects = { ...ZARRAY, shape: [2], chunks: [2], dtype: "|O", filters: [{ id: "json2" }] };
    const array = await openArray(await book({ ...objects, fill_value: { a: [1] } }), { path: "px" });
    const [first] = (await array.get()).data as [{ a: number[] }];
    first.a.push(2);
    (array.fillValue as { a: number[] }).a.push(3);
    expect((await array.get()).data).toEqual([{ a: [1] }, { a: [1] }]);
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
