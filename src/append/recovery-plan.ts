/**
 * What the next writer does with what the last one left when it was stopped: the root's document says what is committed;
 * rows in the journal beyond that are put behind it again; what was begun and never shown is taken away.
 *
 * Nothing is changed before the journal has been read and found to fit the store (`recovery.ts` carries the plan out).
 */
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";
import { type TableShape, tablesOf } from "../zarr/tables.ts";
import { type Documents, rowsOf } from "./documents.ts";
import { decodeArrayFrame } from "./journal/array-frame.ts";
import { decodePagesFrame, type JournaledPage } from "./journal/pages-frame.ts";
import type { Frame, JournalContent } from "./journal/read-journal.ts";
import { RowDecoder } from "./journal/row-decoder.ts";
import { decodeRowsHeader } from "./journal/rows-frame.ts";
import { decodeSegmentHead, type JournaledTable } from "./journal/segment-head.ts";

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

/** All that a journal asks for. */
export interface RecoveryPlan {
  readonly tables: readonly RecoveredRows[];
  /** Paths of arrays that may have been begun. */
  readonly begunArrays: readonly string[];
  /** Pages that may have been cut short, the latest of each place. */
  readonly pages: readonly JournaledPage[];
}

/** @throws QuarryError `JOURNAL_CORRUPT` where journal and store do not belong together; `UNSUPPORTED_FORMAT` */
export function planRecovery(content: JournalContent, documents: Documents, journal: string): RecoveryPlan {
  const { committed } = documents;
  // A writer sees to that before it writes the first frame.
  if (committed === undefined) throw unfit(journal, "the store's root no longer says what is committed");
  const tables = new Map<TableShape, TableProgress>();
  const shapes = tablesOf(committed);
  const begunArrays = new Set<string>();
  const pages = new Map<string, JournaledPage>();
  for (const { frames } of content.segments) {
    let heads: readonly JournaledTable[] = [];
    const decoder = new RowDecoder();
    for (const frame of frames) {
      switch (frame.kind) {
        case "segment":
          heads = sense(decodeSegmentHead(frame.payload), frame, journal);
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
          begunArrays.add(sense(decodeArrayFrame(frame.payload), frame, journal));
          break;
        case "indexes":
          for (const page of sense(decodePagesFrame(frame.payload), frame, journal)) {
            pages.set(`${page.file}\0${page.offsetBytes}`, page);
          }
          break;
      }
    }
  }
  for (const progress of tables.values()) progress.checkDocuments();
  checkOthers(documents, committed, tables.keys(), journal);
  return {
    tables: [...tables].map(([{ arrays }, { batches }]) => ({ path: [...arrays.keys()][0]!, batches })),
    begunArrays: [...begunArrays].filter((path) => !committed.has(path)),
    pages: [...pages.values()],
  };
}

/** That arrays whose rows the journal knows nothing of are as they were committed: nobody would bring them back. */
function checkOthers(
  { nodes }: Documents,
  committed: ReadonlyMap<string, NodeMetadata>,
  journaled: Iterable<TableShape>,
  journal: string,
): void {
  const known = new Set([...journaled].flatMap(({ arrays }) => [...arrays.keys()]));
  for (const [path, said] of committed) {
    const node = nodes.get(path);
    if (known.has(path) || said.nodeType !== "array" || node?.nodeType !== "array") continue;
    if (rowsOf(node) !== rowsOf(said)) throw notItsRows(journal, path, rowsOf(node));
  }
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
      throw notItsRows(this.#journal, path, rows);
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
  const header = sense(decodeRowsHeader(frame.payload), frame, journal);
  const head = sense(heads[header.table], frame, journal);
  const pieces = new Map<string, Uint8Array>();
  let offset = header.end;
  for (const [position, { path, rowBytes }] of head.arrays.entries()) {
    const rows = decoder.decode(header.table, position, frame.payload, offset, header.rows, rowBytes);
    const decoded = sense(rows, frame, journal);
    pieces.set(path, decoded.rows);
    offset = decoded.end;
  }
  if (offset !== frame.payload.length) throw unfit(journal, `frame ${frame.sequence} is not what it says`);
  progressOf(head).take(head, header.firstRow, header.rows, pieces);
}

/** What a frame has been decoded to, if it has. */
function sense<T>(decoded: T | undefined, { sequence }: Frame, journal: string): T {
  if (decoded === undefined) throw unfit(journal, `frame ${sequence} is not what it says`);
  return decoded;
}

/** The table that the arrays of `head` are in now. */
function shapeOf(head: JournaledTable, shapes: readonly TableShape[], journal: string): TableShape {
  const { path } = head.arrays[0]!;
  const shape = shapes.find(({ arrays }) => arrays.has(path));
  if (shape !== undefined) return shape;
  throw unfit(journal, `it has rows for ${path}, and the root of the store does not know that array`);
}

function notItsRows(journal: string, path: string, rows: number | undefined): QuarryError {
  return unfit(journal, `${path} has ${rows} rows, which its writer has not given it`);
}

function unfit(journal: string, what: string): QuarryError {
  return new QuarryError(
    "JOURNAL_CORRUPT",
    `${journal} does not fit the store beside it: ${what}. Nothing has been changed; to go on without the rows that only ` +
      "the journal has, move it away",
    { path: journal },
  );
}
