/**
 * Reads rows of one column, page by page: no more than a page and its dictionary are in memory beside the result.
 *
 * A page that carries a CRC-32 is held against it. What is wrong with a page is `CHUNK_CORRUPT`, with the rows that it
 * concerns: those of other pages can be read.
 */
import type { PageHeader } from "hyparquet";
import { isQuarryError, QuarryError } from "../../../errors.ts";
import { crc32 } from "../../../metadata/crc.ts";
import { isListed, type TypedArrayOf } from "../../../metadata/typed-array.ts";
import type { Archive } from "../../../store/zip/archive.ts";
import { itemsOfBytes } from "../item-bytes.ts";
import { withReadAhead } from "../with-read-ahead.ts";
import { decompressPage } from "./decompress.ts";
import type { ParquetChunk, ParquetColumn } from "./footer.ts";
import { type Page, type PageIndex, readPageIndex } from "./page-index.ts";
import { decodeValues, type StoredValues } from "./page-values.ts";
import { decodeRuns } from "./runs.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class ColumnReader {
  readonly #file: Archive;
  readonly #column: ParquetColumn;
  readonly #indexes = new Map<ParquetChunk, Promise<PageIndex>>();

  constructor(file: Archive, column: ParquetColumn) {
    this.#file = file;
    this.#column = column;
  }

  /** @throws QuarryError `CHUNK_CORRUPT`, `UNSUPPORTED_DATA_TYPE` for a null; as the file's `read` */
  async read(firstRow: number, rows: number, signal: AbortSignal | undefined): Promise<TypedArrayOf> {
    const { type } = this.#column;
    const endRow = firstRow + rows;
    const { itemBytes } = type.dataType;
    const list: unknown[] = [];
    const bytes = new Uint8Array(isListed(type.dataType) ? 0 : rows * itemBytes);
    for (const chunk of this.#column.chunks) {
      if (chunk.firstRow >= endRow || chunk.firstRow + chunk.rows <= firstRow) continue;
      const file = withReadAhead(this.#file, chunk.endBytes);
      const { dictionary, pages } = await this.#indexOf(file, chunk);
      const entries = dictionary && (await this.#dictionary(file, chunk, dictionary, signal));
      for (const page of pages) {
        const pageRow = chunk.firstRow + page.firstRow;
        const from = Math.max(firstRow, pageRow) - pageRow;
        const until = Math.min(endRow, pageRow + page.rows) - pageRow;
        if (from >= until) continue;
        await this.#named(chunk, page, async () => {
          const values = await this.#values(file, chunk, page, entries, signal);
          if (Array.isArray(values)) {
            for (let row = from; row < until; row++) list.push(this.#listed(values[row]!));
          } else {
            const items = type.convert?.(values) ?? values;
            bytes.set(
              items.subarray(from * itemBytes, until * itemBytes),
              (pageRow + from - firstRow) * itemBytes,
            );
          }
        });
      }
    }
    if (isListed(type.dataType)) return list as TypedArrayOf;
    return itemsOfBytes(bytes, type.dataType, "little", this.#place());
  }

  /** Whether every page carries a checksum; where there is damage nobody vouches for anything. */
  async hasChecksums(): Promise<boolean> {
    for (const chunk of this.#column.chunks) {
      try {
        const { dictionary, pages } = await this.#indexOf(withReadAhead(this.#file, chunk.endBytes), chunk);
        const headers = [...pages, ...(dictionary ? [dictionary] : [])].map(({ header }) => header);
        if (headers.some(({ crc }) => crc === undefined)) return false;
      } catch (error) {
        if (!isQuarryError(error, "CHUNK_CORRUPT")) throw error;
        return false;
      }
    }
    return this.#column.chunks.length > 0;
  }

  /** The first row that is null, where the file does not rule it out; damage is left to those who read. */
  async findNull(): Promise<number | undefined> {
    for (const chunk of this.#column.isOptional ? this.#column.chunks : []) {
      if (chunk.nullCount === 0n) continue;
      const file = withReadAhead(this.#file, chunk.endBytes);
      try {
        for (const page of (await this.#indexOf(file, chunk)).pages) {
          const { nullRow } = await this.#named(chunk, page, () => this.#body(file, chunk, page, undefined));
          if (nullRow !== undefined) return chunk.firstRow + page.firstRow + nullRow;
        }
      } catch (error) {
        if (!isQuarryError(error, "CHUNK_CORRUPT")) throw error;
      }
    }
    return undefined;
  }

  #indexOf(file: Archive, chunk: ParquetChunk): Promise<PageIndex> {
    let index = this.#indexes.get(chunk);
    if (index === undefined) {
      index = this.#named(chunk, undefined, () => readPageIndex(file, chunk));
      this.#indexes.set(chunk, index);
      // What could not be read now may be read later.
      index.catch(() => this.#indexes.delete(chunk));
    }
    return index;
  }

  #dictionary(
    file: Archive,
    chunk: ParquetChunk,
    page: Page,
    signal: AbortSignal | undefined,
  ): Promise<StoredValues> {
    return this.#named(chunk, undefined, async () => {
      const encoded = await this.#encoded(file, page, signal);
      const bytes = await decompressPage(
        encoded,
        chunk.codec,
        page.header.uncompressed_page_size,
        this.#place(),
      );
      const { num_values: count } = page.header.dictionary_page_header!;
      return decodeValues(bytes, "PLAIN", count, this.#column.element, undefined);
    });
  }

  async #values(
    file: Archive,
    chunk: ParquetChunk,
    page: Page,
    dictionary: StoredValues | undefined,
    signal: AbortSignal | undefined,
  ): Promise<StoredValues> {
    const { values, nullRow } = await this.#body(file, chunk, page, signal);
    if (nullRow !== undefined) throw nullError(this.#place(), chunk.firstRow + page.firstRow + nullRow);
    const { encoding } = page.header.data_page_header ?? page.header.data_page_header_v2!;
    return decodeValues(values, encoding, page.rows, this.#column.element, dictionary);
  }

  /** What of a page is values, decompressed, and the first of its rows that has none. */
  async #body(
    file: Archive,
    chunk: ParquetChunk,
    page: Page,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly values: Uint8Array; readonly nullRow: number | undefined }> {
    const { header, rows } = page;
    const encoded = await this.#encoded(file, page, signal);
    const v2 = header.type === "DATA_PAGE_V2" ? header.data_page_header_v2! : undefined;
    const prefixBytes = v2 ? v2.repetition_levels_byte_length + v2.definition_levels_byte_length : 0;
    const decodedBytes = header.uncompressed_page_size - prefixBytes;
    if (prefixBytes > encoded.length || decodedBytes < 0)
      throw new Error("its levels are longer than the page");
    const isCompressed = v2?.is_compressed !== false;
    const codec = isCompressed ? chunk.codec : "UNCOMPRESSED";
    const body = await decompressPage(encoded.subarray(prefixBytes), codec, decodedBytes, this.#place());
    if (!this.#column.isOptional) return { values: body, nullRow: undefined };
    const { levels, values } = v2
      ? { levels: encoded.subarray(v2.repetition_levels_byte_length, prefixBytes), values: body }
      : splitLevels(body, header);
    const nullRow = decodeRuns(levels, 1, rows).indexOf(0);
    return { values, nullRow: nullRow === -1 ? undefined : nullRow };
  }

  async #encoded(
    file: Archive,
    { header, offsetBytes }: Page,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const options = signal === undefined ? {} : { signal };
    const encoded = await file.read(offsetBytes, header.compressed_page_size, options);
    if (header.crc !== undefined && crc32(encoded) !== header.crc >>> 0) {
      throw new Error("its bytes do not match its checksum");
    }
    return encoded;
  }

  #listed(value: Uint8Array): string | Uint8Array {
    // A copy: the value lies in the page.
    return this.#column.type.dataType.kind === "string" ? UTF8.decode(value) : value.slice();
  }

  /** @throws what `read` throws, with the rows that it concerns */
  async #named<T>(chunk: ParquetChunk, page: Page | undefined, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      const isFileError = isQuarryError(cause) && cause.code !== "CHUNK_CORRUPT";
      if (isFileError || (cause as Error).name === "AbortError") throw cause;
      const first = chunk.firstRow + (page?.firstRow ?? 0);
      const rows = page?.rows ?? chunk.rows;
      throw new QuarryError(
        "CHUNK_CORRUPT",
        `${this.#place()}: rows ${first} to ${first + rows - 1}, in row group ${chunk.rowGroup}, cannot be read: ${(cause as Error).message}`,
        { path: this.#file.name, cause },
      );
    }
  }

  #place(): string {
    return `${this.#file.name}, column ${this.#column.path.slice(1)}`;
  }
}

/** What is refused where a column has a null in `row`. */
export function nullError(place: string, row: number): QuarryError {
  return new QuarryError(
    "UNSUPPORTED_DATA_TYPE",
    `${place}: row ${row} is null, which has no equal in Zarr: give it a value in Parquet first`,
  );
}

/** Of a page of version 1: the definition levels, with their length before them, and what follows. */
function splitLevels(
  body: Uint8Array,
  header: PageHeader,
): { readonly levels: Uint8Array; readonly values: Uint8Array } {
  const encoding = header.data_page_header!.definition_level_encoding;
  if (encoding !== "RLE") throw new Error(`definition levels in the encoding ${encoding} are not known`);
  const levelBytes = new DataView(body.buffer, body.byteOffset, body.length).getUint32(0, true);
  if (4 + levelBytes > body.length) throw new Error("its levels are longer than the page");
  return { levels: body.subarray(4, 4 + levelBytes), values: body.subarray(4 + levelBytes) };
}
