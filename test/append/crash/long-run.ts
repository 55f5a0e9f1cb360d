/** Many rows in small batches: time and memory of an append must not depend on how many rows there are already. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWriter } from "../../../src/index.ts";
import { filesIn } from "../../kit/directory-state.ts";
import { createStore, rowsFrom } from "./known-rows.ts";

const BATCH_ROWS = 100;
const SHAPE = { chunkRows: 1024, shardRows: 131_072 };

export interface LongReport {
  readonly rows: number;
  /** Microseconds an append, and resident memory at its end in MiB, of the first and the last tenth. */
  readonly firstTenth: Tenth;
  readonly lastTenth: Tenth;
  readonly shards: number;
}

export interface Tenth {
  readonly meanUs: number;
  readonly medianUs: number;
  readonly residentMiB: number;
}

/** @throws where the files are not as many as the rows take */
export async function runLong(rows: number): Promise<LongReport> {
  const directory = await mkdtemp(join(tmpdir(), "quarry-long-"));
  const path = join(directory, "book.zarr");
  try {
    await createStore(path, SHAPE);
    const writer = await openWriter(path, { sync: "interval" });
    const batches = Math.ceil(rows / BATCH_ROWS);
    const tenths: Tenth[] = [];
    let took = new Float64Array(Math.ceil(batches / 10));
    let inTenth = 0;
    for (let i = 0; i < batches; i++) {
      const batch = rowsFrom(i * BATCH_ROWS, BATCH_ROWS);
      const began = performance.now();
      await writer.append(batch);
      took[inTenth++] = performance.now() - began;
      if (inTenth < took.length && i + 1 < batches) continue;
      tenths.push(tenthOf(took.subarray(0, inTenth)));
      took = new Float64Array(took.length);
      inTenth = 0;
    }
    await writer.close();
    const shards = (await filesIn(join(path, "bid_px", "c"))).length;
    const expected = Math.ceil((batches * BATCH_ROWS) / SHAPE.shardRows);
    if (shards !== expected) throw new Error(`${shards} shards, and ${expected} are what the rows take`);
    return { rows: batches * BATCH_ROWS, firstTenth: tenths[0]!, lastTenth: tenths.at(-1)!, shards };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function tenthOf(tookMs: Float64Array): Tenth {
  const sorted = tookMs.toSorted();
  return {
    meanUs: Math.round((1000 * tookMs.reduce((sum, ms) => sum + ms, 0)) / tookMs.length),
    medianUs: Math.round(1000 * sorted[sorted.length >> 1]!),
    residentMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  };
}
