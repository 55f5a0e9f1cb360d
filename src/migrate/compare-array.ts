/**
 * Proves that an array arrived: source and destination are opened and decoded once more, each by itself, and every
 * window of theirs is compared byte by byte, which says what equal hashes of both would say, and costs one hash less.
 * The hash that is taken runs over all items in C order: it is the array's own.
 */
import { createHash } from "node:crypto";
import { QuarryError } from "../errors.ts";
import type { ZarrArray } from "../zarr/array.ts";
import { slice } from "../zarr/indexing/slice.ts";
import type { ReadingOptions } from "./copy-array.ts";
import { comparableBytes } from "./items.ts";
import { readWindows } from "./read-windows.ts";
import type { SourceFault } from "./report.ts";
import type { SourceArray } from "./source.ts";
import { WindowReader } from "./window-reader.ts";
import { comparedWindows, type WindowSizes } from "./windows.ts";

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
  { memory, signal, onBytes }: ReadingOptions,
): Promise<string> {
  const { dataType } = source;
  const windows = [...comparedWindows(destination.metadata, sizes.chunkRowsPerWindow)];
  const reader = new WindowReader(source, { chunkByChunk: sizes.isAlone, lost, signal });
  const reading = { memory, isAhead: !sizes.isAlone };
  const expected = readWindows(windows, dataType, reading, (window, reuse) => reader.read(window, reuse));
  const found = readWindows(windows, dataType, reading, async ({ start, shape }, reuse) => {
    const out = reuse && { data: reuse, shape };
    const region = start.map((first, axis) => slice(first, first + shape[axis]!));
    const result = await destination.get(region, { signal, ...(out && { out }) });
    // The item itself, of an array without dimensions.
    return shape.length > 0 ? (result as { data: typeof reuse & {} }).data : (reuse ?? ([result] as never));
  });
  const hash = createHash("sha256");
  try {
    for await (const { window, items } of expected) {
      signal?.throwIfAborted();
      const written = comparableBytes((await found.next()).value!.items, dataType);
      if (Buffer.compare(written, comparableBytes(items, dataType)) !== 0) throw differs(source, window);
      hash.update(written);
      onBytes(window.shape.reduce((count, extent) => count * extent, dataType.itemBytes));
    }
  } finally {
    await found.return(undefined);
  }
  return hash.digest("hex");
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
