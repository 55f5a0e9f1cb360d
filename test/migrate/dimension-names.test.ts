/** Names that dimensions get which the source names none of. */
import { expect, test } from "vitest";
import { dataTypeOf } from "../../src/metadata/data-type.ts";
import { defaultFillValue } from "../../src/metadata/fill-value.ts";
import type { NodePath } from "../../src/metadata/node-name.ts";
import { namesOfDimensions } from "../../src/migrate/dimension-names.ts";
import type { SourceArray } from "../../src/migrate/source.ts";

const INT64 = dataTypeOf("int64");

function array(
  path: NodePath,
  shape: readonly number[],
  dimensionNames?: readonly (string | null)[],
): SourceArray {
  return {
    path,
    dataType: INT64,
    shape,
    chunkShape: shape,
    chunkMemoryBytes: 0,
    fillValue: defaultFillValue(INT64),
    fillValueIsUndefined: false,
    dimensionNames,
    attributes: {},
    encoding: "",
    encodedBytes: 0,
    verifiesContent: true,
    readRegion: () => Promise.reject(new Error("nothing is read here")),
  };
}

const names = (...arrays: SourceArray[]) => Object.fromEntries(namesOfDimensions(arrays));

test("names that are there stay, also where some are missing", () => {
  expect(names(array("/px", [4, 2], ["t", null]))).toEqual({ "/px": ["t", null] });
});

test("rows are called after the time array that has as many", () => {
  expect(names(array("/px", [4, 2]), array("/timestamps", [4]), array("/other", [5]))).toEqual({
    "/px": ["timestamps", "px_1"],
    "/timestamps": ["timestamps"],
    "/other": ["other_0"],
  });
});

test("rows are called as neighbours of as many rows call theirs", () => {
  expect(
    names(array("/px", [4, 2], ["time", "level"]), array("/timestamps", [4]), array("/sz", [4, 2])),
  ).toEqual({
    "/px": ["time", "level"],
    "/timestamps": ["time"],
    "/sz": ["time", "sz_1"],
  });
});

test("a name is not taken over that stands for another length, or on which neighbours differ", () => {
  expect(names(array("/a", [4], ["x"]), array("/b", [5], ["x"]), array("/c", [4]))["/c"]).toEqual(["c_0"]);
  expect(names(array("/a", [4], ["x"]), array("/b", [4], ["y"]), array("/c", [4]))["/c"]).toEqual(["c_0"]);
});

test("a collector's arrays have the dimensions that their layout tells", () => {
  const book = names(
    array("/data", [4, 50, 3]),
    array("/snapshot_metadata", [4, 4]),
    array("/timestamps", [4]),
  );
  expect(book).toEqual({
    "/data": ["timestamps", "level", "column"],
    "/snapshot_metadata": ["timestamps", "field"],
    "/timestamps": ["timestamps"],
  });
});

test("groups are named by themselves, and one item has no dimension", () => {
  expect(names(array("/time", [4]), array("/a/px", [4]), array("/a/tick", []))).toEqual({
    "/time": ["time"],
    "/a/px": ["px_0"],
    "/a/tick": [],
  });
  expect(names(array("/", [4]))).toEqual({ "/": ["array_0"] });
});
