/**
 * The `.zarray` of an array of Zarr v2, normalised to the model of v3.
 *
 * What v2 says in other words than v3 is translated once, here, so that nothing behind it knows of v2: the dtype and
 * its byte order, order F, filters and compressor (chain.ts), the fill value, the keys of chunks. xarray's convention
 * of v2, `_ARRAY_DIMENSIONS` among the attributes, becomes the names of dimensions. Keys that v2 does not know are
 * ignored, as its specification asks.
 */
import { QuarryError } from "../../errors.ts";
import type { ArrayMetadata } from "../array-metadata.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type DocumentPlace, metadataError } from "../place.ts";
import { checkStructure } from "../structure.ts";
import { type CodecKindOf, codecsOfV2 } from "./chain.ts";
import { objectTypeOf } from "./codec-names.ts";
import { parseFillValueOfV2 } from "./fill-value.ts";
import { formatTwo } from "./format.ts";
import { parseNumpyDtype } from "./numpy-dtype.ts";

/** The part of a `.zarray` that the schema has checked. */
interface ArrayDocument {
  readonly shape: number[];
  readonly chunks: number[];
  readonly dtype: JsonValue;
  readonly compressor?: JsonObject | null;
  readonly fill_value: JsonValue;
  readonly order: "C" | "F";
  readonly filters?: JsonObject[] | null;
  readonly dimension_separator?: "." | "/";
}

/** The document, its list of filters, and the filters: what they are configured with is theirs. */
const SCHEMA_DEPTH = 3;

/**
 * @param attributes of the array's `.zattrs`
 * @param place of the `.zarray`
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_FORMAT`, `UNSUPPORTED_DATA_TYPE`
 */
export function parseArrayOfV2(
  document: JsonValue,
  attributes: JsonObject,
  place: DocumentPlace,
  kindOf: CodecKindOf,
): ArrayMetadata {
  const object = formatTwo(document, place);
  checkStructure("v2-array", withoutContent(object), SCHEMA_DEPTH, place);
  const known = object as unknown as ArrayDocument;
  const { shape, chunks, order, dimension_separator: separator = "." } = known;
  // The specification asks for both keys; writers leave them out where there is nothing to say, and zarr-python reads it.
  const { compressor = null, filters: knownFilters } = known;
  if (chunks.length !== shape.length) {
    throw metadataError(
      place,
      `chunks must have one entry a dimension: ${shape.length} for the shape [${shape.join(", ")}], not ${chunks.length}`,
    );
  }
  const filters = knownFilters ?? [];
  return at(place, () => {
    const stored = parseNumpyDtype(
      known.dtype,
      objectTypeOf(compressor === null ? filters : [...filters, compressor]),
    );
    const chunkShape = chunks.map((extent, axis) => chunkExtent(extent, shape[axis]!, axis, place));
    return {
      nodeType: "array",
      zarrFormat: 2,
      shape,
      dataType: stored.dataType,
      chunkShape,
      chunkKeyEncoding: { name: "v2", separator },
      fillValue: parseFillValueOfV2(known.fill_value, stored, place),
      fillValueIsUndefined: known.fill_value === null,
      codecs: codecsOfV2({ chunkShape, order, filters, compressor }, stored, kindOf),
      attributes,
      dimensionNames: dimensionNamesOf(attributes, shape.length),
    };
  });
}

/** Content is not the schema's business, and may be nested deeper than a validator can follow. */
function withoutContent(document: JsonObject): JsonObject {
  const shell = { ...document };
  if (document.fill_value !== undefined) shell.fill_value = null;
  return shell;
}

/** A dimension of length 0 has no chunks; zarr-python 2 gives them that length, too, where they are not asked for. */
function chunkExtent(extent: number, length: number, axis: number, place: DocumentPlace): number {
  if (extent > 0) return extent;
  if (length === 0) return 1;
  throw metadataError(place, `chunks[${axis}] must be an integer from 1 to 2^53 - 1, not 0`);
}

/** Undefined where the attribute is not there, or is something else than xarray writes. */
function dimensionNamesOf(attributes: JsonObject, rank: number): string[] | undefined {
  const names = attributes._ARRAY_DIMENSIONS;
  const areNames =
    Array.isArray(names) && names.length === rank && names.every((name) => typeof name === "string");
  return areNames ? names : undefined;
}

/** Gives the errors that `parse` throws the place that only the caller knows. */
function at<Parsed>(place: DocumentPlace, parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof QuarryError) || error.path !== undefined) throw error;
    throw metadataError(place, error.message, error.code);
  }
}
