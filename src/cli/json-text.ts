/** Documents for scripts that carry metadata of others. */
import { type JsonValue, stringifyJson } from "../metadata/json.ts";

/** JSON of `document`, with 64-bit integers as they are. */
export function jsonText(document: object): string {
  return stringifyJson(withoutBareWords(document as JsonValue));
}

/** zarr-python lets attributes hold NaN and infinities, which JSON cannot carry: they become strings. */
function withoutBareWords(value: JsonValue): JsonValue {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(withoutBareWords);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutBareWords(item)]));
}
