import { expect, test } from "vitest";
import { type ChunkKeyEncoding, chunkKey, parseChunkKey } from "../../src/metadata/chunk-key.ts";

test.each<[ChunkKeyEncoding["name"], ChunkKeyEncoding["separator"], number[], string]>([
  ["default", "/", [0, 12], "c/0/12"],
  ["default", "/", [3], "c/3"],
  ["default", "/", [], "c"],
  ["default", ".", [0, 12], "c.0.12"],
  ["default", ".", [], "c"],
  ["v2", ".", [0, 12], "0.12"],
  ["v2", "/", [0, 12], "0/12"],
  ["v2", ".", [], "0"],
])("%s with %s: chunk %j has the key %s", (name, separator, coords, key) => {
  expect(chunkKey({ name, separator }, coords)).toBe(key);
  expect(parseChunkKey({ name, separator }, key, coords.length)).toEqual(coords);
});

test.each([
  "zarr.json",
  "c",
  "c/0",
  "c/0/1/2",
  "c/00/1",
  "c/0/-1",
  "c/0/1.5",
  "c/0/NaN",
  "c/0/",
  "c/0/1e2",
  "d/0/1",
  "0/1",
])("%s is the key of no chunk of two dimensions", (key) => {
  expect(parseChunkKey({ name: "default", separator: "/" }, key, 2)).toBeUndefined();
});
