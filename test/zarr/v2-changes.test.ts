/** The one document of Zarr v2 that is written, `.zmetadata`, and that nothing else is changed. */
import { describe, expect, test } from "vitest";
import { encodeJson, type JsonObject } from "../../src/metadata/json.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { Store } from "../../src/store/store.ts";
import { withReadOnly } from "../../src/store/with-read-only.ts";
import { createArray, createGroup, open, openArray, openGroup } from "../../src/zarr/open.ts";
import { book, everythingIn, ZARRAY, ZGROUP } from "../kit/v2-book.ts";

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

  test("holds the nodes of its own format alone", async () => {
    const store = await book();
    const v3 = new MemoryStore();
    await createArray(v3, { path: "new", shape: [2], dataType: "int8", chunks: [2] });
    await store.set("/new/zarr.json", (await v3.get("/new/zarr.json"))!);
    await v3.set("/old/.zarray", encodeJson(ZARRAY));
    await (await openGroup(store, { mode: "r+" })).consolidate();
    await (await openGroup(v3, { mode: "r+" })).consolidate();
    const namesIn = async (mixed: Store): Promise<string[]> => [
      ...(await openGroup(mixed)).metadata.consolidated!.keys(),
    ];
    expect((await namesIn(store)).sort()).toEqual(["px", "trades", "trades/sz b"]);
    expect(await namesIn(v3)).toEqual(["new"]);
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
