import { describe, expect, test } from "vitest";
import { parseArrayMetadata, serializeArrayMetadata } from "../../src/metadata/array-metadata.ts";
import {
  type GroupMetadata,
  parseGroupMetadata,
  parseNodeMetadata,
  serializeGroupMetadata,
} from "../../src/metadata/group-metadata.ts";
import type { JsonObject, JsonValue } from "../../src/metadata/json.ts";

function arrayDocument(changes: JsonObject = {}): JsonObject {
  return {
    shape: [3],
    data_type: "int8",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [3] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: 0,
    codecs: [{ name: "bytes", configuration: {} }],
    attributes: {},
    zarr_format: 3,
    node_type: "array",
    storage_transformers: [],
    ...changes,
  };
}

function groupDocument(changes: JsonObject = {}): JsonObject {
  return { attributes: {}, zarr_format: 3, node_type: "group", ...changes };
}

function consolidatedRoot(metadata: JsonObject): JsonObject {
  return groupDocument({ consolidated_metadata: { kind: "inline", must_understand: false, metadata } });
}

const EMPTY_BLOCK = { kind: "inline", must_understand: false, metadata: {} };

describe("group metadata", () => {
  test("is read and written", () => {
    const document = groupDocument({ attributes: { venue: "binance" } });
    const metadata = parseGroupMetadata(document, "/");
    expect(metadata).toEqual({
      nodeType: "group",
      attributes: { venue: "binance" },
      consolidated: undefined,
      extensions: undefined,
    });
    expect(JSON.stringify(serializeGroupMetadata(metadata))).toBe(JSON.stringify(document));
  });

  test("may lack attributes, and have null for consolidated metadata as early zarr-python wrote it", () => {
    const metadata = parseGroupMetadata(
      { zarr_format: 3, node_type: "group", consolidated_metadata: null },
      "/",
    );
    expect(metadata).toMatchObject({ attributes: {}, consolidated: undefined });
  });

  test("keeps keys that may be ignored, and refuses others", () => {
    const metadata = parseGroupMetadata(groupDocument({ x_note: { must_understand: false } }), "/");
    expect(serializeGroupMetadata(metadata)).toHaveProperty("x_note", { must_understand: false });
    expect(() => parseGroupMetadata(groupDocument({ x_note: {} }), "/")).toThrowError(
      expect.objectContaining({ code: "UNSUPPORTED_EXTENSION" }),
    );
  });

  test.each<[string, JsonObject]>([
    ["zarr_format is missing", { node_type: "group" }],
    ['node_type must be "group", not "array"', groupDocument({ node_type: "array" })],
    ["attributes must be an object, not an empty array", groupDocument({ attributes: [] })],
    [
      'consolidated_metadata.kind must be "inline", not "remote"',
      groupDocument({ consolidated_metadata: { ...EMPTY_BLOCK, kind: "remote" } }),
    ],
    [
      "consolidated_metadata.must_understand must be false, not true",
      groupDocument({ consolidated_metadata: { ...EMPTY_BLOCK, must_understand: true } }),
    ],
    [
      "consolidated_metadata.metadata is missing",
      groupDocument({ consolidated_metadata: { kind: "inline", must_understand: false } }),
    ],
    ["consolidated_metadata.metadata.a must be a metadata document, not 5", consolidatedRoot({ a: 5 })],
    [
      'consolidated_metadata.metadata["../a"] is not the path of a node',
      consolidatedRoot({ "../a": arrayDocument() }),
    ],
    [
      'consolidated_metadata.metadata["/a"] is not the path of a node',
      consolidatedRoot({ "/a": arrayDocument() }),
    ],
    [
      'consolidated_metadata.metadata[""] is not the path of a node',
      consolidatedRoot({ "": arrayDocument() }),
    ],
  ])("is refused when %s", (message, document) => {
    expect(() => parseGroupMetadata(document, "/book")).toThrowError(
      expect.objectContaining({
        code: "METADATA_INVALID",
        path: "/book",
        message: `/book/zarr.json: ${message}`,
      }),
    );
  });
});

describe("consolidated metadata", () => {
  const root = consolidatedRoot({
    bid_px: arrayDocument({ shape: [7] }),
    trades: groupDocument({ attributes: { a: 1 }, consolidated_metadata: EMPTY_BLOCK }),
    "trades/px": arrayDocument({ shape: [8] }),
    "trades/deep": groupDocument({ consolidated_metadata: EMPTY_BLOCK }),
    "trades/deep/x": arrayDocument({ shape: [9] }),
    tradesman: groupDocument({ consolidated_metadata: EMPTY_BLOCK }),
  });

  test("gives every node by its path", () => {
    const nodes = parseGroupMetadata(root, "/").consolidated!;
    expect([...nodes.keys()]).toEqual([
      "bid_px",
      "trades",
      "trades/px",
      "trades/deep",
      "trades/deep/x",
      "tradesman",
    ]);
    expect(nodes.size).toBe(6);
    expect(nodes.get("trades/px")).toMatchObject({ nodeType: "array", shape: [8] });
    expect(nodes.get("trades/nothing")).toBeUndefined();
    expect(nodes.has("trades")).toBe(true);
    expect(nodes.get("bid_px")).toBe(nodes.get("bid_px"));
    expect([...nodes.values()]).toEqual([...nodes].map(([, node]) => node));
    const visited: string[] = [];
    nodes.forEach((node, path) => {
      visited.push(`${path}:${node.nodeType}`);
    });
    expect(visited).toContain("trades/deep:group");
  });

  test("gives a group inside the part that lies below it", () => {
    const nodes = parseGroupMetadata(root, "/").consolidated!;
    const trades = nodes.get("trades") as GroupMetadata;
    expect([...trades.consolidated!.keys()]).toEqual(["px", "deep", "deep/x"]);
    const deep = trades.consolidated!.get("deep") as GroupMetadata;
    expect(deep.consolidated!.get("x")).toMatchObject({ shape: [9] });
    expect([...(nodes.get("trades/deep") as GroupMetadata).consolidated!.keys()]).toEqual(["x"]);
    expect((nodes.get("tradesman") as GroupMetadata).consolidated!.size).toBe(0);
  });

  test("names both documents in an error, and the bad node keeps no other from being read", () => {
    const group = parseGroupMetadata(
      consolidatedRoot({
        good: arrayDocument(),
        trades: groupDocument({ consolidated_metadata: EMPTY_BLOCK }),
        "trades/bad": arrayDocument({ shape: [-1] }),
      }),
      "/book",
    );
    expect(group.consolidated!.get("good")).toMatchObject({ nodeType: "array" });
    const error = expect.objectContaining({
      code: "METADATA_INVALID",
      path: "/book/trades/bad",
      message:
        '/book/zarr.json: consolidated_metadata.metadata["trades/bad"]: shape[0] must be an integer from 0 to 2^53 - 1, not -1',
    });
    expect(() => group.consolidated!.get("trades/bad")).toThrowError(error);
    const trades = group.consolidated!.get("trades") as GroupMetadata;
    expect(() => trades.consolidated!.get("bad")).toThrowError(error);
  });

  test("is written by depth, then by name without case, with an empty block in each group", () => {
    const array = parseArrayMetadata(arrayDocument(), "/x");
    const group: GroupMetadata = { nodeType: "group", attributes: {}, consolidated: undefined };
    const document = serializeGroupMetadata({
      nodeType: "group",
      attributes: {},
      consolidated: new Map<string, GroupMetadata | typeof array>([
        ["b/a", array],
        ["C", array],
        ["b", { ...group, consolidated: new Map([["a", array]]) }],
        ["a", array],
      ]),
    });
    const block = document.consolidated_metadata as JsonObject;
    expect(Object.keys(block)).toEqual(["kind", "must_understand", "metadata"]);
    const metadata = block.metadata as JsonObject;
    expect(Object.keys(metadata)).toEqual(["a", "b", "C", "b/a"]);
    expect(metadata.b).toEqual(groupDocument({ consolidated_metadata: EMPTY_BLOCK }));
    expect(metadata.a).toEqual(serializeArrayMetadata(array));
  });

  test("comes back as it was read", () => {
    expect(serializeGroupMetadata(parseGroupMetadata(root, "/"))).toEqual(root);
  });
});

test("metadata of a node is an array's or a group's, as the document says", () => {
  expect(parseNodeMetadata(arrayDocument(), "/a").nodeType).toBe("array");
  expect(parseNodeMetadata(groupDocument(), "/a").nodeType).toBe("group");
  for (const document of [{ zarr_format: 3 }, { zarr_format: 3, node_type: "link" }] as JsonValue[]) {
    expect(() => parseNodeMetadata(document, "/a")).toThrowError(
      expect.objectContaining({ code: "METADATA_INVALID", message: expect.stringContaining("node_type") }),
    );
  }
});
