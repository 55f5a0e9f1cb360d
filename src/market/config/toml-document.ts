/**
 * A TOML document as JSON, and the line on which each of its keys stands.
 *
 * The parser keeps no lines of keys, and they are needed only where something is wrong. A key stands in the first
 * statement behind the longest run of whole statements, from the top of the document, that does not give it yet; a run
 * of lines is whole where it parses by itself.
 */
import { parse, TomlDate, TomlError, type TomlTable, type TomlValue } from "smol-toml";
import { type ErrorCode, QuarryError } from "../../errors.ts";
import { fieldName } from "../../metadata/described-schema.ts";
import type { JsonObject, JsonValue } from "../../metadata/json.ts";

/** Tables in tables and lists in lists, at most: the documents that are read here have five levels. */
const DEPTH_MAX = 64;

export class TomlDocument {
  /** Integers beyond 2^53 are `bigint`; `nan` and `inf` are the strings that Zarr has for them. */
  readonly value: JsonObject;
  readonly #text: string;
  readonly #file: string;
  readonly #code: ErrorCode;

  /**
   * @param code of errors, which name `file` and a line
   * @throws QuarryError with `code`
   */
  constructor(text: string, file: string, code: ErrorCode) {
    this.#text = text;
    this.#file = file;
    this.#code = code;
    let table: TomlTable;
    try {
      table = parseToml(text);
    } catch (cause) {
      if (!(cause instanceof TomlError)) throw cause;
      throw this.#fault(cause.line, `${firstLineOf(cause.message)} (column ${cause.column})`, cause);
    }
    this.value = this.#json(table, []) as JsonObject;
  }

  /** What is wrong at `place` (keys and indices from the top) as an error that names file and line. */
  faultAt(place: readonly string[], message: string): QuarryError {
    return this.#fault(this.lineOf(place), message);
  }

  /** The line, from 1, on which the statement stands that first gives what is at `place`; of the nearest above it. */
  lineOf(place: readonly string[]): number {
    for (let length = place.length; length > 0; length -= 1) {
      const line = this.#lineOfStatement(place.slice(0, length));
      if (line !== undefined) return line;
    }
    return 1;
  }

  #lineOfStatement(place: readonly string[]): number | undefined {
    const lines = this.#text.split("\n");
    let wholeLines = 0;
    for (let count = 1; count <= lines.length; count += 1) {
      let table: TomlTable;
      try {
        table = parseToml(lines.slice(0, count).join("\n"));
      } catch {
        continue;
      }
      if (has(table, place)) return wholeLines + 1;
      wholeLines = count;
    }
    return undefined;
  }

  #json(value: TomlValue, place: readonly string[]): JsonValue {
    if (typeof value === "number" && !Number.isFinite(value)) return String(value);
    if (value instanceof TomlDate) {
      throw this.faultAt(place, `${fieldName(place)} is a date; dates are written as strings here`);
    }
    if (Array.isArray(value)) return value.map((item, index) => this.#json(item, [...place, String(index)]));
    if (typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value as TomlTable).map(([key, item]) => [key, this.#json(item, [...place, key])]),
    );
  }

  #fault(line: number, message: string, cause?: unknown): QuarryError {
    return new QuarryError(this.#code, `${this.#file}:${line}: ${message}`, { path: this.#file, cause });
  }
}

function parseToml(text: string): TomlTable {
  return parse(text, { integersAsBigInt: "asNeeded", unsafeKeyBehaviour: "throw", maxDepth: DEPTH_MAX });
}

function has(table: TomlTable, place: readonly string[]): boolean {
  let at: unknown = table;
  for (const key of place) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as { readonly [key: string]: unknown })[key];
  }
  return true;
}

/** Without the excerpt of the document that follows. */
function firstLineOf(message: string): string {
  return message.split("\n", 1)[0]!;
}
