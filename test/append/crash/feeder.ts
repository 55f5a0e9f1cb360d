/**
 * The process that is killed: appends known rows to a store, and says on standard output what it was promised.
 *
 *     opened <rows>      the writer is open, and has so many rows
 *     acked <rows>       rows up to here have been acknowledged
 *     committed <rows>   readers see rows up to here
 */
import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { openGroup, openWriter, type SyncMode } from "../../../src/index.ts";
import { rowsFrom } from "./known-rows.ts";

export interface FeederJob {
  readonly path: string;
  readonly sync: SyncMode;
  readonly publishIntervalMs: number;
  /** Rows of a batch, at most. */
  readonly batchRows: number;
  /** Batches that are not waited for one by one. */
  readonly together: number;
  /** Commit and go on after so many batches; close after ten times as many. */
  readonly commitEvery: number;
  /** Between batches. */
  readonly pauseMs?: number;
}

const job = JSON.parse(process.argv[2]!) as FeederJob;
const say = (what: string): void => {
  writeSync(1, `${what}\n`);
};

for (;;) {
  const { path, sync, publishIntervalMs } = job;
  const writer = await openWriter(path, { sync, publishIntervalMs });
  const array = await (await openGroup(path)).array("ts_event");
  let next = array.shape[0]!;
  say(`opened ${next}`);
  for (let round = 1; round <= 10 * job.commitEvery; round++) {
    const appends = Array.from({ length: job.together }, async (_, i) => {
      const count = 1 + ((round * 31 + i * 17) % job.batchRows);
      const firstRow = next;
      next += count;
      const appended = await writer.append(rowsFrom(firstRow, count));
      if (appended.firstRow !== firstRow || appended.rows !== count) throw new Error("rows out of order");
      say(`acked ${firstRow + count}`);
    });
    await Promise.all(appends);
    if (job.pauseMs !== undefined) await delay(job.pauseMs);
    if (round % job.commitEvery !== 0) continue;
    await writer.commit();
    say(`committed ${next}`);
  }
  await writer.close();
}
