/**
 * Chunks that an array should have and has not. A chunk that is not there reads as the fill value, without an error,
 * which is right for an array that was never filled and wrong for a week that lost a file. Our writer stores every chunk
 * of a book, even one of nothing but missing levels, and says so in the store's attribute `all_chunks_stored`.
 */
import { QuarryError } from "../errors.ts";
import { parseChunkKey } from "../metadata/chunk-key.ts";
import type { ZarrArray } from "../zarr/array.ts";

/**
 * Lists what `array` stores; of a store that cannot list, nothing is known and nothing checked.
 * @param path how the array is called
 * @throws QuarryError `NOT_FOUND` where a chunk (a shard, where it is sharded) is not there; `STORE_FAILED`
 */
export async function checkAllStored(array: ZarrArray, path: string): Promise<void> {
  const { store, shape, shards, chunks, metadata } = array;
  if (store.list === undefined) return;
  const extents = shards ?? chunks;
  const counts = shape.map((length, axis) => Math.ceil(length / extents[axis]!));
  const expected = counts.reduce((product, count) => product * count, 1);
  const stored = new Set<string>();
  for await (const key of store.list(array.path)) {
    const name = key.slice(array.path.length + 1);
    const place = parseChunkKey(metadata.chunkKeyEncoding, name, shape.length);
    if (place?.every((index, axis) => index < counts[axis]!)) stored.add(place.join());
  }
  if (stored.size === expected) return;
  const lost = firstOutside(stored, counts);
  const what = shards === undefined ? "chunk" : "shard";
  throw new QuarryError(
    "NOT_FOUND",
    `${path} lacks ${expected - stored.size} of its ${expected} ${what}s, the first at [${lost.join(", ")}]`,
    { path, [what]: lost },
  );
}

/** The first place in C order that is not in `stored`, of which there is one. */
function firstOutside(stored: ReadonlySet<string>, counts: readonly number[]): number[] {
  const place = counts.map(() => 0);
  while (stored.has(place.join())) {
    for (let axis = counts.length - 1; axis >= 0; axis -= 1) {
      place[axis]! += 1;
      if (place[axis]! < counts[axis]!) break;
      place[axis] = 0;
    }
  }
  return place;
}
