/** A store that this process may change: what it consists of, and the steps of a publish. */
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import type { JsonObject } from "../metadata/json.ts";
import { nodePath } from "../metadata/node-name.ts";
import type { ReadableStore } from "../store/store.ts";
import { type TableShape, tableWith } from "../zarr/tables.ts";
import { allDone } from "./all-done.ts";
import type { Documents } from "./documents.ts";
import type { AppendFiles } from "./files.ts";
import type { Journal } from "./journal/journal.ts";
import { encodePagesFrame } from "./journal/pages-frame.ts";
import { removeJournal } from "./journal/segment-files.ts";
import { encodeSegmentHead } from "./journal/segment-head.ts";
import type { Lease } from "./lease.ts";
import { pathBelow, placeBelow } from "./paths.ts";
import { storeFailed } from "./store-failed.ts";
import { ShardCompaction, type StoredObject } from "./stored-shards.ts";
import { checkTable, storedRows, Table } from "./table.ts";
import { ArrayTail } from "./tail/array-tail.ts";
import type { ReplacedPage, TailClock } from "./tail/tail-object.ts";

export interface StoreParts {
  readonly directory: string;
  readonly store: ReadableStore;
  readonly files: AppendFiles;
  readonly clock: TailClock;
  readonly documents: Documents;
  readonly journal: Journal;
  readonly lease: Lease;
  /** Time for readers who take whole shards to end before one changes, in milliseconds. */
  readonly settleMs: number;
}

export class OpenedStore {
  readonly #parts: StoreParts;
  readonly #tables: Table[] = [];
  readonly #tableByPath = new Map<string, Table>();
  readonly #unsealed: { readonly path: string; readonly object: StoredObject }[] = [];

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  get directory(): string {
    return this.#parts.directory;
  }
  get files(): AppendFiles {
    return this.#parts.files;
  }
  get journal(): Journal {
    return this.#parts.journal;
  }
  get documents(): Documents {
    return this.#parts.documents;
  }
  /** Whether the store is one array. */
  get isArray(): boolean {
    return this.documents.nodes.has("");
  }
  /** Those that have been appended to; a table's position is what the journal names it by. */
  get tables(): readonly Table[] {
    return this.#tables;
  }

  /** The table that the array at `path` belongs to, if it is open. */
  tableAt(path: string): Table | undefined {
    return this.#tableByPath.get(path);
  }

  /**
   * Before anything is written by its path: a path that leads elsewhere by now would begin another store there.
   * @throws Error
   */
  checkPlace(): void {
    this.#parts.lease.checkPlace();
  }

  /** A shard that an earlier writer has not brought into its last form. */
  addUnsealed(path: string, object: StoredObject): void {
    this.#unsealed.push({ path, object });
  }

  positionOf(table: Table): number {
    return this.#tables.indexOf(table);
  }

  /** @throws QuarryError `NOT_FOUND`, `SHAPE_MISMATCH`, `UNSUPPORTED_DATA_TYPE`; what reading the last rows throws */
  async openTable(path: string): Promise<Table> {
    const shape = tableWith(this.documents.nodes, path);
    if (shape === undefined) {
      throw new QuarryError("NOT_FOUND", `there is no array ${path} that rows could be appended to`, {
        path: nodePath(path),
      });
    }
    return this.#open(shape);
  }

  async #open(shape: TableShape): Promise<Table> {
    checkTable(shape);
    const { store, directory, files, clock } = this.#parts;
    const tails = [];
    for (const [path, metadata] of shape.arrays) {
      tails.push(await openTail(path, metadata, { store, directory, files, clock }));
    }
    const table = new Table(shape, tails);
    this.#tables.push(table);
    for (const { path } of tails) this.#tableByPath.set(path, table);
    return table;
  }

  /** An array has come into being: the tables that it belongs to are made anew. Nothing is waiting to be published. */
  async reopenTables(createdPath: string): Promise<void> {
    for (const [position, table] of this.#tables.entries()) {
      const shape = tableWith(this.documents.nodes, table.tails[0]!.path)!;
      if (!shape.arrays.has(createdPath)) continue;
      checkTable(shape);
      const metadata = shape.arrays.get(createdPath)!;
      const tail = await openTail(createdPath, metadata, this.#parts);
      const grown = new Table(shape, [...table.tails, tail]);
      this.#tables[position] = grown;
      for (const { path } of grown.tails) this.#tableByPath.set(path, grown);
    }
  }

  /**
   * Begins a new segment of the journal, behind all that has been written.
   * @returns the segments before it
   */
  rotate(atSwitch: () => void): Promise<string[]> {
    const tables = this.#tables.map(({ tails }) => ({
      arrays: tails.map(({ path, rowBytes, metadata }) => ({
        path,
        dataType: metadata.dataType.name,
        rowBytes,
      })),
    }));
    return this.journal.rotate(encodeSegmentHead(tables), atSwitch);
  }

  /**
   * Publishes rows of each table up to its goal: chunks, then indexes, then documents, the root's last.
   * @param options `again`: publish the last chunks though no row is new
   */
  async publish(goals: ReadonlyMap<Table, number>, { again = false } = {}): Promise<void> {
    this.checkPlace();
    const tails = [...goals].flatMap(([table, goal]) => table.tails.map((tail) => ({ tail, goal })));
    const staged = (await allDone(tails.map(({ tail, goal }) => tail.stage(goal, again)))).flat();
    await this.#journalPages(staged.flatMap(({ page }) => page ?? []));
    if (staged.some(({ mustSettle }) => mustSettle)) await delay(this.#parts.settleMs);
    this.checkPlace();
    await allDone(staged.map((object) => object.show()));
    await this.commit(new Map(tails.map(({ tail, goal }) => [tail.path, goal])));
    for (const { tail, goal } of tails) tail.published(goal);
  }

  /** A power cut in the middle of replacing a page may leave neither the old one nor the new. */
  async #journalPages(pages: readonly ReplacedPage[]): Promise<void> {
    if (pages.length === 0) return;
    const journaled = pages.map(({ path, ...page }) => ({ ...page, file: pathBelow(this.directory, path) }));
    await this.journal.write("indexes", encodePagesFrame(journaled));
  }

  /** Commits documents. @param rows new lengths of arrays; those that are as they were are left alone */
  async commit(rows: ReadonlyMap<string, number>, attributes: JsonObject = {}): Promise<void> {
    this.checkPlace();
    const { documents } = this.#parts;
    const changed = [...rows].filter(
      ([path, count]) => (documents.nodes.get(path) as ArrayMetadata).shape[0] !== count,
    );
    await documents.commit(new Map(changed), attributes);
  }

  /** Brings complete shards into their last form, as far as that disturbs no reader. */
  async sealComplete(): Promise<void> {
    for (const { tails } of this.#tables) {
      this.checkPlace();
      for (const tail of tails) await tail.sealComplete();
    }
  }

  /** Brings every shard and every document into its last form. Everything is committed. */
  async seal(): Promise<void> {
    this.checkPlace();
    for (const { tails } of this.#tables) await allDone(tails.map((tail) => tail.sealAll()));
    for (const { path, object } of this.#unsealed) {
      const metadata = this.documents.nodes.get(path) as ArrayMetadata;
      const compaction = await ShardCompaction.of(path, metadata, this.files);
      await compaction!.compact(object, metadata.shape[0]!);
    }
    this.checkPlace();
    await this.documents.seal();
  }

  /** For whoever appends nothing. */
  async sealAndClose(): Promise<void> {
    let isSealed = false;
    try {
      try {
        await this.seal();
        isSealed = true;
      } finally {
        await this.close({ keepJournal: !isSealed });
      }
    } catch (error) {
      throw storeFailed(this.directory, error);
    }
  }

  async close({ keepJournal }: { readonly keepJournal: boolean }): Promise<void> {
    const { journal, files, lease } = this.#parts;
    try {
      for (const { tails } of this.#tables) for (const tail of tails) await tail.close().catch(() => {});
      await journal.close();
      if (!keepJournal) {
        await removeJournal(files, journal.directory);
        await files.syncDirectory(dirname(journal.directory));
      }
    } finally {
      lease.release();
    }
  }
}

async function openTail(
  path: string,
  metadata: ArrayMetadata,
  { store, directory, files, clock }: Pick<StoreParts, "store" | "directory" | "files" | "clock">,
): Promise<ArrayTail> {
  const readFrom = (row: number): Promise<Uint8Array> => storedRows(store, path, metadata, row);
  return ArrayTail.open(path, placeBelow(directory, path), metadata, readFrom, files, clock);
}
