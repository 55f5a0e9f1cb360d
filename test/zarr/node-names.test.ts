/** Which names nodes may have, where they lead, and that none leads out of the store. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  createArray,
  createGroup,
  deleteNode,
  type Group,
  MemoryStore,
  open,
  openArray,
  openGroup,
  type Store,
} from "../../src/index.ts";
import { HttpStore } from "../../src/store/http-store.ts";
import { directoryState } from "../kit/directory-state.ts";
import { serve } from "../kit/http-server.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

/** Each is another node than each of the others: the ü of one character, that of two, and the large one. */
const NAMES = [
  "bid px",
  "50% off #1?",
  "a.b",
  "..x",
  "-r",
  "盤口",
  "📈",
  "ü",
  "u\u0308",
  "Ü",
  "zarr.json.bak",
  "c",
];

const memory = async (): Promise<Store> => new MemoryStore();
const locations: Record<string, () => Promise<Store | string>> = {
  "in memory": memory,
  "in a directory": temporaryDirectory,
};

async function withNames(root: Group): Promise<void> {
  for (const [index, name] of NAMES.entries()) {
    const group = await root.createGroup(name, { attributes: { index } });
    const inside = await group.createArray(name, { shape: [2], dataType: "int32", chunks: [2] });
    await inside.set(null, index);
  }
}

const membersOf = async (group: Group): Promise<string[]> => {
  const names: string[] = [];
  for await (const [name] of group.members({ depth: 2 })) names.push(name);
  return names;
};

const EXPECTED = NAMES.flatMap((name) => [name, `${name}/${name}`]).sort();

describe.each(Object.entries(locations))(
  "nodes with spaces, signs and Unicode in their names, %s,",
  (_, locate) => {
    test("are found by them, listed, consolidated and deleted", async () => {
      const location = await locate();
      const root = await createGroup(location);
      await withNames(root);
      expect((await membersOf(root)).sort()).toEqual(EXPECTED);
      await root.consolidate();
      const reading = await openGroup(location);
      expect((await membersOf(reading)).sort()).toEqual(EXPECTED);
      for (const [index, name] of NAMES.entries()) {
        expect((await reading.group(name)).attributes).toEqual({ index });
        expect(await (await reading.array(`${name}/${name}`)).get([1])).toBe(index);
        expect(await (await openArray(location, { path: `${name}/${name}` })).get([0])).toBe(index);
      }
      await (await openGroup(location, { mode: "r+" })).delete("ü");
      await expect(open(location, { path: "ü" })).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect(await open(location, { path: "u\u0308" })).toMatchObject({ path: "/u\u0308" });
    });
  },
);

test("nodes with signs in their names that mean something in an address are read over HTTP", async () => {
  const values = new MemoryStore();
  const root = await createGroup(values);
  await withNames(root);
  const server = await serve(values);
  for (const [index, name] of NAMES.entries()) {
    const array = await openArray(new HttpStore(server.url), { path: `${name}/${name}` });
    expect(await array.get([1])).toBe(index);
  }
});

describe("a group of Zarr v3 that is not written down", () => {
  test("is none: it is neither opened nor listed, and what lies below it is found by its path alone", async () => {
    const store = new MemoryStore();
    const root = await createGroup(store);
    await (await root.createGroup("a")).createArray("x", { shape: [1], dataType: "int8", chunks: [1] });
    await store.delete("/a/zarr.json");
    expect(await membersOf(root)).toEqual([]);
    await expect(root.get("a")).rejects.toMatchObject({ code: "NOT_FOUND", path: "/a" });
    await expect(open(store, { path: "a" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await root.array("a/x")).toMatchObject({ path: "/a/x" });
  });

  test("is written down when a node is created below it", async () => {
    const store = new MemoryStore();
    await createArray(store, { path: "a/b/x", shape: [1], dataType: "int8", chunks: [1] });
    expect(await membersOf(await openGroup(store))).toEqual(["a", "a/b"]);
  });

  test("is not what an empty directory or one of other files is", async () => {
    const directory = await temporaryDirectory();
    const root = await createGroup(directory);
    await mkdir(join(directory, "empty"));
    expect(await membersOf(root)).toEqual([]);
    await expect(root.group("empty")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a path that leads somewhere else than it says", () => {
  const PATHS = [
    "..",
    "../victim",
    "a/../../victim",
    "a/./b",
    "a//b",
    "a/",
    "//",
    "..\\victim",
    "a\0",
    "\ud800",
  ];
  const array = { shape: [1], dataType: "int8", chunks: [1] } as const;

  const attempts: Record<string, (location: string, path: string) => Promise<unknown>> = {
    open: (location, path) => open(location, { path }),
    "Group.get": async (location, path) => (await openGroup(location)).get(path),
    "Group.get of consolidated metadata": async (location, path) =>
      (await openGroup(location, { path: "sealed" })).get(path),
    createGroup: (location, path) => createGroup(location, { path, mode: "w" }),
    createArray: (location, path) => createArray(location, { ...array, path, mode: "w" }),
    "Group.createGroup": async (location, path) =>
      (await openGroup(location, { mode: "r+" })).createGroup(path, { mode: "w" }),
    "Group.createArray": async (location, path) =>
      (await openGroup(location, { mode: "r+" })).createArray(path, { ...array, mode: "w" }),
    "Group.delete": async (location, path) => (await openGroup(location, { mode: "r+" })).delete(path),
    deleteNode: (location, path) => deleteNode(location, { path }),
  };

  test.each(Object.entries(attempts))("is refused by %s, and nothing is touched", async (_, attempt) => {
    const directory = await temporaryDirectory();
    await createGroup(join(directory, "victim"));
    const location = join(directory, "store");
    await (await createGroup(location)).createGroup("a");
    await (await createGroup(location, { path: "sealed" })).consolidate();
    const before = await directoryState(directory);
    for (const path of PATHS) {
      await expect(attempt(location, path), JSON.stringify(path)).rejects.toMatchObject({
        code: "KEY_INVALID",
      });
    }
    expect(await directoryState(directory)).toEqual(before);
  });
});
