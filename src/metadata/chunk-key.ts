/** Keys of chunks (of shards, where an array is sharded), relative to the array. */
export interface ChunkKeyEncoding {
  readonly name: "default" | "v2";
  readonly separator: "/" | ".";
}

/**
 * `default` gives `c/0/1` (`c` for an array of no dimensions), `v2` with its usual separator gives `0.1` (`0`).
 * @param coords grid coordinates of the chunk, one a dimension
 */
export function chunkKey(encoding: ChunkKeyEncoding, coords: readonly number[]): string {
  const joined = coords.join(encoding.separator);
  if (encoding.name === "v2") return joined === "" ? "0" : joined;
  return joined === "" ? "c" : `c${encoding.separator}${joined}`;
}
