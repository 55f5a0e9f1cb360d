/**
 * The `zarr.json` of an array, Zarr v3.
 *
 * Reading accepts what v3.0 and v3.1 allow; what is legal but beyond us (other chunk grids, storage
 * transformers, extensions that must be understood) is refused by its own code, so that it is never taken for
 * damage. Writing gives the one form that every reader accepts, in the order of zarr-python's keys: object
 * forms with a configuration, `fill_value` always, no shorthand.
 */
import { QuarryError } from "../errors.ts";
import type { ByteOrder } from "./byte-order.ts";
import type { ChunkKeyEncoding } from "./chunk-key.ts";
import { type DataType, serializeDataType } from "./data-type.ts";
import { type FillValue, parseFillValue, serializeFillValue } from "./fill-value.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { parseDataType } from "./parse-data-type.ts";
import { type DocumentPlace, documentPlace, metadataError } from "./place.ts";
import { ARRAY_KEYS } from "./plain-array.ts";
import { checkStructure, extensionsOf } from "./structure.ts";

export type { ChunkKeyEncoding } from "./chunk-key.ts";

export interface CodecMetadata {
  readonly name: string;
  readonly configuration: JsonObject;
}

export interface ArrayMetadata {
  readonly nodeType: "array";
  /** 2 for an array of Zarr v2, whose document is read and never written; absent for Zarr v3. */
  readonly zarrFormat?: 2 | undefined;
  readonly shape: readonly number[];
  readonly dataType: DataType;
  /** Shape of what is stored under one key: of a shard, where the array is sharded. */
  readonly chunkShape: readonly number[];
  readonly chunkKeyEncoding: ChunkKeyEncoding;
  readonly fillValue: FillValue;
  /** Zarr v2 only: the array declares none, and `fillValue` is what is read all the same. */
  readonly fillValueIsUndefined?: boolean | undefined;
  readonly codecs: readonly CodecMetadata[];
  readonly attributes: JsonObject;
  readonly dimensionNames: readonly (string | null)[] | undefined;
  /** Top-level keys of other authors that may be ignored; they are written back as they came. */
  readonly extensions?: JsonObject | undefined;
}

/**
 * @param path of the array in its store
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_FORMAT` (not Zarr v3), `UNSUPPORTED_DATA_TYPE`,
 *   `UNSUPPORTED_EXTENSION`
 */
export function parseArrayMetadata(
  document: JsonValue,
  path: string,
  place: DocumentPlace = documentPlace(path),
): ArrayMetadata {
  const object = nodeDocument(document, place);
  const extensions = extensionsOf(object, ARRAY_KEYS, place);
  checkStructure("array", withoutContent(object), Number.POSITIVE_INFINITY, place);
  const known = object as unknown as ArrayDocument;

  if (known.storage_transformers !== undefined && known.storage_transformers.length > 0) {
    throw metadataError(place, "storage transformers are not supported", "UNSUPPORTED_EXTENSION");
  }
  const shape = known.shape;
  const chunkShape = regularChunkShape(known.chunk_grid, place);
  const dimensionNames = known.dimension_names ?? undefined;
  checkRank("chunk_grid.configuration.chunk_shape", chunkShape, shape, place);
  if (dimensionNames !== undefined) checkRank("dimension_names", dimensionNames, shape, place);
  const dataType = dataTypeAt(known.data_type, place);
  const codecs = known.codecs.map(named);
  return {
    nodeType: "array",
    shape,
    dataType,
    chunkShape,
    chunkKeyEncoding: parseChunkKeyEncoding(named(known.chunk_key_encoding), place),
    fillValue: parseFillValue(known.fill_value, dataType, path, place, storedOrder(codecs)),
    codecs,
    attributes: known.attributes ?? {},
    dimensionNames,
    extensions,
  };
}

export function serializeArrayMetadata(metadata: ArrayMetadata): JsonObject {
  return {
    shape: [...metadata.shape],
    data_type: serializeDataType(metadata.dataType),
    chunk_grid: { name: "regular", configuration: { chunk_shape: [...metadata.chunkShape] } },
    chunk_key_encoding: {
      name: metadata.chunkKeyEncoding.name,
      configuration: { separator: metadata.chunkKeyEncoding.separator },
    },
    fill_value: serializeFillValue(metadata.fillValue, metadata.dataType, storedOrder(metadata.codecs)),
    codecs: metadata.codecs.map(({ name, configuration }) => ({ name, configuration })),
    attributes: metadata.attributes,
    ...(metadata.dimensionNames === undefined ? {} : { dimension_names: [...metadata.dimensionNames] }),
    zarr_format: 3,
    node_type: "array",
    storage_transformers: [],
    ...metadata.extensions,
  };
}

/**
 * That `document` is a node of Zarr v3 at all: an object of that format.
 * @throws QuarryError `METADATA_INVALID`, `UNSUPPORTED_FORMAT`
 */
export function nodeDocument(document: JsonValue, place: DocumentPlace): JsonObject {
  if (!isJsonObject(document)) throw metadataError(place, "the document must be an object");
  const format = document.zarr_format;
  if (typeof format === "number" && format !== 3) {
    throw metadataError(place, `zarr_format ${format} is not supported, only 3`, "UNSUPPORTED_FORMAT");
  }
  return document;
}

/** The part of an array's document that the schema has checked. */
interface ArrayDocument {
  readonly shape: number[];
  readonly data_type: Named;
  readonly chunk_grid: { readonly name: string; readonly configuration: JsonObject };
  readonly chunk_key_encoding: Named;
  readonly fill_value: JsonValue;
  readonly codecs: Named[];
  readonly attributes?: JsonObject;
  readonly dimension_names?: (string | null)[] | null;
  readonly storage_transformers?: JsonValue[];
}

/** An extension point in JSON; the bare name stands for a name without configuration. */
type Named = string | { readonly name: string; readonly configuration?: JsonObject };

/** The schema says nothing about what attributes and the fill value contain. */
function withoutContent(document: JsonObject): JsonObject {
  const shell = { ...document };
  if (isJsonObject(document.attributes)) shell.attributes = {};
  if (document.fill_value !== undefined) shell.fill_value = null;
  return shell;
}

function named(extension: Named): CodecMetadata {
  if (typeof extension === "string") return { name: extension, configuration: {} };
  return { name: extension.name, configuration: extension.configuration ?? {} };
}

function regularChunkShape(grid: ArrayDocument["chunk_grid"], place: DocumentPlace): number[] {
  if (grid.name !== "regular") {
    const message = `the chunk grid ${JSON.stringify(grid.name)} is not supported, only "regular"`;
    throw metadataError(place, message, "UNSUPPORTED_EXTENSION");
  }
  return grid.configuration.chunk_shape as number[];
}

function dataTypeAt(spelling: Named, place: DocumentPlace): DataType {
  try {
    return parseDataType(spelling as JsonValue);
  } catch (error) {
    if (!(error instanceof QuarryError)) throw error;
    throw metadataError(place, error.message, error.code);
  }
}

/** The byte order that the `bytes` codec of `codecs` says, in shards as well. */
function storedOrder(codecs: readonly CodecMetadata[]): ByteOrder {
  let chain: JsonValue | undefined = codecs.map(({ name, configuration }) => ({ name, configuration }));
  while (Array.isArray(chain)) {
    const encoder: JsonObject | undefined = chain
      .filter(isJsonObject)
      .find(({ name }) => name === "bytes" || name === "sharding_indexed");
    const configuration: JsonValue | undefined = encoder?.configuration;
    if (!isJsonObject(configuration)) return "little";
    if (encoder?.name === "bytes") return configuration.endian === "big" ? "big" : "little";
    chain = configuration.codecs;
  }
  return "little";
}

function parseChunkKeyEncoding(encoding: CodecMetadata, place: DocumentPlace): ChunkKeyEncoding {
  const { name, configuration } = encoding;
  if (name !== "default" && name !== "v2") {
    const message = `the chunk key encoding ${JSON.stringify(name)} is not supported, only "default" and "v2"`;
    throw metadataError(place, message, "UNSUPPORTED_EXTENSION");
  }
  const { separator = name === "default" ? "/" : ".", ...others } = configuration;
  if ((separator !== "/" && separator !== ".") || Object.keys(others).length > 0) {
    throw metadataError(
      place,
      'chunk_key_encoding.configuration must be {"separator": "/"} or {"separator": "."}',
    );
  }
  return { name, separator };
}

function checkRank(
  field: string,
  values: readonly unknown[],
  shape: readonly number[],
  place: DocumentPlace,
): void {
  if (values.length === shape.length) return;
  throw metadataError(
    place,
    `${field} must have one entry a dimension: ${shape.length} for the shape [${shape.join(", ")}], not ${values.length}`,
  );
}
