/**
 * JSON as metadata needs it: 64-bit integers survive, damage has a line and a column.
 *
 * - An integer beyond ±(2^53 - 1) is a `bigint`, every other number a `number`; a literal beyond the range of
 *   float64 is refused. Writing is the inverse: a `number` beyond 2^53 is written with an exponent, so that it
 *   comes back as a `number`, and -0 keeps its sign.
 * - `scale_factor` and `add_offset` are always written as floats (`1.0`). CF readers, xarray among them, take the
 *   type of unpacked values from the type of these two, and JavaScript has no way to tell 1.0 from 1. The
 *   `scale_factor` of a data type of times is another matter: zarr-python takes nothing but an integer for it.
 * - A key given twice in an object with different values is refused: which one counts would be a guess.
 * - `__proto__` is an ordinary key; no input reaches a prototype.
 * - Python's `json` writes the bare words `NaN`, `Infinity` and `-Infinity`, and zarr-python lets it do so in
 *   attributes. They are read, and never written anew: no other Zarr library accepts them.
 * - A document that is only changed ({@link editJson}) keeps every literal that is not touched as it stands: `1.0`
 *   stays a float to Python, and its bare words stay.
 */
import { LosslessNumber, parse, stringify } from "lossless-json";
import { QuarryError } from "../errors.ts";

/** JSON values in which integers beyond 2^53 are `bigint`. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * @param path the document that `text` comes from; it is named in errors
 * @throws QuarryError `METADATA_INVALID`
 */
export function parseJson(text: string, path?: string): JsonValue {
  return parseOrdinary(text) ?? parseStrictly(text, path);
}

/**
 * What `JSON.parse`, five times as fast, reads just as the strict parser does: undefined for a text with a long or
 * immense number, and for one with a key given twice, which JSON.parse leaves out, so that the keys that are left are
 * fewer than the colons behind quotes.
 */
function parseOrdinary(text: string): JsonValue | undefined {
  if (NOT_ORDINARY.test(text)) return undefined;
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    // The strict parser knows the bare words of Python, and says where the damage is.
    return undefined;
  }
  const keys = keyCount(value, DEPTH_MAX);
  // Every key has a colon behind it: where there are no more, no key is missing, nor has a string one.
  return keys === colonCount(text) || keys === (text.match(/"\s*:/g)?.length ?? 0) ? value : undefined;
}

function colonCount(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) count += 1;
  return count;
}

/** An integer that may be beyond 2^53, an exponent that may be beyond float64, a key that is none to JSON.parse. */
const NOT_ORDINARY = /\d{16}|[eE]\+?\d{3}|__proto__/;

/** Deeper ones are left to the strict parser. */
const DEPTH_MAX = 100;

function keyCount(value: JsonValue, depth: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth === 0) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += keyCount(item, depth - 1);
  } else {
    for (const key in value) count += 1 + keyCount(value[key]!, depth - 1);
  }
  return count;
}

function parseStrictly(text: string, path: string | undefined): JsonValue {
  const source = PYTHON_WORD.test(text) ? withPlaceholders(text) : text;
  try {
    checkNesting(source);
    return parse(source, null, parseNumber) as JsonValue;
  } catch (cause) {
    throw new QuarryError("METADATA_INVALID", `${path ?? "JSON"}: ${describe(cause, source)}`, {
      path,
      cause,
    });
  }
}

/**
 * Whoever walks through a document recurses, and nobody is to run out of stack: a thousand levels are what Python's
 * own parser stops at.
 */
const NESTING_MAX = 1000;

/** @throws SyntaxError */
function checkNesting(source: string): void {
  let depth = 0;
  for (const [token] of source.matchAll(STRING_OR_BRACKET)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > NESTING_MAX)
      throw new SyntaxError(`the JSON is nested too deeply, beyond ${NESTING_MAX} levels`);
  }
}

const STRING_OR_BRACKET = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|[[\]{}]/g;

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The same from the bytes of a document, which must be UTF-8.
 * @throws QuarryError `METADATA_INVALID`
 */
export function decodeJson(bytes: Uint8Array, path?: string): JsonValue {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch (cause) {
    throw new QuarryError("METADATA_INVALID", `${path ?? "JSON"}: the document is not UTF-8`, {
      path,
      cause,
    });
  }
  return parseJson(text, path);
}

/**
 * @param indent spaces a level; 0 writes one line
 * @throws QuarryError `METADATA_INVALID` for NaN and infinities, which JSON cannot carry, for what is no JSON value at
 *   all (`undefined`, a function, a typed array, a `Date` …), and for what is nested deeper than it could be read again
 */
export function stringifyJson(value: JsonValue, indent = 2): string {
  assertJson(value, "", 0);
  return stringify(value, withFloatAttributes, indent, NUMBER_STRINGIFIERS)!;
}

/** {@link stringifyJson} as the bytes of a document. */
export function encodeJson(value: JsonValue, indent = 2): Uint8Array {
  return new TextEncoder().encode(stringifyJson(value, indent));
}

/** A parsed document whose numbers are the literals that were read; what is put in is ordinary JSON. */
export interface EditableJson {
  [key: string]: unknown;
}

/**
 * Changes a document. What `edit` leaves alone is written back literally (but for white space).
 * @param indent spaces a level; 0 writes one line
 * @throws QuarryError `METADATA_INVALID`, for what is not JSON
 */
export function editJson(
  bytes: Uint8Array,
  path: string,
  edit: (document: EditableJson) => void,
  indent = 2,
): Uint8Array {
  let document: unknown;
  try {
    document = parse(withPlaceholders(UTF8.decode(bytes)));
  } catch (cause) {
    throw new QuarryError("METADATA_INVALID", `${path}: ${(cause as Error).message}`, { path, cause });
  }
  if (!isJsonObject(document as JsonValue)) {
    throw new QuarryError("METADATA_INVALID", `${path}: the document must be an object`, { path });
  }
  edit(document as EditableJson);
  const text = stringify(document, withFloatAttributes, indent, NUMBER_STRINGIFIERS)!;
  return new TextEncoder().encode(withoutPlaceholders(text));
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What `value` is, in the words of an error message: short, however large it is. */
export function describeJson(value: JsonValue): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "bigint" ? String(value) : JSON.stringify(value).slice(0, 80);
}

const INTEGER = /^-?\d+$/;

function parseNumber(literal: string): number | bigint {
  const value = PLACEHOLDER_VALUES.get(literal) ?? Number(literal);
  if (INTEGER.test(literal)) return Number.isSafeInteger(value) ? value : BigInt(literal);
  if (!Number.isFinite(value) && !PLACEHOLDER_VALUES.has(literal)) {
    throw new SyntaxError(`the number ${literal} is beyond the range of float64`);
  }
  return value;
}

/**
 * The parser knows no bare words, so they become number literals that mean nothing else: these exponents are
 * beyond float64, hence refused when a document spells them itself without any bare word.
 */
const PLACEHOLDERS = new Map([
  ["NaN", "7e999999997"],
  ["Infinity", "7e999999998"],
  ["-Infinity", "-7e999999998"],
]);
const PLACEHOLDER_VALUES = new Map([...PLACEHOLDERS].map(([word, literal]) => [literal, Number(word)]));

const WORDS = new Map([...PLACEHOLDERS].map(([word, literal]) => [literal, word]));

/** A cheap test that most documents fail; a hit may still lie inside a string. */
const PYTHON_WORD = /NaN|Infinity/;
const STRING_OR_WORD = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|NaN|-?Infinity/g;

function withPlaceholders(text: string): string {
  return text.replace(STRING_OR_WORD, (token) => PLACEHOLDERS.get(token) ?? token);
}

const STRING_OR_PLACEHOLDER = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|-?7e99999999[78]/g;

function withoutPlaceholders(text: string): string {
  return text.replace(STRING_OR_PLACEHOLDER, (token) => WORDS.get(token) ?? token);
}

function describe(cause: unknown, source: string): string {
  // The parser recurses, and somebody may have left it little stack.
  if (!(cause instanceof SyntaxError)) return "the JSON is nested too deeply";
  const position = /position (\d+)/.exec(cause.message)?.[1];
  if (position === undefined) return cause.message;
  const before = source.slice(0, Number(position)).split("\n");
  return `${cause.message} (line ${before.length}, column ${before.at(-1)!.length + 1})`;
}

const NUMBER_STRINGIFIERS = [
  { test: (value: unknown) => Object.is(value, -0), stringify: () => "-0.0" },
  {
    test: (value: unknown) => Number.isInteger(value) && !Number.isSafeInteger(value),
    stringify: (value: unknown) => (value as number).toExponential(),
  },
];

const FLOAT_ATTRIBUTES: ReadonlySet<string> = new Set(["scale_factor", "add_offset"]);

const TIME_TYPES: ReadonlySet<unknown> = new Set(["numpy.datetime64", "numpy.timedelta64"]);

function withFloatAttributes(key: string, value: unknown): unknown {
  if (isJsonObject(value as JsonValue) && TIME_TYPES.has((value as JsonObject).name)) {
    const { configuration, ...others } = value as JsonObject;
    if (isJsonObject(configuration) && Number.isSafeInteger(configuration.scale_factor)) {
      const scale_factor = new LosslessNumber(String(configuration.scale_factor));
      return { ...others, configuration: { ...configuration, scale_factor } };
    }
  }
  return FLOAT_ATTRIBUTES.has(key) && Number.isSafeInteger(value) && !Object.is(value, -0)
    ? new LosslessNumber(`${value}.0`)
    : value;
}

function assertJson(value: unknown, place: string, depth: number): void {
  switch (typeof value) {
    case "boolean":
    case "string":
    case "bigint":
      return;
    case "number":
      if (Number.isFinite(value)) return;
      throw new QuarryError(
        "METADATA_INVALID",
        `JSON cannot carry ${value}${at(place)}; write it as the string "${value}"`,
      );
    case "object": {
      if (value === null) return;
      if (depth === NESTING_MAX) {
        throw new QuarryError(
          "METADATA_INVALID",
          `a value holds itself, or is nested beyond ${NESTING_MAX} levels`,
        );
      }
      if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) assertJson(item, `${place}[${index}]`, depth + 1);
        return;
      }
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype === Object.prototype || prototype === null) {
        for (const [key, item] of Object.entries(value)) assertJson(item, `${place}.${key}`, depth + 1);
        return;
      }
    }
  }
  const kind = Object.prototype.toString.call(value);
  throw new QuarryError("METADATA_INVALID", `${kind} is not a JSON value${at(place)}`);
}

function at(place: string): string {
  return place === "" ? "" : ` (at ${place.replace(/^\./, "")})`;
}
