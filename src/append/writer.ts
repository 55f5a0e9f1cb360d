/**
 * The one writer of a store: rows in, journal, and from there into the arrays, a commit at a time. The protocol, what a
 * crash leaves at each of its steps, and what a reader may rely on are in `spec/durable-append.md`.
 */
import { isQuarryError, QuarryError } from "../errors.ts";
import { type JsonObject, stringifyJson } from "../metadata/json.ts";
import { nodePath } from "../metadata/node-name.ts";
import type { TypedArrayOf } from "../metadata/typed-array.ts";
import type { AppendedRows } from "../zarr/append-rows.ts";
import type { ArrayData, NdArray } from "../zarr/array-data.ts";
import type { CreateArrayOptions } from "../zarr/create-array.ts";
import { FRAME_RAW_BYTES_MAX } from "./journal/read-journal.ts";
import { FILTERED_GROWTH_MAX } from "./journal/row-decoder.ts";
import { createLateArray } from "./late-array.ts";
import type { OpenedStore } from "./opened-store.ts";
import { Publisher, type PublishPace } from "./publisher.ts";
import type { RowBatch, Table } from "./table.ts";
import { Turns } from "./turns.ts";

/** Rows that wait for being published, at most; then `append` waits as well. */
const WAITING_BYTES_MAX = 64 * 2 ** 20;

/** What recovery takes from one frame, whatever the rows are. */
const BATCH_BYTES_MAX = FRAME_RAW_BYTES_MAX / (FILTERED_GROWTH_MAX + 1);

/** A batch whose rows are on their way into the journal. */
interface TakenIn {
  readonly table: Table;
  readonly firstRow: number;
  readonly count: number;
  /** Settles when they are there, or never will be. */
  readonly written: Promise<void>;
}

export class StoreWriter {
  readonly #store: OpenedStore;
  readonly #publisher: Publisher;
  readonly #turns = new Turns();
  /** Segments from before a table was opened, whose rows the next publish makes needless. */
  #segmentsToCut: string[] = [];
  #waitingBytes = 0;
  #failure: QuarryError | undefined;
  /** Whether somebody has been told of it. */
  #isReported = false;
  #closing: Promise<void> | undefined;

  /** @internal Use `openWriter`. */
  constructor(store: OpenedStore, pace: PublishPace) {
    this.#store = store;
    this.#publisher = new Publisher(() => this.#publish(), pace);
    store.journal.onSyncFailure = (error) => this.#fail(error);
  }

  /** Path of the store's directory. */
  get directory(): string {
    return this.#store.directory;
  }

  /**
   * Appends rows to all arrays that grow together (those of one group whose first dimension has the same name), to all
   * or to none. Resolved means: they are in the journal and survive the end of this process; with `sync: "always"` they
   * survive a power cut as well. Readers see them with the next commit.
   *
   * Appends that are made without waiting for each other share one write and one sync. The rows' memory is borrowed
   * until the promise settles.
   * @param batch rows for each array by its path; of a store that is one array, its rows
   * @returns the index of the first new row, and how many there are
   * @throws QuarryError `SHAPE_MISMATCH`, `VALUE_INVALID`, `NOT_FOUND`: nothing has been appended then, and the writer
   *   goes on. `STORE_FAILED`: the disk refused; the store stays at its last commit, what was acknowledged is in the
   *   journal, and the writer is of no more use: close it, and open another when the cause is gone.
   */
  async append(batch: RowBatch | TypedArrayOf | NdArray): Promise<AppendedRows> {
    this.#checkUsable();
    const rows = this.#store.isArray ? { "": batch as TypedArrayOf | NdArray } : (batch as RowBatch);
    return this.#telling(async () => {
      const { table, firstRow, count, written } = await this.#turns.take(() => this.#takeIn(rows));
      await written;
      if (count > 0) this.#publisher.publishWhenDue(table, count);
      return { firstRow, rows: count };
    });
  }

  /** At once where that can be, so that what is appended in one go is one write. */
  #takeIn(batch: RowBatch): TakenIn | Promise<TakenIn> {
    const path = firstPath(batch);
    const table = this.#store.tableAt(path);
    if (table !== undefined && this.#waitingBytes <= WAITING_BYTES_MAX) return this.#appendTo(table, batch);
    return this.#takeInLater(path, batch);
  }

  async #takeInLater(path: string, batch: RowBatch): Promise<TakenIn> {
    const table = this.#store.tableAt(path) ?? (await this.#openTable(path));
    if (this.#waitingBytes > WAITING_BYTES_MAX) await this.#publisher.publishAll();
    return this.#appendTo(table, batch);
  }

  #appendTo(table: Table, batch: RowBatch): TakenIn {
    if (this.#failure !== undefined) throw this.#failure;
    const { rows, pieces } = table.itemsOf(batch);
    const firstRow = table.rows;
    if (rows === 0) return { table, firstRow, count: 0, written: Promise.resolve() };
    const rawBytes = rows * table.rowBytes;
    if (rawBytes > BATCH_BYTES_MAX) {
      throw new QuarryError(
        "SELECTION_TOO_LARGE",
        `a batch of ${rawBytes} bytes; append at most ${BATCH_BYTES_MAX} at a time`,
      );
    }
    const added = table.add(rows, pieces);
    this.#waitingBytes += rawBytes;
    const written = this.#store.journal
      .writeRows({ table: this.#store.positionOf(table), ...added }, () => {
        table.journaledRows += rows;
      })
      .catch((error) => {
        throw this.#fail(error);
      });
    return { table, firstRow, count: rows, written };
  }

  /**
   * Makes all rows that `append` was called for visible to readers; resolves when they are, and are safe from a power cut.
   * @throws QuarryError `STORE_FAILED`
   */
  async commit(): Promise<void> {
    this.#checkUsable();
    await this.#telling(async () => {
      await this.#turns.take(() => {});
      await this.#publisher.publishAll();
    });
  }

  /**
   * Creates an array with all its values, and commits it together with the rows appended so far: for what is known only
   * after the rows. A new array that grows together with others has as many rows as they have.
   * @param path relative to the store
   * @param values as for `ZarrArray.set`
   * @throws QuarryError as `Group.createArray` and `ZarrArray.set`: nothing has been written then. `STORE_FAILED`
   */
  async addArray(path: string, options: CreateArrayOptions, values: ArrayData): Promise<void> {
    this.#checkUsable();
    await this.#telling(() =>
      this.#turns.take(async () => {
        await this.#publisher.publishAll();
        try {
          // Of a writer that nothing has been appended to yet.
          if (!this.#store.journal.hasSegment) await this.#beginSegment();
          const created = await createLateArray(this.#store, path, options, values);
          await this.#store.commit(new Map(), {});
          await this.#store.reopenTables(created);
          // The rows to come are those of the new tables.
          await this.#beginSegment();
        } catch (error) {
          // A wrong call leaves no trace; a disk that refuses, or a file half written, ends the writer.
          if (isQuarryError(error) && error.code !== "STORE_FAILED") throw error;
          throw this.#fail(error);
        }
      }),
    );
  }

  /**
   * Sets attributes of the store's root, in one commit with the rows appended so far.
   * @throws QuarryError `METADATA_INVALID` for what JSON cannot carry; `STORE_FAILED`
   */
  async finalize(attributes: JsonObject): Promise<void> {
    this.#checkUsable();
    stringifyJson({ attributes });
    await this.#telling(() =>
      this.#turns.take(async () => {
        await this.#publisher.publishAll();
        try {
          await this.#store.commit(new Map(), attributes);
        } catch (error) {
          throw this.#fail(error);
        }
      }),
    );
  }

  /**
   * Commits what is there, brings every shard into its last form, without a byte that is not needed, removes the journal
   * and gives the lease back. After a failure it gives back what it holds and leaves the rest to the next writer.
   * @throws QuarryError `STORE_FAILED`: the rows are safe, in the store or in the journal
   */
  close(): Promise<void> {
    this.#closing ??= Promise.resolve(this.#turns.take(() => this.#close()));
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#publisher.publishAll();
      await this.#store.seal();
    } catch (error) {
      this.#fail(error);
    }
    // Whatever fails, nothing is changed any more when the lease is given back.
    await this.#publisher.stop();
    try {
      await this.#store.close({ keepJournal: this.#failure !== undefined });
    } catch (error) {
      this.#fail(error);
    }
    if (this.#failure !== undefined && !this.#isReported) throw this.#failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #openTable(path: string): Promise<Table> {
    const table = await this.#store.openTable(path);
    try {
      await this.#beginSegment();
    } catch (error) {
      throw this.#fail(error);
    }
    return table;
  }

  /** The tables are other ones than the journal's last segment names. Its rows may still wait for being published. */
  async #beginSegment(): Promise<void> {
    this.#segmentsToCut.push(...(await this.#store.rotate(() => {})));
  }

  async #publish(): Promise<void> {
    // Whether anybody hears of it is for those to say who wait for this.
    if (this.#failure !== undefined) throw this.#failure;
    const { tables } = this.#store;
    if (tables.every((table) => table.rows === table.publishedRows)) return;
    try {
      const goals = new Map<Table, number>();
      // From here on rows go into a new segment, so that the old ones hold nothing but what is published now.
      const segments = await this.#store.rotate(() => {
        for (const table of tables) goals.set(table, table.journaledRows);
      });
      segments.push(...this.#segmentsToCut.splice(0));
      await this.#store.publish(goals);
      this.#waitingBytes = tables.reduce(
        (bytes, table) => bytes + (table.rows - table.publishedRows) * table.rowBytes,
        0,
      );
      await this.#store.journal.cut(segments);
      await this.#store.sealComplete();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** The writer is of no use any more. @returns what whoever uses it is told */
  #fail(cause: unknown): QuarryError {
    if (this.#failure === undefined) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#failure = new QuarryError(
        "STORE_FAILED",
        `the writer of ${this.directory} has stopped: ${reason}. The store is at its last commit, acknowledged rows are in ` +
          "its journal; close the writer, and open another to go on",
        { path: nodePath(""), cause },
      );
    }
    return this.#failure;
  }

  async #telling<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error === this.#failure) this.#isReported = true;
      throw error;
    }
  }

  #checkUsable(): void {
    if (this.#failure !== undefined) {
      this.#isReported = true;
      throw this.#failure;
    }
    if (this.#closing !== undefined) throw new TypeError(`the writer of ${this.directory} is closed`);
  }
}

function firstPath(batch: RowBatch): string {
  const [path] = Object.keys(batch);
  if (path === undefined) throw new QuarryError("SHAPE_MISMATCH", "a batch without arrays");
  return path;
}
