/**
 * What the end of a Parquet file says: columns, their types, and where the parts of each are, all of it checked against
 * the file. hyparquet reads the structure; what it means is decided here.
 *
 * Columns are flat: a value a row. What holds lists or structs, and what no reader here can decode, is refused by name,
 * without hiding the other columns.
 */
import {
  type FileMetaData,
  parquetMetadataAsync,
  parquetSchema,
  type RowGroup,
  type SchemaElement,
} from "hyparquet";
import { isQuarryError, QuarryError } from "../../../errors.ts";
import type { JsonObject } from "../../../metadata/json.ts";
import { checkNodeName, childPath, type NodePath } from "../../../metadata/node-name.ts";
import type { Archive } from "../../../store/zip/archive.ts";
import { refusalOf } from "../../refusals.ts";
import type { SourceRefusal } from "../../source.ts";
import { type ColumnType, columnTypeOf } from "./column-type.ts";
import { isKnownCompression } from "./decompress.ts";
import type { ColumnChunk } from "./page-index.ts";

export interface ParquetColumn {
  readonly path: NodePath;
  readonly element: SchemaElement;
  readonly type: ColumnType;
  readonly isOptional: boolean;
  readonly rows: number;
  /** In the order of their rows; none of no rows. */
  readonly chunks: readonly ParquetChunk[];
}

export interface ParquetChunk extends ColumnChunk {
  readonly rowGroup: number;
  readonly codec: NonNullable<RowGroup["columns"][number]["meta_data"]>["codec"];
  /** Undefined where the writer does not say. */
  readonly nullCount: bigint | undefined;
}

export interface ParquetFooter {
  readonly columns: readonly ParquetColumn[];
  readonly refusals: readonly SourceRefusal[];
  readonly attributes: JsonObject;
}

type Leaf = ReturnType<typeof parquetSchema>;

const MAGIC = "PAR1";
const MAGIC_OF_ENCRYPTED = "PARE";

/** Statistics as they are: hyparquet would make dates of them. */
const RAW = Object.fromEntries(
  [
    "timestampFromMilliseconds",
    "timestampFromMicroseconds",
    "timestampFromNanoseconds",
    "dateFromDays",
    "stringFromBytes",
    "jsonFromBytes",
    "geometryFromBytes",
    "geographyFromBytes",
    "uuidFromBytes",
  ].map((name) => [name, (value: unknown) => value]),
);

/** @throws QuarryError `FILE_INVALID`, `UNSUPPORTED_FORMAT` for an encrypted file */
export async function readFooter(file: Archive): Promise<ParquetFooter> {
  await checkMagic(file);
  const { metadata, leaves } = await parse(file);
  const rows = Number(metadata.num_rows);
  const groups = rowGroups(metadata, leaves, file.name);
  const columns: ParquetColumn[] = [];
  const refusals: SourceRefusal[] = [];
  for (const [index, leaf] of leaves.entries()) {
    const path = childPath("/", leaf.path[0]!);
    try {
      const type = flatTypeOf(leaf);
      const chunks = groups
        .map((group) => chunkOf(group, index, leaf, file))
        .filter((chunk) => chunk.rows > 0);
      const isOptional = leaf.element.repetition_type === "OPTIONAL";
      columns.push({ path, element: leaf.element, type, isOptional, rows, chunks });
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      refusals.push(refusalOf(path, error));
    }
  }
  const attributes = Object.fromEntries(
    (metadata.key_value_metadata ?? [])
      .filter(({ key, value }) => key !== ARROW_SCHEMA && value !== undefined)
      .map(({ key, value }) => [key, value!]),
  );
  return { columns, refusals: firstOfEach(refusals), attributes };
}

/** The schema once more, in Arrow's own form. */
const ARROW_SCHEMA = "ARROW:schema";

async function checkMagic(file: Archive): Promise<void> {
  const edges = file.bytes < 12 ? [] : [await file.read(0, 4, {}), await file.read(file.bytes - 4, 4, {})];
  const [begin, end] = edges.map((edge) => Buffer.from(edge).toString("latin1"));
  if (begin === MAGIC_OF_ENCRYPTED || end === MAGIC_OF_ENCRYPTED) {
    throw new QuarryError("UNSUPPORTED_FORMAT", `${file.name} is an encrypted Parquet file`, {
      path: file.name,
    });
  }
  if (begin !== MAGIC || end !== MAGIC) {
    throw invalid(file.name, `it does not begin and end with "${MAGIC}": it may be cut short`);
  }
}

async function parse(
  file: Archive,
): Promise<{ readonly metadata: FileMetaData; readonly leaves: readonly Leaf[] }> {
  const slice = async (start: number, end = file.bytes): Promise<ArrayBuffer> => {
    const bytes = await file.read(start, end - start, {});
    return new Uint8Array(bytes).buffer;
  };
  try {
    const metadata = await parquetMetadataAsync(
      { byteLength: file.bytes, slice },
      { parsers: RAW, geoparquet: false },
    );
    const leaves = leavesOf(parquetSchema(metadata));
    const names = leaves.flatMap(({ path }) => path);
    if (names.every((name) => typeof name === "string")) return { metadata, leaves };
  } catch (cause) {
    if (isQuarryError(cause)) throw cause;
    throw invalid(file.name, `its metadata cannot be read: ${(cause as Error).message}`, { cause });
  }
  throw invalid(file.name, "its metadata has columns without names");
}

function leavesOf(root: Leaf): Leaf[] {
  return root.children.flatMap((child) => (child.children.length === 0 ? [child] : leavesOf(child)));
}

interface CheckedGroup {
  readonly group: RowGroup;
  readonly index: number;
  readonly firstRow: number;
  readonly rows: number;
}

function rowGroups(metadata: FileMetaData, leaves: readonly Leaf[], name: string): CheckedGroup[] {
  let firstRow = 0;
  const groups = metadata.row_groups.map((group, index) => {
    const rows = Number(group.num_rows);
    if (!isCount(rows) || group.columns.length !== leaves.length) {
      throw invalid(name, `its row group ${index} has ${rows} rows in ${group.columns.length} columns`);
    }
    firstRow += rows;
    return { group, index, firstRow: firstRow - rows, rows };
  });
  if (!isCount(Number(metadata.num_rows)) || firstRow !== Number(metadata.num_rows)) {
    throw invalid(name, `it is to have ${metadata.num_rows} rows, and its row groups have ${firstRow}`);
  }
  return groups;
}

/** @throws QuarryError `UNSUPPORTED_DATA_TYPE`, `KEY_INVALID` */
function flatTypeOf({ path, element }: Leaf): ColumnType {
  const [name] = path;
  if (path.length !== 1 || element.repetition_type === "REPEATED") {
    throw new QuarryError(
      "UNSUPPORTED_DATA_TYPE",
      `the column ${JSON.stringify(name)} holds lists or structs, and only columns of single values have an equal in Zarr`,
    );
  }
  checkNodeName(name!);
  return columnTypeOf(element);
}

/** @throws QuarryError `FILE_INVALID`, `UNSUPPORTED_CODEC`, `UNSUPPORTED_FORMAT` */
function chunkOf(
  { group, index, firstRow, rows }: CheckedGroup,
  column: number,
  { element, path }: Leaf,
  file: Archive,
): ParquetChunk {
  const { meta_data: chunk, file_path: otherFile, crypto_metadata: encryption } = group.columns[column]!;
  const place = `the column ${JSON.stringify(path[0])} in row group ${index}`;
  if (otherFile !== undefined || encryption !== undefined || chunk === undefined) {
    const reason = encryption !== undefined ? "is encrypted" : "is in another file";
    throw new QuarryError("UNSUPPORTED_FORMAT", `${place} ${reason}`, { path: file.name });
  }
  if (!isKnownCompression(chunk.codec)) {
    throw new QuarryError(
      "UNSUPPORTED_CODEC",
      `${place} is compressed by ${chunk.codec}, which cannot be read`,
      {
        path: file.name,
      },
    );
  }
  const offsets = [chunk.data_page_offset, chunk.dictionary_page_offset].map(Number);
  const beginBytes = Math.min(...offsets.filter((offset) => offset > 0));
  const endBytes = beginBytes + Number(chunk.total_compressed_size);
  const isInside =
    isCount(beginBytes) && isCount(endBytes) && beginBytes <= endBytes && endBytes <= file.bytes;
  const isThis = chunk.type === element.type && chunk.path_in_schema.join("\0") === path.join("\0");
  if (!isThis || Number(chunk.num_values) !== rows || (rows > 0 && !isInside)) {
    throw invalid(
      file.name,
      `${place} is to have ${chunk.num_values} values of ${chunk.type} from byte ${beginBytes} to ${endBytes}, for ${rows} rows of ${element.type} in a file of ${file.bytes} bytes`,
    );
  }
  const nullCount = chunk.statistics?.null_count;
  return { rowGroup: index, firstRow, rows, beginBytes, endBytes, codec: chunk.codec, nullCount };
}

/** One refusal a column, however many leaves it has. */
function firstOfEach(refusals: readonly SourceRefusal[]): SourceRefusal[] {
  return [...new Map(refusals.toReversed().map((refusal) => [refusal.path, refusal])).values()].reverse();
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function invalid(name: string, reason: string, details: { readonly cause?: unknown } = {}): QuarryError {
  return new QuarryError("FILE_INVALID", `${name} is no sound Parquet file: ${reason}`, {
    path: name,
    ...details,
  });
}
