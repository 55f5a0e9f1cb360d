/**
 * How large an array will be, and how long it will take: one chunk of the destination from the middle of the array is
 * read and encoded, and stands for all others. A guess for plans, and nothing else hangs on it.
 */
import { createChain } from "../codec/backend.ts";
import { isQuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { isListed } from "../metadata/typed-array.ts";
import { countOf } from "../zarr/array-data.ts";
import { arrayLayout } from "../zarr/array-layout.ts";
import { comparableBytes, newItems, placeItems } from "./items.ts";
import type { SourceArray } from "./source.ts";
import type { WindowSizes } from "./windows.ts";

export interface Estimate {
  readonly bytes: number;
  /** Of one thread that reads, writes and, where that is done, compares. */
  readonly seconds: number;
}

/** @returns undefined where a sample cannot be had: strings, arrays of nothing, a chunk that is damaged */
export async function estimateOf(
  source: SourceArray,
  destination: ArrayMetadata,
  { chunkRowsPerWindow }: WindowSizes,
  verify: boolean,
): Promise<Estimate | undefined> {
  const { dataType, shape } = source;
  if (isListed(dataType) || shape.length === 0 || shape.includes(0)) return undefined;
  const { cellPipeline } = arrayLayout(destination, source.path);
  const chunkShape = cellPipeline.chunk.shape;
  const start = chunkShape.map((extent, axis) =>
    axis === 0 ? Math.floor(shape[0]! / extent / 2) * extent : 0,
  );
  const part = chunkShape.map((extent, axis) => Math.min(extent, shape[axis]! - start[axis]!));
  const windowItems = countOf(chunkShape) * chunkRowsPerWindow;
  const chain = await createChain(cellPipeline, "chunk");
  const chunk = newItems(dataType, chunkShape);
  try {
    const startedMs = performance.now();
    const items = await source.readRegion(start, part);
    const readMs = performance.now() - startedMs;
    placeItems(chunk, chunkShape, items, { start: start.map(() => 0), shape: part }, dataType);
    const encoded = await chain.encode(comparableBytes(chunk, dataType), { path: source.path });
    const encodeMs = performance.now() - startedMs - readMs;
    const samples = countOf(shape) / countOf(part);
    // A chunk that lies in several windows is decoded for each.
    const reads = countOf(shape) / Math.max(countOf(part), Math.min(countOf(source.chunkShape), windowItems));
    // A comparison reads both sides.
    const milliseconds = samples * encodeMs + reads * readMs * (verify ? 3 : 1);
    return { bytes: Math.round(encoded.length * samples), seconds: milliseconds / 1000 };
  } catch (error) {
    if (isQuarryError(error)) return undefined;
    throw error;
  }
}
