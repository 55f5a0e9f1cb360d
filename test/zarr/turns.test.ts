/** Writers take turns whatever reaches the node: another handle, another root, a link, a wrapper. */
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  createArray,
  createGroup,
  MemoryStore,
  openArray,
  openGroup,
  slice,
  verify,
  withRequestCount,
} from "../../src/index.ts";
import type { ArrayChunk } from "../../src/zarr/array-access.ts";
import type { Location } from "../../src/zarr/open.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const OPTIONS = { shape: [0], dataType: "int32", chunks: [8] } as const;

/** Two ways to the same array, which is there. */
const WAYS: Readonly<Record<string, () => Promise<readonly [Location, string][]>>> = {
  "a group and the array's own directory": async () => {
    const directory = await temporaryDirectory();
    await (await createGroup(directory)).createArray("px", OPTIONS);
    return [
      [directory, "/px"],
      [join(directory, "px"), "/"],
    ];
  },
  "a directory and a link to it": async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, "real"));
    await symlink(join(directory, "real"), join(directory, "link"));
    await createArray(join(directory, "real", "px"), OPTIONS);
    return [
      [join(directory, "real", "px"), "/"],
      [join(directory, "link"), "/px"],
    ];
  },
  "a store and its wrappers": async () => {
    const store = new MemoryStore();
    await createArray(store, OPTIONS);
    return [
      [store, "/"],
      [withRequestCount(store), "/"],
      [withRequestCount(withRequestCount(store)), "/"],
    ];
  },
};

describe.each(Object.entries(WAYS))("writers through %s", (_, waysTo) => {
  test("append all of their rows", async () => {
    const ways = await waysTo();
    const arrays = await Promise.all(ways.map(([at, path]) => openArray(at, { mode: "r+", path })));
    const ROUNDS = 15;
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(arrays.map((array, i) => array.append(Int32Array.of(100 * i + round))));
    }
    const [at, path] = ways[0]!;
    const { data } = (await (await openArray(at, { path })).get()) as ArrayChunk<"int32">;
    const expected = arrays.flatMap((_, i) => Array.from({ length: ROUNDS }, (_, round) => 100 * i + round));
    expect([...data].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
  });

  test("lose none of the parts that they write into one chunk", async () => {
    const ways = await waysTo();
    const open = () => Promise.all(ways.map(([at, path]) => openArray(at, { mode: "r+", path })));
    await (await open())[0]!.append(new Int32Array(8));
    const arrays = await open();
    for (let round = 1; round < 30; round++) {
      await Promise.all(arrays.map((array, i) => array.set([slice(i, i + 1)], round)));
      const { data } = (await arrays[0]!.get()) as ArrayChunk<"int32">;
      expect([...data].slice(0, arrays.length)).toEqual(arrays.map(() => round));
    }
  });
});

const PLACES: readonly (readonly [string, () => Promise<Location>])[] = [
  ["a directory", () => temporaryDirectory()],
  ["a store of bytes", async () => new MemoryStore()],
];

describe.each(PLACES)("in %s", (_, locationOf) => {
  test.each<readonly [string, (location: Location) => Promise<unknown>]>([
    ["append", async (at) => (await openArray(at, { mode: "r+", path: "px" })).append(Int32Array.of(4, 5))],
    ["resize", async (at) => (await openArray(at, { mode: "r+", path: "px" })).resize([1])],
    [
      "attributes",
      async (at) => (await openArray(at, { mode: "r+", path: "px" })).updateAttributes({ tick: 1 }),
    ],
    ["creation", async (at) => (await openGroup(at, { mode: "r+" })).createArray("new", OPTIONS)],
    ["deletion", async (at) => (await openGroup(at, { mode: "r+" })).delete("other")],
  ])("consolidating beside %s leaves nothing stale", async (_, change) => {
    for (let round = 0; round < 10; round++) {
      const location = await locationOf();
      const root = await createGroup(location);
      await (await root.createArray("px", OPTIONS)).append(Int32Array.of(1, 2, 3));
      await root.createArray("other", OPTIONS);
      await Promise.all([root.consolidate(), change(location)]);
      const seen = await openGroup(location);
      const members = new Map<string, unknown>();
      for await (const [name, node] of seen.members()) members.set(name, node.metadata);
      const own = new Map<string, unknown>();
      for (const name of ["new", "other", "px"]) {
        const node = await openArray(location, { path: name }).catch(() => undefined);
        if (node !== undefined) own.set(name, node.metadata);
      }
      expect(members).toEqual(own);
      expect(await verify(location)).toMatchObject({ ok: true });
    }
  });

  test("a group that is made beside its first child keeps its attributes", async () => {
    for (let round = 0; round < 10; round++) {
      const location = await locationOf();
      await createGroup(location);
      const outcomes = await Promise.allSettled([
        createGroup(location, { path: "x", attributes: { v: 1 } }),
        createArray(location, { ...OPTIONS, path: "x/a" }),
      ]);
      const [made] = outcomes;
      const group = await openGroup(location, { path: "x" });
      // Either the group came first, or it was there already, made for the child.
      if (made.status === "fulfilled") expect(group.attributes).toEqual({ v: 1 });
      else expect(made.reason).toMatchObject({ code: "ALREADY_EXISTS" });
      expect((await openArray(location, { path: "x/a" })).shape).toEqual([0]);
    }
  });

  test("of an array and a node inside it, asked for at once, one is refused", async () => {
    for (let round = 0; round < 10; round++) {
      const location = await locationOf();
      await createGroup(location);
      const outcomes = await Promise.allSettled([
        createArray(location, { ...OPTIONS, path: "x" }),
        createArray(location, { ...OPTIONS, path: "x/a" }),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    }
  });

  test("a child that is made while its group is deleted is a node or none", async () => {
    for (let round = 0; round < 10; round++) {
      const location = await locationOf();
      const root = await createGroup(location);
      const group = await root.createGroup("h");
      await Promise.all([root.delete("h"), group.createArray("a", OPTIONS)]);
      const paths = [];
      for await (const [path] of (await openGroup(location)).members({ depth: 2 })) paths.push(path);
      expect([[], ["h", "h/a"]]).toContainEqual(paths);
    }
  });
});
