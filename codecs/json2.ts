/**
 * `numcodecs.json2` and its predecessor `numcodecs.json` (array to bytes): the items of a chunk as JSON; see
 * objects/item-list.ts. Zarr v2 only, and read only. Integers beyond 2^53 are bigints; Python's NaN and Infinity are read.
 *
 * Configuration: `{ "encoding": "utf-8", … }`; all other members say how Python is to write.
 * Specification: https://numcodecs.readthedocs.io/en/stable/other/json.html
 */
import { isQuarryError } from "../src/errors.ts";
import { decodeJson } from "../src/metadata/json.ts";
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";
import { CodecFault } from "./fault.ts";
import type { ListShape } from "./objects/item-list.ts";
import { itemListCodec } from "./objects/item-list-codec.ts";

function parse(encoded: Uint8Array): unknown {
  try {
    return decodeJson(encoded);
  } catch (cause) {
    if (!isQuarryError(cause)) throw cause;
    throw new CodecFault("malformed", { cause });
  }
}

function jsonDefinition(name: string, listShape: ListShape): CodecDefinition {
  return {
    kind: "array-to-bytes",
    name,
    configurationSchema: objectSchema({
      encoding: { enum: ["utf-8", "utf8", "ascii"] },
      skipkeys: { type: "boolean" },
      ensure_ascii: { type: "boolean" },
      check_circular: { type: "boolean" },
      allow_nan: { type: "boolean" },
      sort_keys: { type: "boolean" },
      indent: { type: ["integer", "boolean", "string", "null"] },
      separators: { type: ["array", "null"], items: { type: "string" } },
      strict: { type: "boolean" },
    }),
    resolve: (configuration, input) => itemListCodec({ name, configuration, listShape }, input, parse),
  };
}

export const json2Definition = jsonDefinition("numcodecs.json2", "stated");
export const legacyJsonDefinition = jsonDefinition("numcodecs.json", "left-out");
