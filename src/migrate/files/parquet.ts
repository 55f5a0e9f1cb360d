/** `.parquet` files: each column of single values is an array of one dimension, read page by page. */
import { isQuarryError } from "../../errors.ts";
import { defaultFillValue } from "../../metadata/fill-value.ts";
import { type Archive, openArchive } from "../../store/zip/archive.ts";
import { refusalOf } from "../refusals.ts";
import type { SourceArray, SourceRefusal } from "../source.ts";
import type { FileContents } from "./file-contents.ts";
import { ColumnReader, nullError } from "./parquet/column-reader.ts";
import { type ParquetColumn, readFooter } from "./parquet/footer.ts";
import { type Page, readFirstPage } from "./parquet/page-index.ts";

export async function readParquet(path: string): Promise<FileContents> {
  const file = await openArchive(path);
  const { columns, refusals, attributes } = await readFooter(file);
  const arrays: SourceArray[] = [];
  const withNulls: SourceRefusal[] = [];
  for (const column of columns) {
    const { array, nullRow } = await openColumn(file, column);
    if (nullRow === undefined) arrays.push(array);
    else {
      const error = nullError(`${path}, column ${column.path.slice(1)}`, nullRow);
      withNulls.push(refusalOf(column.path, error));
    }
  }
  return {
    format: "Parquet",
    groups: [],
    rootAttributes: attributes,
    arrays,
    refusals: [...refusals, ...withNulls],
  };
}

async function openColumn(
  file: Archive,
  column: ParquetColumn,
): Promise<{ readonly array: SourceArray; readonly nullRow: number | undefined }> {
  const { type, chunks, rows } = column;
  const firstPage = await firstPageOf(file, column);
  const reader = new ColumnReader(file, column);
  // Where the first page has none, the others need not be looked at.
  const verifiesContent = firstPage?.header.crc !== undefined && (await reader.hasChecksums());
  const codecs = [...new Set(chunks.map(({ codec }) => codec.toLowerCase()))].filter(
    (codec) => codec !== "uncompressed",
  );
  const array: SourceArray = {
    path: column.path,
    dataType: type.dataType,
    shape: [rows],
    chunkShape: [chunks.reduce((most, chunk) => Math.max(most, chunk.rows), 1)],
    chunkMemoryBytes: PAGE_COPIES * (firstPage?.header.uncompressed_page_size ?? 0) + PAGE_BYTES_USUAL,
    fillValue: defaultFillValue(type.dataType),
    fillValueIsUndefined: true,
    dimensionNames: undefined,
    attributes: type.attributes,
    encoding: codecs.join(", "),
    encodedBytes: chunks.reduce((bytes, { beginBytes, endBytes }) => bytes + endBytes - beginBytes, 0),
    verifiesContent,
    readRegion: ([start], [count], { signal } = {}) => reader.read(start!, count!, signal),
  };
  return { array, nullRow: await reader.findNull() };
}

/** Of a page, and of its dictionary: encoded, decompressed, decoded. */
const PAGE_COPIES = 4;
const PAGE_BYTES_USUAL = 2 ** 22;

/** Undefined for a column without rows, and where there is damage, which is left to those who read. */
async function firstPageOf(file: Archive, { chunks }: ParquetColumn): Promise<Page | undefined> {
  const [first] = chunks;
  if (first === undefined) return undefined;
  try {
    return await readFirstPage(file, first);
  } catch (error) {
    if (isQuarryError(error)) throw error;
    return undefined;
  }
}
