/**
 * Any sequence of nodes that are created, changed, consolidated and deleted gives the hierarchy that a plain map of
 * paths does, to whoever had it open and to whoever opens it anew (test/kit/property.ts says how many sequences).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  backend,
  createArray,
  createGroup,
  type Group,
  isQuarryError,
  MemoryStore,
  openGroup,
  verify,
  type ZarrArray,
} from "../../src/index.ts";
import type { Location } from "../../src/zarr/open.ts";
import { holds } from "../kit/property.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const EVERYDAY_RUNS = 60;

/** Few, alike, and one below the other, so that operations meet. */
const paths = fc.constantFrom("a", "a b", "a/a", "a/ab", "ab/a", "a/a/a");

const operations = fc.oneof(
  fc.record({
    kind: fc.constantFrom("group" as const, "array" as const),
    path: paths,
    replace: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom("delete" as const, "append" as const, "attribute" as const),
    path: paths,
  }),
  fc.record({ kind: fc.constant("consolidate" as const) }),
);
type Operation = typeof operations extends fc.Arbitrary<infer O> ? O : never;

/** What is at a path: a group, or an array of so many rows. */
interface ModelNode {
  rows: number | undefined;
  changes: number;
}

describe(`a hierarchy against a plain map (${backend().name})`, () => {
  it.each(["a local directory", "a store of bytes"])("in %s", async (kind) => {
    const directory = await temporaryDirectory();
    let hierarchies = 0;
    const check = async (drawn: readonly Operation[]): Promise<void> => {
      hierarchies += 1;
      await agrees(kind === "a local directory" ? `${directory}/${hierarchies}` : new MemoryStore(), drawn);
    };
    await holds(`hierarchy in ${kind}`, fc.array(operations, { maxLength: 14 }), check, EVERYDAY_RUNS);
  });
});

async function agrees(location: Location, drawn: readonly Operation[]): Promise<void> {
  const root = await createGroup(location);
  const model = new Map<string, ModelNode>();
  for (const operation of drawn) {
    const expected = apply(model, operation);
    const actual = await run(location, root, operation).catch((error: unknown) => {
      if (isQuarryError(error)) return error.code;
      throw error;
    });
    expect(actual).toBe(expected);
    expect(await nodesOf(root)).toEqual(linesOf(model));
    // A reader, which goes by consolidated metadata where there is any.
    expect(await nodesOf(await openGroup(location))).toEqual(linesOf(model));
  }
  expect(await verify(location)).toMatchObject({ ok: true });
}

/** Changes the map, or gives the code of the error that the operation has to end with. */
function apply(model: Map<string, ModelNode>, operation: Operation): string | undefined {
  if (operation.kind === "consolidate") return undefined;
  const { kind, path } = operation;
  const node = model.get(path);
  switch (kind) {
    case "group":
    case "array": {
      if (node !== undefined && !operation.replace) return "ALREADY_EXISTS";
      const parents = path.split("/").map((_, depth, names) => names.slice(0, depth).join("/"));
      if (parents.some((parent) => model.get(parent)?.rows !== undefined)) return "KEY_INVALID";
      remove(model, path);
      for (const parent of parents.slice(1)) {
        if (!model.has(parent)) model.set(parent, { rows: undefined, changes: 0 });
      }
      model.set(path, { rows: kind === "group" ? undefined : 0, changes: 0 });
      return undefined;
    }
    case "delete":
      if (node === undefined) return "NOT_FOUND";
      remove(model, path);
      return undefined;
    case "append":
      if (node?.rows === undefined) return "NOT_FOUND";
      node.rows += 2;
      return undefined;
    case "attribute":
      if (node === undefined) return "NOT_FOUND";
      node.changes += 1;
      return undefined;
  }
}

function remove(model: Map<string, ModelNode>, path: string): void {
  for (const other of [...model.keys()]) {
    if (other === path || other.startsWith(`${path}/`)) model.delete(other);
  }
}

async function run(location: Location, root: Group, operation: Operation): Promise<undefined> {
  if (operation.kind === "consolidate") {
    await root.consolidate();
    return;
  }
  const { kind, path } = operation;
  switch (kind) {
    case "group":
      await createGroup(location, { path, mode: operation.replace ? "w" : "w-" });
      return;
    case "array": {
      const mode = operation.replace ? "w" : "w-";
      await createArray(location, { path, mode, shape: [0], dataType: "int8", chunks: [4] });
      return;
    }
    case "delete":
      await root.delete(path);
      return;
    case "append":
      await ((await root.array(path)) as ZarrArray<"int8">).append(Int8Array.of(1, 2));
      return;
    case "attribute": {
      const node = await root.get(path);
      await node.updateAttributes({ changes: Number(node.attributes.changes ?? 0) + 1 });
    }
  }
}

type NodeLine = readonly [path: string, rows: number | undefined, changes: number];

async function nodesOf(root: Group): Promise<NodeLine[]> {
  const lines: NodeLine[] = [];
  for await (const [path, node] of root.members({ depth: 9 })) {
    const rows = "shape" in node ? node.shape[0] : undefined;
    lines.push([path, rows, Number(node.attributes.changes ?? 0)]);
  }
  return lines.sort(byPath);
}

function linesOf(model: Map<string, ModelNode>): NodeLine[] {
  return [...model].map(([path, { rows, changes }]): NodeLine => [path, rows, changes]).sort(byPath);
}

function byPath([a]: NodeLine, [b]: NodeLine): number {
  return a < b ? -1 : 1;
}
