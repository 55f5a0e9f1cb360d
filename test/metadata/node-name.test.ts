import { describe, expect, test } from "vitest";
import { checkNodeName, childPath, nodePath } from "../../src/metadata/node-name.ts";

const invalid = expect.objectContaining({ code: "KEY_INVALID" });

describe("a path of a node", () => {
  test.each([
    ["", "/"],
    ["/", "/"],
    ["bid_px", "/bid_px"],
    ["/trades/px", "/trades/px"],
    ["my group/Größe", "/my group/Größe"],
    ["__reserved", "/__reserved"],
    ["..a/.b", "/..a/.b"],
  ])("%j is %s", (path, absolute) => {
    expect(nodePath(path)).toBe(absolute);
  });

  test.each([
    "//",
    "a//b",
    "a/",
    "//a",
    ".",
    "..",
    "../a",
    "a/../b",
    "a/./b",
    "a/...",
    "a\\b",
    "a\0",
    "\udfff",
  ])("%j is none", (path) => {
    expect(() => nodePath(path)).toThrowError(invalid);
  });

  test("of a child has its parent's before it", () => {
    expect(childPath("/", "a")).toBe("/a");
    expect(childPath("/a", "b")).toBe("/a/b");
  });
});

describe("a name for a new node", () => {
  test.each(["bid_px", "2024-W32.zarr", "a b", "Größe", "-", "_a"])("may be %j", (name) => {
    checkNodeName(name);
  });

  test.each(["", ".", "..", "....", "a/b", "/", "__a", "zarr.json", "a\\b", "a\0b"])("is not %j", (name) => {
    expect(() => checkNodeName(name)).toThrowError(invalid);
  });
});
