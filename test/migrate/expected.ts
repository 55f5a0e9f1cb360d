/** What `../shared/legacy/expected.json` says of legacy stores; its `conventions` explain each field. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedPath } from "../kit/shared.ts";

export type Rows = readonly [start: number, stop: number];

export interface ExpectedArray {
  readonly shape: readonly number[];
  readonly dtype: string | readonly unknown[];
  readonly sha256?: string;
  readonly sha256_with_lost_rows_as_fill_value?: string;
  readonly lost?: readonly { readonly rows: Rows }[];
  readonly silently_wrong?: readonly { readonly rows: Rows; readonly sha256_of_the_wrong_rows?: string }[];
  readonly surviving?: readonly { readonly rows: Rows; readonly sha256: string }[];
}

export interface ExpectedStore {
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, ExpectedArray>>;
}

export const LEGACY = sharedPath("legacy");

/** By path below {@link LEGACY}. */
export function expectedStores(): Readonly<Record<string, ExpectedStore>> {
  return JSON.parse(readFileSync(join(LEGACY, "expected.json"), "utf8")).stores;
}

/** What all of an array decodes to, lost rows being the fill value. */
export function expectedHash({ sha256, sha256_with_lost_rows_as_fill_value }: ExpectedArray): string {
  return sha256 ?? sha256_with_lost_rows_as_fill_value!;
}
