/** A `.zarray` of int32 that tests change a member of. */
import { codecKindOf } from "../../../src/codec/registry.ts";
import { QuarryError } from "../../../src/errors.ts";
import type { ArrayMetadata } from "../../../src/metadata/array-metadata.ts";
import type { JsonObject } from "../../../src/metadata/json.ts";
import { parseArrayOfV2 } from "../../../src/metadata/v2/array.ts";

export const ZARRAY: JsonObject = {
  zarr_format: 2,
  shape: [6, 4],
  chunks: [3, 4],
  dtype: "<i4",
  compressor: null,
  fill_value: 0,
  order: "C",
  filters: null,
};

const PLACE = { path: "/px", label: "/px/.zarray: " };

export function metadataOf(members: JsonObject, attributes: JsonObject = {}): ArrayMetadata {
  return parseArrayOfV2({ ...ZARRAY, ...members }, attributes, PLACE, codecKindOf);
}

/** What {@link metadataOf} throws, perhaps because the member called `without` is not there. */
export function refusalOf(members: JsonObject, without?: string): QuarryError {
  const document = Object.fromEntries(
    Object.entries({ ...ZARRAY, ...members }).filter(([member]) => member !== without),
  );
  try {
    parseArrayOfV2(document, {}, PLACE, codecKindOf);
  } catch (error) {
    if (error instanceof QuarryError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(document)} is not refused`);
}
