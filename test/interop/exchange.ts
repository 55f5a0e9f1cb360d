/** The job and the answer of `exchange.py`. */

import type { CodecMetadata } from "../../src/metadata/array-metadata.ts";
import type { DataTypeName } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { askPython } from "./python.ts";

/** What a reader saw: enough to tell any two arrays apart, small enough for JSON. */
export interface Seen {
  readonly dataType: string;
  readonly shape: readonly number[];
  /** Of the C-order little-endian bytes. */
  readonly sha256: string;
  /** Of one element holding the fill value. */
  readonly fillSha256: string;
  readonly attributes: JsonObject;
  readonly dimensionNames: readonly (string | null)[] | null;
  readonly chunks: readonly number[];
  readonly shards: readonly number[] | null;
}

export interface ReadRequest {
  readonly store: string;
  readonly array: string;
}

export interface WriteRequest extends ReadRequest {
  readonly shape: readonly number[];
  readonly dataType: DataTypeName;
  readonly chunks: readonly number[];
  readonly shards: readonly number[] | null;
  readonly filters: readonly CodecMetadata[];
  readonly endian: "little" | "big";
  readonly compressors: readonly CodecMetadata[];
  /** One element, little-endian. */
  readonly fillHex: string;
  readonly attributes: JsonObject;
  readonly dimensionNames: readonly string[] | null;
  readonly valuesFile: string | null;
}

/** Has zarr-python write and read arrays: one process for all of them. */
export const exchangeWithZarrPython = (job: {
  readonly write: readonly WriteRequest[];
  readonly read: readonly ReadRequest[];
}): Promise<{ readonly written: readonly Seen[]; readonly read: readonly Seen[] }> =>
  askPython("exchange.py", job as unknown as JsonObject);
