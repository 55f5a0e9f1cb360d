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

/**
 * The coordinates that `key` stands for, the inverse of {@link chunkKey}; undefined for a key that it never gives.
 * @param rank dimensions of the array
 */
export function parseChunkKey(
  encoding: ChunkKeyEncoding,
  key: string,
  rank: number,
): readonly number[] | undefined {
  const prefix = encoding.name === "default" ? `c${encoding.separator}` : "";
  const coords = rank === 0 ? [] : key.slice(prefix.length).split(encoding.separator).map(Number);
  const areIndices = coords.every((coord) => Number.isSafeInteger(coord) && coord >= 0);
  return areIndices && coords.length === rank && chunkKey(encoding, coords) === key ? coords : undefined;
}
