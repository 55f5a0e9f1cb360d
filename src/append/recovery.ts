/**
 * What the next writer does with what the last one left when it was stopped: the root's document says what is committed;
 * rows in the journal beyond that are put behind it again; what was begun and never shown is taken away.
 *
 * Nothing is changed before the journal has been read and found to fit the store.
 */
import { join } from "node:path";
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { decodeJson } from "../metadata/json.ts";
import { type TableShape, tablesOf } from "../zarr/tables.ts";
import type { Documents } from "./documents.ts";
import type { AppendFiles } from "./files.ts";
import type { Frame, JournalContent } from "./journal/read-journal.ts";
import { RowDecoder } from "./journal/row-decoder.ts";
import { decodeRowsHeader } from "./journal/rows-frame.ts";

/** What the first frame of a segment says of a table. */
interface JournaledTable {
  readonly arrays: readonly { readonly path: string; readonly dataType: string; readonly rowBytes: number }[];
}

/** Rows of arrays that grow together, to be appended behind what is committed. */
export interface RecoveredRows {
  /** Path of one of the arrays. */
  readonly path: string;
  readonly batches: readonly RecoveredBatch[];
}

export interface RecoveredBatch {
  readonly rows: number;
  /** Items of each array of the table, by its path. */
  readonly pieces: ReadonlyMap<string, Uint8Array>;
}

export interface PendingPage {
  readonly file: string;
  readonly offsetBytes: number;
  readonly bytes: Uint8Array;
}

/** All that a journal asks for. */
export interface RecoveryPlan {
  readonly tables: readonly RecoveredRows[];
  /** Paths of arrays that may have been begun. */
  readonly begunArrays: readonly string[];
  /** Pages that may have been cut short, the latest of each place. */
  readonly pages: readonly PendingPage[];
}

/** @throws QuarryError `JOURNAL_CORRUPT` where journal and store do not belong together */
export function planRecovery(content: JournalContent, documents: Documents, journal: string): RecoveryPlan {
  const tables = new Map<TableShape, TableProgress>();
  const shapes = tablesOf(documents.committed ?? new Map());
  const begunArrays = new Set<string>();
  const pages = new Map<string, PendingPage>();
  for (const { frames } of content.segments) {
    let heads: readonly JournaledTable[] = [];
    const decoder = new RowDecoder();
    for (const frame of frames) {
      switch (frame.kind) {
        case "segment":
          heads = headsOf(frame, journal);
          for (const head of heads) {
            const shape = shapeOf(head, shapes, journal);
            const progress = tables.get(shape) ?? new TableProgress(shape, documents, journal);
            progress.boundaries.add(progress.rows);
            tables.set(shape, progress);
          }
          break;
        case "rows":
          takeRows(frame, heads, decoder, (head) => tables.get(shapeOf(head, shapes, journal))!, journal);
          break;
        case "array":
          begunArrays.add((decodeJson(frame.payload) as { path: string }).path);
          break;
        case "indexes":
          for (const page of pagesOf(frame)) pages.set(`${page.file}\0${page.offsetBytes}`, page);
          break;
      }
    }
  }
  for (const progress of tables.values()) progress.checkDocuments();
  return {
    tables: [...tables].map(([{ arrays }, { batches }]) => ({ path: [...arrays.keys()][0]!, batches })),
    begunArrays: [...begunArrays].filter((path) => documents.committed?.has(path) !== true),
    pages: [...pages.values()],
  };
}

/** How far the journal brings a table. */
class TableProgress {
  rows: number;
  /** Where segments begin: what a commit may have been about to say. */
  readonly boundaries = new Set<number>();
  readonly batches: RecoveredBatch[] = [];
  readonly #shape: TableShape;
  readonly #committedRows: number;
  readonly #documents: Documents;
  readonly #journal: string;

  constructor(shape: TableShape, documents: Documents, journal: string) {
    this.#shape = shape;
    this.#documents = documents;
    this.#journal = journal;
    this.#committedRows = [...shape.arrays.values()][0]!.shape[0]!;
    this.rows = this.#committedRows;
    this.boundaries.add(this.rows);
  }

  /** @param head the table as it was then: arrays have joined it since, if the rows are committed */
  take(
    { arrays }: JournaledTable,
    firstRow: number,
    rows: number,
    pieces: ReadonlyMap<string, Uint8Array>,
  ): void {
    const end = firstRow + rows;
    // A batch is committed whole or not at all.
    if (end <= this.#committedRows) return;
    if (firstRow !== this.rows) {
      throw unfit(
        this.#journal,
        `rows ${firstRow} to ${end} of ${arrays[0]!.path} follow on row ${this.rows}`,
      );
    }
    const said = new Map(arrays.map((array) => [array.path, array]));
    for (const path of new Set([...this.#shape.arrays.keys(), ...said.keys()])) {
      const metadata = this.#shape.arrays.get(path);
      const array = said.get(path);
      const isSame =
        metadata !== undefined &&
        metadata.dataType.name === array?.dataType &&
        metadata.shape[0] === this.#committedRows &&
        metadata.shape.slice(1).reduce((bytes, extent) => bytes * extent, metadata.dataType.itemBytes) ===
          array.rowBytes;
      if (isSame) continue;
      throw unfit(this.#journal, `${path} is another array than when its rows were appended`);
    }
    this.batches.push({ rows, pieces });
    this.rows = end;
  }

  /** That nobody else has appended since: documents say what was committed, or was about to be. */
  checkDocuments(): void {
    this.boundaries.add(this.rows);
    for (const path of this.#shape.arrays.keys()) {
      const rows = (this.#documents.nodes.get(path) as ArrayMetadata | undefined)?.shape[0];
      if (rows !== undefined && this.boundaries.has(rows)) continue;
      throw unfit(this.#journal, `${path} has ${rows} rows, which its writer has not given it`);
    }
  }
}

function takeRows(
  frame: Frame,
  heads: readonly JournaledTable[],
  decoder: RowDecoder,
  progressOf: (head: JournaledTable) => TableProgress,
  journal: string,
): void {
  const header = decodeRowsHeader(frame.payload);
  const head = header && heads[header.table];
  if (header === undefined || head === undefined)
    throw unfit(journal, `frame ${frame.sequence} is not what it says`);
  const pieces = new Map<string, Uint8Array>();
  let offset = header.end;
  for (const [position, { path, rowBytes }] of head.arrays.entries()) {
    const decoded = decoder.decode(header.table, position, frame.payload, offset, header.rows, rowBytes);
    if (decoded === undefined) throw unfit(journal, `frame ${frame.sequence} is not what it says`);
    pieces.set(path, decoded.rows);
    offset = decoded.end;
  }
  if (offset !== frame.payload.length) throw unfit(journal, `frame ${frame.sequence} is not what it says`);
  progressOf(head).take(head, header.firstRow, header.rows, pieces);
}

function headsOf({ payload, sequence }: Frame, journal: string): readonly JournaledTable[] {
  const head = decodeJson(payload, journal) as unknown as { format: string; tables: JournaledTable[] };
  if (head.format === "quarry journal 1") return head.tables;
  throw new QuarryError(
    "UNSUPPORTED_FORMAT",
    `frame ${sequence} of ${journal} is of the format ${head.format}, and this version of Quarry reads quarry journal 1`,
    { path: journal },
  );
}

/** The payload is a JSON list of places, a zero, and what goes there. */
function pagesOf({ payload }: Frame): PendingPage[] {
  let at = payload.indexOf(0) + 1;
  const list = decodeJson(payload.subarray(0, at - 1)) as unknown as {
    file: string;
    offsetBytes: number;
    lengthBytes: number;
  }[];
  return list.map(({ file, offsetBytes, lengthBytes }) => {
    const bytes = payload.subarray(at, at + lengthBytes);
    at += lengthBytes;
    return { file, offsetBytes, bytes };
  });
}

/** The table that the arrays of `head` are in now. */
function shapeOf(head: JournaledTable, shapes: readonly TableShape[], journal: string): TableShape {
  const { path } = head.arrays[0]!;
  const shape = shapes.find(({ arrays }) => arrays.has(path));
  if (shape !== undefined) return shape;
  throw unfit(journal, `it has rows for ${path}, and the root of the store does not know that array`);
}

function unfit(journal: string, what: string): QuarryError {
  return new QuarryError(
    "JOURNAL_CORRUPT",
    `${journal} does not fit the store beside it: ${what}. Nothing has been changed; to go on without the rows that only ` +
      "the journal has, move it away",
    { path: journal },
  );
}

/** Writes pages again that are not what was being written, nor what was there before: those of which the sum is wrong. */
export async function mendPages(
  files: AppendFiles,
  directory: string,
  pages: readonly PendingPage[],
  isWhole: (page: PendingPage, current: Uint8Array) => Promise<boolean>,
): Promise<number> {
  let mended = 0;
  for (const page of pages) {
    const file = await files.open(join(directory, ...page.file.split("/")));
    if (file === undefined) continue;
    try {
      // A file of another size has been replaced since.
      if ((await file.size()) !== page.offsetBytes + page.bytes.length) continue;
      if (await isWhole(page, await file.read(page.offsetBytes, page.bytes.length))) continue;
      await file.write(page.offsetBytes, page.bytes);
      await file.sync();
      mended += 1;
    } finally {
      await file.close();
    }
  }
  return mended;
}
