/**
 * The structure of metadata documents, checked with the JSON Schemas in `spec/schemas`.
 *
 * A failure is told in the schema's own words: each of its parts has a `description`, and the message is
 * `<field> must be <description>, not <what is there>`.
 */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import arraySchema from "../../spec/schemas/array.json" with { type: "json" };
import groupSchema from "../../spec/schemas/group.json" with { type: "json" };
import v2ArraySchema from "../../spec/schemas/v2-array.json" with { type: "json" };
import v2ConsolidatedSchema from "../../spec/schemas/v2-consolidated.json" with { type: "json" };
import v2GroupSchema from "../../spec/schemas/v2-group.json" with { type: "json" };
import { describeJson, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { type DocumentPlace, metadataError } from "./place.ts";
import { isPlainArray } from "./plain-array.ts";

const SCHEMAS = {
  array: arraySchema as Schema,
  group: groupSchema as Schema,
  "v2-array": v2ArraySchema as Schema,
  "v2-group": v2GroupSchema as Schema,
  "v2-consolidated": v2ConsolidatedSchema as Schema,
};

export type SchemaName = keyof typeof SCHEMAS;

const VALIDATORS = new Map(
  Object.entries(SCHEMAS).map(([name, schema]) => [name, new Validator(schema, "2020-12")]),
);

/**
 * What the schema called `name` has to say about `document`. Values below `depth` levels are checked for their
 * type only: the schema does not look at them, and the documents inside consolidated metadata are many.
 * @throws QuarryError `METADATA_INVALID`
 */
export function checkStructure(
  name: SchemaName,
  document: JsonObject,
  depth: number,
  place: DocumentPlace,
): void {
  if (name === "array" && isPlainArray(document)) return;
  const { valid, errors } = VALIDATORS.get(name)!.validate(projection(document, depth, place));
  // Errors are listed from the outside in: the last is the innermost.
  if (!valid) throw metadataError(place, explain(errors.at(-1)!, SCHEMAS[name], document));
}

/**
 * The top-level keys of `document` that are not in `known`. Zarr lets them be ignored where they say so.
 * @throws QuarryError `UNSUPPORTED_EXTENSION`
 */
export function extensionsOf(
  document: JsonObject,
  known: ReadonlySet<string>,
  place: DocumentPlace,
): JsonObject | undefined {
  const extensions = Object.entries(document).filter(([key]) => !known.has(key));
  for (const [key, value] of extensions) {
    if (isJsonObject(value) && value.must_understand === false) continue;
    throw metadataError(
      place,
      `the key ${JSON.stringify(key)} is not known here, and it does not say that it may be ignored ("must_understand": false)`,
      "UNSUPPORTED_EXTENSION",
    );
  }
  return extensions.length === 0 ? undefined : Object.fromEntries(extensions);
}

/**
 * A copy of what the validator is to see: no `bigint`, which it cannot handle, and no more than `depth` levels.
 * Neither can it handle keys that are not well-formed Unicode.
 */
function projection(value: JsonValue, depth: number, place: DocumentPlace): JsonValue {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return depth === 0 ? [] : value.map((item) => projection(item, depth - 1, place));
  if (!isJsonObject(value)) return value;
  if (depth === 0) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (LONE_SURROGATE.test(key)) {
        throw metadataError(place, `the key ${JSON.stringify(key)} is not well-formed Unicode`);
      }
      return [key, projection(item, depth - 1, place)];
    }),
  );
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function explain(error: OutputUnit, schema: Schema, document: JsonObject): string {
  const place = segments(error.instanceLocation);
  if (error.keyword === "false") return `${fieldName(place)} is not a key that belongs there`;
  const part = schemaPart(schema, segments(error.keywordLocation).slice(0, -1));
  const instance = place.reduce<JsonValue>((value, key) => (value as JsonObject)[key]!, document);
  if (error.keyword === "required") {
    const missing = part.required!.find((key) => !Object.hasOwn(instance as JsonObject, key))!;
    return `${fieldName([...place, missing])} is missing`;
  }
  const field = place.length === 0 ? "the document" : fieldName(place);
  return `${field} must be ${part.description}, not ${describeJson(instance)}`;
}

function segments(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Follows a keyword location; `$ref` steps into `$defs`. */
function schemaPart(root: Schema, path: readonly string[]): Schema {
  return path.reduce<Schema>(
    (part, key) => (key === "$ref" ? schemaPart(root, segments(part.$ref!)) : part[key]),
    root,
  );
}

/** `chunk_grid.configuration.chunk_shape[1]` */
function fieldName(place: readonly string[]): string {
  const name = place.map((key) => {
    if (/^\d+$/.test(key)) return `[${key}]`;
    return /^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return name.join("").replace(/^\./, "");
}
