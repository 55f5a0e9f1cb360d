/**
 * Array documents in the form that nearly all have: what Quarry, zarr-python, tensorstore and zarrs write.
 *
 * `spec/schemas/array.json` decides what an array's document may be, and its validator takes 80 µs to say so, half of
 * the time that it takes to open an array. A document of this form is known to be valid without it: everything that
 * is accepted here the schema accepts (test/metadata/plain-array.test.ts), and what is not may be valid all the same.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** Whether `document` has the plain form, hence is valid by the schema. */
export function isPlainArray(document: JsonObject): boolean {
  for (const key of Object.keys(document)) if (!ARRAY_KEYS.has(key)) return false;
  const {
    chunk_grid: grid,
    dimension_names: names = null,
    storage_transformers: transformers = [],
  } = document;
  return (
    document.zarr_format === 3 &&
    document.node_type === "array" &&
    areLengths(document.shape, 0) &&
    isNamed(document.data_type) &&
    isNamed(grid) &&
    isJsonObject(grid) &&
    grid.name === "regular" &&
    isJsonObject(grid.configuration) &&
    Object.keys(grid.configuration).length === 1 &&
    areLengths(grid.configuration.chunk_shape, 1) &&
    isNamed(document.chunk_key_encoding) &&
    document.fill_value !== undefined &&
    Array.isArray(document.codecs) &&
    document.codecs.length > 0 &&
    document.codecs.every(isNamed) &&
    isJsonObject(document.attributes) &&
    (names === null || (Array.isArray(names) && names.every(isNameOrNull))) &&
    Array.isArray(transformers)
  );
}

/** The keys that the format gives an array's document. */
export const ARRAY_KEYS: ReadonlySet<string> = new Set([
  "zarr_format",
  "node_type",
  "shape",
  "data_type",
  "chunk_grid",
  "chunk_key_encoding",
  "fill_value",
  "codecs",
  "attributes",
  "dimension_names",
  "storage_transformers",
]);

function areLengths(value: JsonValue | undefined, least: number): boolean {
  return (
    Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && Number(length) >= least)
  );
}

/** A name, or an object with a name and perhaps a configuration. */
function isNamed(value: JsonValue | undefined): boolean {
  if (!isJsonObject(value)) return typeof value === "string" && value !== "";
  const { name, configuration, ...others } = value;
  if (typeof name !== "string" || name === "" || Object.keys(others).length > 0) return false;
  return configuration === undefined ? !Object.hasOwn(value, "configuration") : isJsonObject(configuration);
}

function isNameOrNull(value: JsonValue): boolean {
  return value === null || typeof value === "string";
}
