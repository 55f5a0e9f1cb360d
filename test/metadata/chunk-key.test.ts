import { expect, test } from "vitest";
import { type ChunkKeyEncoding, chunkKey } from "../../src/metadata/chunk-key.ts";

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
});
