/**
 * What the codec files share when they read their own configuration. The JSON Schema has been applied before
 * `resolve` runs, so that only what a schema cannot say (against this data type, this rank) is checked here.
 */
import { QuarryError } from "../src/errors.ts";
import type { JsonObject, JsonValue } from "../src/metadata/json.ts";

/** A configuration that contradicts itself or the chunk that it is meant for. */
export function configurationError(
  codec: string,
  problem: string,
  { cause }: { readonly cause?: unknown } = {},
): QuarryError {
  return new QuarryError("CODEC_CONFIGURATION", `codec ${codec}: ${problem}`, { codec, cause });
}

/** JSON Schema of an object that has these members and no others; `required` ones must be there. */
export function objectSchema(
  properties: { readonly [name: string]: JsonObject },
  required: readonly string[] = [],
): JsonObject {
  return {
    type: "object",
    properties: { ...properties },
    required: [...required] as JsonValue[],
    additionalProperties: false,
  };
}
