/**
 * Settings as a text that is the same for equal ones and for no others, to find again what was made for them. JSON has
 * no word for NaN, the infinities and -0 (it writes `null` and `0`), and none for a `bigint`: these are strings that
 * begin with NUL here, as no setting does.
 */
import type { JsonValue } from "../metadata/json.ts";

/** What JSON.stringify takes, and integers beyond 2^53. */
type Settings = JsonValue | readonly Settings[] | { readonly [key: string]: Settings };

export function distinctText(settings: Settings): string {
  return isPlain(settings) ? JSON.stringify(settings) : JSON.stringify(settings, beyondJson);
}

/** Asked first, since JSON.stringify takes twice as long where it has to ask for every value. */
function isPlain(value: Settings): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || value === null) return typeof value !== "bigint";
  if (Array.isArray(value)) return value.every(isPlain);
  for (const key in value) if (!isPlain((value as { readonly [key: string]: Settings })[key]!)) return false;
  return true;
}

function beyondJson(_: string, value: unknown): unknown {
  const isSpecial = typeof value === "bigint" || (typeof value === "number" && !isPlain(value));
  return isSpecial ? `\u0000${typeof value} ${Object.is(value, -0) ? "-0" : value}` : value;
}
