/** Hierarchies as trees, and nodes that are taken out of them. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  backend,
  createArray,
  createGroup,
  deleteNode,
  type Group,
  MemoryStore,
  open,
  openGroup,
  type Store,
  verify,
} from "../../src/index.ts";
import { encodeJson } from "../../src/metadata/json.ts";
import { hierarchyText, readHierarchies } from "../../src/zarr/hierarchy-tree.ts";
import { FaultyStore } from "../kit/faulty-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const { name } = backend();

async function newHierarchy(location: string | Store): Promise<Group> {
  const root = await createGroup(location, { attributes: { venue: "x" } });
  const px = await root.createArray("px", {
    shape: [10, 2],
    dataType: "int32",
    chunks: [4, 2],
    dimensionNames: ["ts", null],
  });
  await px.set(null, 7);
  const trades = await root.createGroup("trades");
  await (await trades.createArray("sz", { shape: [3], dataType: "uint16", chunks: [3] })).set(null, 1);
  await trades.createGroup("deep");
  await root.createGroup("trades-2");
  return root;
}

const TREE = `/
├── px  int32 [ts 10, 2]
├── trades/
│   ├── deep/
│   └── sz  uint16 [3]
└── trades-2/`;

describe.each(["local directory", "store of bytes"])(`a hierarchy in a %s (${name})`, (kind) => {
  let location: string | MemoryStore;
  let root: Group;
  beforeEach(async () => {
    location = kind === "local directory" ? await temporaryDirectory() : new MemoryStore();
    root = await newHierarchy(location);
  });

  async function names(): Promise<string[]> {
    const found: string[] = [];
    for await (const [name] of root.members({ depth: 9 })) found.push(name);
    return found;
  }

  it("is drawn as a tree, from its documents and from consolidated metadata", async () => {
    expect(await root.tree()).toBe(TREE);
    await root.consolidate();
    const reader = await openGroup(location);
    expect(reader.metadata.consolidated).toBeDefined();
    expect(await reader.tree()).toBe(TREE);
    const below = "trades/\n├── deep/\n└── sz  uint16 [3]";
    expect(await (await reader.group("trades")).tree()).toBe(below);
    expect(await (await root.group("trades")).tree()).toBe(below);
  });

  it("is drawn from consolidated metadata that does not name every group", async () => {
    await root.consolidate();
    const store = root.store as Store;
    const document = JSON.parse(new TextDecoder().decode(await store.get("/zarr.json")));
    const { trades, "trades/deep": deep, ...others } = document.consolidated_metadata.metadata;
    document.consolidated_metadata.metadata = { ...others, "trades/deep/er": deep, "px/below": deep };
    delete document.attributes.quarry;
    await store.set("/zarr.json", encodeJson(document));
    const tree = `/
├── px  int32 [ts 10, 2]
├── px/below/
├── trades/deep/er/
├── trades/sz  uint16 [3]
└── trades-2/`;
    expect(trades.node_type).toBe("group");
    expect(await (await openGroup(location)).tree()).toBe(tree);
  });

  it("is drawn to a depth", async () => {
    const expected = "/\n├── px  int32 [ts 10, 2]\n├── trades/\n└── trades-2/";
    expect(await root.tree({ depth: 1 })).toBe(expected);
    expect(await root.tree({ depth: 0 })).toBe("/");
    await root.consolidate();
    expect(await (await openGroup(location)).tree({ depth: 1 })).toBe(expected);
  });

  it("is given as data", async () => {
    const tree = await root.tree({ data: true });
    expect(tree).toMatchObject({ kind: "group", name: "/", path: "/", attributes: { venue: "x" } });
    expect(tree).toHaveProperty("children.1.children.1", {
      kind: "array",
      name: "sz",
      path: "/trades/sz",
      attributes: {},
      dataType: "uint16",
      shape: [3],
      dimensionNames: [null],
    });
  });

  it("shows a node that cannot be read, and its neighbours", async () => {
    await (root.store as Store).set("/trades/sz/zarr.json", new TextEncoder().encode("{"));
    expect(await root.tree()).toBe(TREE.replace("sz  uint16 [3]", "sz  unreadable: METADATA_INVALID"));
  });

  it("loses an array that is deleted, with its chunks", async () => {
    await root.delete("px");
    await expect(root.get("px")).rejects.toMatchObject({ code: "NOT_FOUND", path: "/px" });
    expect(await names()).toEqual(["trades", "trades/deep", "trades/sz", "trades-2"]);
    expect(await root.store.get("/px/c/0/0")).toBeUndefined();
    const again = await root.createArray("px", { shape: [10], dataType: "int32", chunks: [4] });
    expect(await again.get([9])).toBe(0);
  });

  it("loses a group that is deleted, with all below it, and nothing of a like name", async () => {
    await root.delete("trades");
    expect(await names()).toEqual(["px", "trades-2"]);
    await expect(open(location, { path: "trades/sz" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("loses a node below a node by its path", async () => {
    await root.delete("trades/sz");
    expect(await names()).toEqual(["px", "trades", "trades/deep", "trades-2"]);
  });

  it("is deleted as a whole at its location", async () => {
    await deleteNode(location);
    await expect(open(location)).rejects.toMatchObject({ code: "NOT_FOUND" });
    if (typeof location === "string") expect(await readdir(location)).toEqual([]);
  });

  it("does not keep consolidated metadata of what is deleted", async () => {
    await root.consolidate();
    await deleteNode(location, { path: "trades/sz" });
    expect((await openGroup(location)).metadata.consolidated).toBeUndefined();
    expect(await verify(location)).toMatchObject({ ok: true });
  });

  it("loses a node whose document cannot be read", async () => {
    await (root.store as Store).set("/px/zarr.json", new TextEncoder().encode("{"));
    await root.delete("px");
    expect(await names()).not.toContain("px");
  });

  it.each([
    ["a node that is not there", "nope", { code: "NOT_FOUND" }],
    ["a chunk", "px/c/0/0", { code: kind === "local directory" ? "STORE_FAILED" : "NOT_FOUND" }],
    ["the group itself", "", { code: "KEY_INVALID" }],
    ["a path out of the store", "../px", { code: "KEY_INVALID" }],
  ])("refuses to delete %s", async (_, path, error) => {
    await expect(root.delete(path)).rejects.toMatchObject(error);
    expect(await root.tree()).toBe(TREE);
  });

  it("refuses to delete from a group that is open for reading", async () => {
    await expect((await openGroup(location)).delete("px")).rejects.toMatchObject({ code: "READ_ONLY" });
    expect(await root.tree()).toBe(TREE);
  });

  it("does not get a node back by writes that were under way", async () => {
    const sz = await root.array("trades/sz");
    const writes = Array.from({ length: 5 }, () => sz.append(Uint16Array.of(1, 2)));
    await Promise.all([root.delete("trades"), Promise.allSettled(writes)]);
    await expect(sz.append(Uint16Array.of(3))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(sz.updateAttributes({ late: true })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await names()).toEqual(["px", "trades-2"]);
    expect(await root.store.get("/trades/sz/zarr.json")).toBeUndefined();
  });

  it("ends deletions of a node and of one above it, asked for at once", async () => {
    const outcomes = await Promise.allSettled([
      root.delete("trades/sz"),
      root.delete("trades"),
      root.delete("trades/deep"),
    ]);
    expect(outcomes[1]!.status).toBe("fulfilled");
    expect(await names()).toEqual(["px", "trades-2"]);
  });
});

it(`a hierarchy in a store that cannot list is drawn from consolidated metadata (${name})`, async () => {
  const store = new MemoryStore();
  await (await newHierarchy(store)).consolidate();
  const mute = Object.assign(store, { listDirectory: undefined, list: undefined }) as unknown as Store;
  expect((await readHierarchies(mute)).map(hierarchyText)).toEqual([TREE]);
  expect(await (await openGroup(mute)).tree()).toBe(TREE);
});

it(`a deletion that fails at any step leaves the whole node, or none (${name})`, async () => {
  for (const operation of ["set", "delete", "deletePrefix"] as const) {
    const inner = new MemoryStore();
    await (await newHierarchy(inner)).consolidate();
    const store = new FaultyStore(inner);
    const root = await openGroup(store, { mode: "r+" });
    store.inject({ operation, effect: { kind: "refuse" } });
    await expect(root.delete("px")).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(store.fired).toHaveLength(1);
    const after = await openGroup(inner, { mode: "r+" });
    if (operation === "deletePrefix") {
      expect(await after.tree()).not.toContain("px");
      await expect(after.get("px")).rejects.toMatchObject({ code: "NOT_FOUND" });
    } else {
      expect(await (await after.array("px")).get([9, 1])).toBe(7);
    }
  }
});

it(`a node of Zarr v2 is not deleted (${name})`, async () => {
  const directory = await temporaryDirectory();
  await createGroup(directory);
  await mkdir(join(directory, "old"));
  await writeFile(join(directory, "old", ".zgroup"), '{"zarr_format": 2}');
  await expect(deleteNode(directory, { path: "old" })).rejects.toMatchObject({ code: "UNSUPPORTED_FORMAT" });
});

it(`an array alone at its location is deleted (${name})`, async () => {
  const store = new MemoryStore();
  await createArray(store, { shape: [1], dataType: "int8", chunks: [1] });
  await deleteNode(store);
  await expect(open(store)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
