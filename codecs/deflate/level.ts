/** How much a deflate encoder tries: 0 stores, 9 is the most. numcodecs also has zlib's -1, its default. */
import type { JsonObject } from "../../src/metadata/json.ts";

export type DeflateLevel = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** JSON Schema of a level as numcodecs spells it. */
export const DEFLATE_LEVEL_SCHEMA: JsonObject = { type: "integer", minimum: -1, maximum: 9 };

const ZLIB_DEFAULT_LEVEL = 6;

export function deflateLevelOf(level: number): DeflateLevel {
  return (level === -1 ? ZLIB_DEFAULT_LEVEL : level) as DeflateLevel;
}
