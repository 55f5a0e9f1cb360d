/**
 * Proves that an array arrived: source and destination are opened and decoded once more, each by itself, and compared
 * by a hash a window. The hash runs over all items in C order, so that equal hashes behind a window say that everything
 * up to there is equal, and the last one is the array's own.
 */
import { createHash, type Hash } from "node:crypto";
import { QuarryError } from "../errors.ts";
import type { ZarrArray } from "../zarr/array.ts";
import { slice } from "../zarr/indexing/slice.ts";
import { comparableBytes } from "./items.ts";
import { readAhead } from "./read-ahead.ts";
import type { SourceFault } from "./report.ts";
import type { SourceArray } from "./source.ts";
import { WindowReader } from "./window-reader.ts";
import { hashedWindows, type WindowSizes } from "./windows.ts";

export interface CompareOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the decoded bytes of each window. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * @param lost chunks of the source that are the fill value in the destination
 * @returns the SHA-256 of all items, see `MigratedArray.sha256`
 * @throws QuarryError `CHUNK_CORRUPT` where they differ; what reading either throws
 */
export async function compareArray(
  source: SourceArray,
  destination: ZarrArray,
  sizes: WindowSizes,
  lost: readonly SourceFault[],
  { signal, onBytes }: CompareOptions,
): Promise<string> {
  const { dataType } = source;
  const windows = [...hashedWindows(destination.metadata, sizes.objectsPerWindow)];
  const reader = new WindowReader(source, { chunkByChunk: sizes.readsChunkByChunk, lost, signal });
  const expected = readAhead(windows, dataType, (window, reuse) => reader.read(window, reuse));
  const found = readAhead(windows, dataType, async ({ start, shape }, reuse) => {
    const out = reuse && { data: reuse, shape };
    const region = start.map((first, axis) => slice(first, first + shape[axis]!));
    const result = await destination.get(region, { signal, ...(out && { out }) });
    // The item itself, of an array without dimensions.
    return shape.length > 0 ? (result as { data: typeof reuse & {} }).data : (reuse ?? ([result] as never));
  });
  const expectedHash = createHash("sha256");
  const foundHash = createHash("sha256");
  try {
    for await (const { window, items } of expected) {
      signal?.throwIfAborted();
      const written = await found.next();
      const bytes = comparableBytes(items, dataType);
      expectedHash.update(bytes);
      foundHash.update(comparableBytes(written.value!.items, dataType));
      if (digestSoFar(expectedHash) !== digestSoFar(foundHash)) throw differs(source, window);
      onBytes(window.shape.reduce((count, extent) => count * extent, dataType.itemBytes));
    }
  } finally {
    await found.return(undefined);
  }
  return foundHash.digest("hex");
}

function digestSoFar(hash: Hash): string {
  return hash.copy().digest("hex");
}

function differs(
  { path }: SourceArray,
  { start, shape }: { start: readonly number[]; shape: readonly number[] },
) {
  return new QuarryError(
    "CHUNK_CORRUPT",
    `${path}: what was written differs from the source in the items from [${start.join(", ")}] on, [${shape.join(", ")}] of them; ` +
      "nothing was published. Either side may have changed meanwhile, or the disk or memory of this machine is faulty",
    { path },
  );
}
