/** What a writer stands on; tests put other things in its place. */
import type { Addon } from "../codec/native/addon.ts";
import type { AppendFiles } from "./files.ts";
import { NodeFiles } from "./node-files.ts";
import type { TailClock } from "./tail/tail-object.ts";

export interface WriterPlatform {
  readonly files: AppendFiles;
  readonly clock: TailClock;
  /** How long a reader may take for a whole shard in one piece, in milliseconds. */
  readonly settleMs: number;
}

/** How long a reader may take from an index to its chunks before their place is used again. */
const GRACE_MS = 10_000;
const SETTLE_MS = 250;

export function platformOf(addon: Addon): WriterPlatform {
  const clock = { nowMs: () => performance.now(), graceMs: GRACE_MS };
  return { files: new NodeFiles(addon), clock, settleMs: SETTLE_MS };
}
