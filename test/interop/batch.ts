/** The job and the answer of `batch.py`. */
import type { JsonObject } from "../../src/metadata/json.ts";
import { askPython } from "./python.ts";

export const PEERS = ["zarr-python", "tensorstore", "zarrs"] as const;
export type Peer = (typeof PEERS)[number];

interface Request {
  readonly peer: Peer;
  readonly path: string;
}

export interface ReadRequest extends Request {
  /** Of the box that is read; without them the array is read whole. */
  readonly start?: readonly number[];
  readonly stop?: readonly number[];
}

export interface WriteRequest extends Request {
  /** A `zarr.json`. */
  readonly document: JsonObject;
  readonly start: readonly number[];
  readonly stop: readonly number[];
  /** The items of that box; see `items.ts`. */
  readonly valuesFile: string;
  /** Whether items are text, not bytes, where the two look alike. */
  readonly isText: boolean;
}

/** What the peer read, or why it would not; of a successful write only that there is no refusal. */
export interface Answer {
  readonly shape?: readonly number[];
  readonly sha256?: string;
  readonly refusal?: string;
}

/** Has the peers write and read arrays: one process for all of them. */
export const exchangeBatch = (job: {
  readonly write: readonly WriteRequest[];
  readonly read: readonly ReadRequest[];
}): Promise<{ readonly written: readonly Answer[]; readonly read: readonly Answer[] }> =>
  askPython("batch.py", job as unknown as JsonObject);
