/** From an array of a source to the document of the array that it becomes: data type, chunks, shards, codecs. */
import { suggestLayout } from "../layout/suggest-layout.ts";
import { codecsOf, type PresetName, type ValueKind } from "../market/presets.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import {
  type DataType,
  isNumeric,
  isVariableLength,
  rawType,
  serializeDataType,
  structType,
} from "../metadata/data-type.ts";
import type { JsonValue } from "../metadata/json.ts";
import type { DataTypeSpelling } from "../metadata/parse-data-type.ts";
import { newArrayMetadata } from "../zarr/create-array.ts";
import type { SourceArray } from "./source.ts";

/**
 * A chunk, at most: rows that are longer than this are cut. Larger than what the layout rules aim at, since a row that
 * is read whole should stay in one piece.
 */
const ROW_BYTES_MAX = 4 << 20;

/** What an item of variable length counts for in chunk shapes. */
const VARIABLE_ITEM_BYTES = 64;

/**
 * The document of the array that `source` becomes.
 * @param widestRowBytes of the arrays that share the first dimension, so that all get chunks of the same rows
 */
export function destinationArray(
  source: SourceArray,
  dimensionNames: readonly (string | null)[],
  widestRowBytes: number,
  preset: PresetName,
): ArrayMetadata {
  const dataType = destinationType(source.dataType);
  const { filters, compressors } = codecsOf({ preset }, valueKind(dataType, source.shape.length));
  const metadata = newArrayMetadata(
    {
      shape: source.shape,
      dataType: serializeDataType(dataType) as DataTypeSpelling,
      ...layoutOf(source, dataType, widestRowBytes),
      codecs: [...filters, ...compressors],
      dimensionNames,
      attributes: source.attributes,
    },
    source.path,
  );
  // Bit for bit: as a number a NaN would lose its payload.
  return { ...metadata, fillValue: source.fillValue };
}

/** Bytes of a row, as far as chunk shapes go. */
export function layoutRowBytes({ dataType, shape }: Pick<SourceArray, "dataType" | "shape">): number {
  return shape.slice(1).reduce((bytes, extent) => bytes * Math.max(1, extent), layoutItemBytes(dataType));
}

/**
 * The data type by a name that zarr-python 3.1 knows. Of a consolidated group in which it does not know one array's, it
 * opens none.
 */
function destinationType(dataType: DataType): DataType {
  switch (dataType.kind) {
    case "raw":
      return rawType(dataType.itemBytes);
    case "struct": {
      const fields = dataType.fields.map(({ name, dataType: field }) => ({
        name,
        dataType: destinationType(field),
      }));
      const spelled = fields.map((field): JsonValue => [field.name, serializeDataType(field.dataType)]);
      return structType(fields, { name: "structured", configuration: { fields: spelled } });
    }
    case "variable-bytes":
      return { ...dataType, name: "variable_length_bytes" };
    default:
      return dataType;
  }
}

/** How items are likely to resemble each other; exact filters only, whatever they are. */
function valueKind(dataType: DataType, rank: number): ValueKind {
  const isInteger = dataType.kind === "int" || dataType.kind === "uint";
  if (isInteger && dataType.itemBytes >= 4 && rank === 1) return "clocks-and-ids";
  return isNumeric(dataType) && dataType.itemBytes > 1 ? "trade-values" : "level-sizes";
}

function layoutOf(
  { shape, encodedBytes }: SourceArray,
  dataType: DataType,
  widestRowBytes: number,
): { readonly chunks: readonly number[]; readonly shards?: readonly number[] | undefined } {
  if (shape.length === 0) return { chunks: [] };
  const rowShape = rowShapeWithin(shape.slice(1), layoutItemBytes(dataType));
  const decodedBytes = shape.reduce((bytes, extent) => bytes * extent, layoutItemBytes(dataType));
  const { chunks, shards } = suggestLayout({
    shape: [0, ...rowShape],
    dataType: isVariableLength(dataType) ? "r512" : (serializeDataType(dataType) as DataTypeSpelling),
    widestRowBytes: Math.min(widestRowBytes, ROW_BYTES_MAX),
    // As well as it was compressed so far, it will be compressed.
    compressionRatioHint: encodedBytes === 0 ? undefined : Math.max(1, decodedBytes / encodedBytes),
    // A week that nothing happened in has the layout of one that is yet to be filled.
    estimatedRows: shape[0] === 0 ? undefined : shape[0],
  });
  return { chunks, shards };
}

/** The part of a row that one chunk takes: all of it, or, of a long one, the longest axes halved until it fits. */
function rowShapeWithin(rowShape: readonly number[], itemBytes: number): number[] {
  const part = rowShape.map((extent) => Math.max(1, extent));
  while (part.reduce((bytes, extent) => bytes * extent, itemBytes) > ROW_BYTES_MAX) {
    const longest = part.indexOf(Math.max(...part));
    if (part[longest] === 1) break;
    part[longest] = Math.ceil(part[longest]! / 2);
  }
  return part;
}

function layoutItemBytes(dataType: DataType): number {
  return isVariableLength(dataType) ? VARIABLE_ITEM_BYTES : dataType.itemBytes;
}
