/**
 * Where the pages of a column chunk are, by their headers, each checked against the chunk before it is believed:
 *
 * ```text
 * [dictionary page] data page, data page, …       each a header (Thrift, compact) and its bytes
 * ```
 */
import type { PageHeader } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { Archive } from "../../../store/zip/archive.ts";

/** A column's part of a row group. */
export interface ColumnChunk {
  /** Of the file. */
  readonly firstRow: number;
  readonly rows: number;
  /** Of its first page in the file, and of what follows its last. */
  readonly beginBytes: number;
  readonly endBytes: number;
}

export interface Page {
  readonly header: PageHeader;
  /** Of its bytes in the file, behind the header. */
  readonly offsetBytes: number;
  /** In the column chunk; a dictionary has none. */
  readonly firstRow: number;
  readonly rows: number;
}

export interface PageIndex {
  readonly dictionary: Page | undefined;
  readonly pages: readonly Page[];
}

/** Nobody writes pages that are larger; the usual size is a MiB. */
const PAGE_BYTES_MAX = 2 ** 29;
const PAGE_VALUES_MAX = 2 ** 26;

const HEADER_WINDOW_BYTES = 2 ** 12;
const HEADER_BYTES_MAX = 2 ** 20;

/**
 * The pages of `chunk`, which together have all its rows.
 * @throws Error that says what is wrong; as the file's `read`
 */
export async function readPageIndex(file: Archive, chunk: ColumnChunk): Promise<PageIndex> {
  const pages: Page[] = [];
  let dictionary: Page | undefined;
  let rows = 0;
  for (let at = chunk.beginBytes; rows < chunk.rows; ) {
    const page = await readPage(file, chunk, at, rows);
    if (page.header.type === "DICTIONARY_PAGE") {
      if (dictionary !== undefined) throw new Error("there are two dictionaries");
      dictionary = page;
    } else if (page.header.type !== "INDEX_PAGE") {
      pages.push(page);
      rows += page.rows;
    }
    at = page.offsetBytes + page.header.compressed_page_size;
  }
  if (rows !== chunk.rows) throw new Error(`its pages have ${rows} rows, and it is to have ${chunk.rows}`);
  return { dictionary, pages };
}

/** The first page of `chunk`, by which people may tell what its writer does. */
export function readFirstPage(file: Archive, chunk: ColumnChunk): Promise<Page> {
  return readPage(file, chunk, chunk.beginBytes, 0);
}

async function readPage(file: Archive, chunk: ColumnChunk, at: number, firstRow: number): Promise<Page> {
  const { header, headerBytes } = await readHeader(file, chunk, at);
  const offsetBytes = at + headerBytes;
  const { compressed_page_size: encodedBytes, uncompressed_page_size: decodedBytes } = header;
  if (!isCount(encodedBytes, chunk.endBytes - offsetBytes) || !isCount(decodedBytes, PAGE_BYTES_MAX)) {
    throw new Error(
      `the page at byte ${at} is to have ${encodedBytes} bytes, which become ${decodedBytes}, and ${chunk.endBytes - offsetBytes} follow`,
    );
  }
  if (header.type === "DICTIONARY_PAGE") {
    if (!isCount(header.dictionary_page_header?.num_values, PAGE_VALUES_MAX)) throw malformed(at);
    return { header, offsetBytes, firstRow, rows: 0 };
  }
  if (header.type === "INDEX_PAGE") return { header, offsetBytes, firstRow, rows: 0 };
  return { header, offsetBytes, firstRow, rows: rowsOf(header, at) };
}

/** Of a flat column each value is a row. */
function rowsOf({ type, data_page_header: v1, data_page_header_v2: v2 }: PageHeader, at: number): number {
  const rows = type === "DATA_PAGE" ? v1?.num_values : type === "DATA_PAGE_V2" ? v2?.num_values : undefined;
  if (!isCount(rows, PAGE_VALUES_MAX)) throw malformed(at);
  if (type === "DATA_PAGE_V2") {
    const { num_rows: flatRows, num_nulls: nulls } = v2!;
    const isFlat = flatRows === rows && isCount(nulls, rows);
    const levelBytes = [v2!.repetition_levels_byte_length, v2!.definition_levels_byte_length];
    if (!isFlat || !levelBytes.every((length) => isCount(length, PAGE_BYTES_MAX))) throw malformed(at);
  }
  return rows;
}

async function readHeader(
  file: Archive,
  chunk: ColumnChunk,
  at: number,
): Promise<{ readonly header: PageHeader; readonly headerBytes: number }> {
  const room = Math.min(chunk.endBytes - at, HEADER_BYTES_MAX);
  if (room <= 0) throw new Error(`its bytes end at ${chunk.endBytes}, before all its rows have come`);
  for (let windowBytes = HEADER_WINDOW_BYTES; ; windowBytes *= 8) {
    const bytes = await file.read(at, Math.min(windowBytes, room), {});
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
    try {
      return { header: parquetHeader(reader), headerBytes: reader.offset };
    } catch (cause) {
      // Statistics make some headers long.
      if (windowBytes < room) continue;
      throw new Error(`there is no page at byte ${at}: ${(cause as Error).message}`, { cause });
    }
  }
}

function isCount(value: number | undefined, max: number): value is number {
  return Number.isSafeInteger(value) && value! >= 0 && value! <= max;
}

function malformed(at: number): Error {
  return new Error(`the page at byte ${at} has no sound header`);
}
