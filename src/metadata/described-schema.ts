/**
 * JSON Schemas whose parts say in words what they ask for, so that a failure can be told as
 * `<field> must be <description>, not <what is there>`: every part has a `description`.
 */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import { describeJson, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { nearestName } from "./nearest-name.ts";

/** The innermost thing that is wrong with a document. */
export interface SchemaProblem {
  /** Keys and indices from the top of the document to what is wrong, or to what lacks something. */
  readonly place: readonly string[];
  /** A sentence that names the field. */
  readonly message: string;
}

export class DescribedSchema {
  readonly #schemas: ReadonlyMap<string, Schema>;
  readonly #root: Schema;
  readonly #validator: Validator;

  /** @param related schemas that `schema` refers to by their `$id` */
  constructor(schema: object, related: readonly object[] = []) {
    this.#root = schema as Schema;
    this.#validator = new Validator(this.#root, "2020-12");
    for (const other of related) this.#validator.addSchema(other as Schema);
    this.#schemas = new Map([schema, ...related].map((each) => [(each as Schema).$id!, each as Schema]));
  }

  /**
   * What is wrong with `document`, undefined where nothing is.
   * @param depth values below so many levels are checked for their type only, for a schema that looks no deeper
   */
  problemOf(document: JsonObject, depth = Number.POSITIVE_INFINITY): SchemaProblem | undefined {
    const badKeys: string[] = [];
    const projection = projectionOf(document, depth, badKeys);
    if (badKeys.length > 0) {
      return { place: [], message: `the key ${JSON.stringify(badKeys[0])} is not well-formed Unicode` };
    }
    const { valid, errors } = this.#validator.validate(projection);
    // Errors are listed from the outside in: the last is the innermost.
    return valid ? undefined : this.#explain(errors.at(-1)!, errors.at(-2), document);
  }

  /** @param outer the error that `error` is the inside of */
  #explain(error: OutputUnit, outer: OutputUnit | undefined, document: JsonObject): SchemaProblem {
    const place = segments(error.instanceLocation);
    if (error.keyword === "false") {
      const { properties = {} } = this.#partAt(segments(outer!.keywordLocation).slice(0, -1));
      const meant = nearestName(place.at(-1)!, Object.keys(properties));
      const question = meant === undefined ? "" : `; did you mean ${meant}?`;
      return { place, message: `${fieldName(place)} is not a key that belongs there${question}` };
    }
    const part = this.#partAt(segments(error.keywordLocation).slice(0, -1));
    const instance = place.reduce<JsonValue>((value, key) => (value as JsonObject)[key]!, document);
    if (error.keyword === "required") {
      const missing = part.required!.find((key) => !Object.hasOwn(instance as JsonObject, key))!;
      return { place, message: `${fieldName([...place, missing])} is missing` };
    }
    const field = place.length === 0 ? "the document" : fieldName(place);
    return { place, message: `${field} must be ${part.description}, not ${describeJson(instance)}` };
  }

  /** Follows a keyword location; `$ref` steps into `$defs`, or into a related schema. */
  #partAt(path: readonly string[]): Schema {
    let root = this.#root;
    let part = root;
    for (const key of path) {
      if (key !== "$ref") {
        part = part[key];
        continue;
      }
      const [id = "", pointer = ""] = part.$ref!.split("#");
      root = id === "" ? root : this.#schemas.get(id)!;
      part = segments(pointer).reduce<Schema>((inner, step) => inner[step], root);
    }
    return part;
  }
}

/**
 * A copy of what the validator is to see: no `bigint`, which it cannot handle, and no more than `depth` levels.
 * Neither can it handle keys that are not well-formed Unicode: they are left out, and added to `badKeys`.
 */
function projectionOf(value: JsonValue, depth: number, badKeys: string[]): JsonValue {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) {
    return depth === 0 ? [] : value.map((item) => projectionOf(item, depth - 1, badKeys));
  }
  if (!isJsonObject(value)) return value;
  if (depth === 0) return {};
  const entries = Object.entries(value).filter(([key]) => {
    const isBad = LONE_SURROGATE.test(key);
    if (isBad) badKeys.push(key);
    return !isBad;
  });
  return Object.fromEntries(entries.map(([key, item]) => [key, projectionOf(item, depth - 1, badKeys)]));
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** A place in a document as text: `chunk_grid.configuration.chunk_shape[1]`. */
export function fieldName(place: readonly string[]): string {
  const name = place.map((key) => {
    if (/^\d+$/.test(key)) return `[${key}]`;
    return /^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return name.join("").replace(/^\./, "");
}

function segments(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~"));
}
