/** What the documents of Zarr v2 have in common: each is an object that names the format. */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { type DocumentPlace, metadataError } from "../place.ts";

/**
 * That `document` is one of Zarr v2.
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_FORMAT` (Zarr v1 had a `.zarray` as well)
 */
export function formatTwo(document: JsonValue, place: DocumentPlace): JsonObject {
  if (!isJsonObject(document)) throw metadataError(place, "the document must be an object");
  const format = document.zarr_format;
  if (typeof format === "number" && format !== 2) {
    throw metadataError(place, `zarr_format ${format} is not supported here, only 2`, "UNSUPPORTED_FORMAT");
  }
  return document;
}
