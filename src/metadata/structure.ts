/** The structure of metadata documents, checked with the JSON Schemas in `spec/schemas`. */
import arraySchema from "../../spec/schemas/array.json" with { type: "json" };
import groupSchema from "../../spec/schemas/group.json" with { type: "json" };
import v2ArraySchema from "../../spec/schemas/v2-array.json" with { type: "json" };
import v2ConsolidatedSchema from "../../spec/schemas/v2-consolidated.json" with { type: "json" };
import v2GroupSchema from "../../spec/schemas/v2-group.json" with { type: "json" };
import { DescribedSchema } from "./described-schema.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { type DocumentPlace, metadataError } from "./place.ts";
import { isPlainArray } from "./plain-array.ts";

const SCHEMAS = {
  array: new DescribedSchema(arraySchema),
  group: new DescribedSchema(groupSchema),
  "v2-array": new DescribedSchema(v2ArraySchema),
  "v2-group": new DescribedSchema(v2GroupSchema),
  "v2-consolidated": new DescribedSchema(v2ConsolidatedSchema),
};

export type SchemaName = keyof typeof SCHEMAS;

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
  const problem = SCHEMAS[name].problemOf(document, depth);
  if (problem !== undefined) throw metadataError(place, problem.message);
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
