/**
 * The journal of a writer: segments of frames in the directory `<store>.journal`, beside the store. A segment is named
 * by the sequence of its first frame in 16 hexadecimal digits.
 *
 * Appends that come while the disk is busy wait together: their frames go out in one write and share one sync.
 */
import { join } from "node:path";
import { setImmediate as otherWork } from "node:timers/promises";
import type { Addon, FrameCompressorHandle } from "../../codec/native/addon.ts";
import { SEGMENT_NAME } from "../../store/shared-lease.ts";
import { type AppendFile, type AppendFiles, PAGE_BYTES } from "../files.ts";
import { encodeFrameHead, type FrameKind } from "./frame.ts";
import { WINDOW_LOG } from "./read-journal.ts";
import { RowFilter } from "./row-filter.ts";
import { encodeRowsHeader } from "./rows-frame.ts";

/** What an acknowledgement means for a power cut; a killed process loses nothing acknowledged in any of them. */
export type SyncMode = "always" | "interval" | "none";

export type JournalEncoder = Pick<
  Addon,
  "crc32c" | "createFrameCompressor" | "compressFrame" | "compressFrameAsync"
>;

/** Books change little from row to row, so the fastest level finds most of it (bench/append). */
const LEVEL = 1;

/** Up to here a write is a copy into the page cache that is quicker than handing it to another thread. */
const WRITE_NOW_BYTES_MAX = 16 * PAGE_BYTES;

/** More is compressed on another thread: some 2 ms of this one. */
const COMPRESSED_HERE_BYTES_MAX = 2 ** 20;

/** So much is filtered before others of this thread have their turn: some 4 ms. */
const FILTERED_AT_ONCE_BYTES = 2 ** 19;

/** Rows of a table, on their way into a frame; borrowed until it is written. */
export interface JournaledRows {
  /** Position in the segment's first frame. */
  readonly table: number;
  readonly rows: number;
  readonly firstRow: number;
  /** Of each array, with the bytes of one of its rows. */
  readonly items: readonly { readonly bytes: Uint8Array; readonly rowBytes: number }[];
}

interface QueuedFrame {
  readonly kind: FrameKind;
  /** Of a `rows` frame: called when its turn has come, since what it holds depends on the frame before. */
  readonly payload: () => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Whether it has to be on the disk whatever the mode. */
  readonly mustSync: boolean;
  /** Called before anything that is asked for later happens. */
  readonly onWritten: () => void;
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}

export class Journal {
  readonly directory: string;
  readonly #files: AppendFiles;
  readonly #encoder: JournalEncoder;
  readonly #mode: SyncMode;
  #segment: AppendFile | undefined;
  #segments: string[];
  #compressor: FrameCompressorHandle | undefined;
  #filter = new RowFilter();
  /** Of the segment. */
  #firstSequence = 0;
  #segmentBytes = 0;
  #nextSequence: number;
  #syncedBefore: number;
  #queue: QueuedFrame[] = [];
  /** Whoever touches the segment goes behind who does now. */
  #turn: Promise<void> = Promise.resolve();
  #isPumping = false;
  #syncTimer: NodeJS.Timeout | undefined;
  readonly #syncIntervalMs: number;
  /** Why no frame is written any more: behind one that is not whole, or not safe, it would be lost with it. */
  #failure: { readonly cause: unknown } | undefined;
  /** Called when a sync that nobody waits for has failed. */
  onSyncFailure: (error: unknown) => void = () => {};

  /** @param nextSequence of the first frame; `segments`: what an earlier writer left, to be cut with the next commit */
  constructor(
    directory: string,
    files: AppendFiles,
    encoder: JournalEncoder,
    options: {
      readonly mode: SyncMode;
      readonly syncIntervalMs: number;
      readonly nextSequence: number;
      readonly segments: readonly string[];
    },
  ) {
    this.directory = directory;
    this.#files = files;
    this.#encoder = encoder;
    this.#mode = options.mode;
    this.#syncIntervalMs = options.syncIntervalMs;
    this.#nextSequence = options.nextSequence;
    this.#syncedBefore = options.nextSequence;
    this.#segments = [...options.segments];
  }

  /** Resolves when the frame is on the disk. */
  write(kind: Exclude<FrameKind, "rows">, pieces: readonly Uint8Array[]): Promise<void> {
    return this.#enqueue({ kind, payload: () => pieces, mustSync: true, onWritten: () => {} });
  }

  /**
   * The same for rows.
   * @param onWritten called when they are in the segment, before anything that is asked for later happens
   */
  writeRows(rows: JournaledRows, onWritten: () => void): Promise<void> {
    return this.#enqueue({
      kind: "rows",
      payload: () => this.#rowsPayload(rows),
      mustSync: false,
      onWritten,
    });
  }

  async #rowsPayload({ table, rows, firstRow, items }: JournaledRows): Promise<Uint8Array[]> {
    const pieces = [encodeRowsHeader({ table, rows, firstRow })];
    let filteredBytes = 0;
    for (const [position, { bytes, rowBytes }] of items.entries()) {
      const stepBytes = Math.max(1, Math.floor(FILTERED_AT_ONCE_BYTES / rowBytes)) * rowBytes;
      for (let start = 0; start < bytes.length; start += stepBytes) {
        const step = bytes.subarray(start, start + stepBytes);
        if (filteredBytes + step.length > FILTERED_AT_ONCE_BYTES && filteredBytes > 0) {
          await otherWork();
          filteredBytes = 0;
        }
        pieces.push(this.#filter.encode(table, position, step, rowBytes));
        filteredBytes += step.length;
      }
    }
    return pieces;
  }

  #enqueue(frame: Omit<QueuedFrame, "written" | "failed">): Promise<void> {
    return new Promise((written, failed) => {
      this.#queue.push({ ...frame, written, failed });
      if (this.#isPumping) return;
      this.#isPumping = true;
      // A microtask later, so that what is appended in one go is one write.
      queueMicrotask(() => this.#inTurn(() => this.#pump()).catch(() => {}));
    });
  }

  /**
   * Begins a new segment with `head` as its first frame, behind all frames that have been asked for.
   * @param atSwitch called when no frame can go into the old segment any more, and none has gone into the new one
   * @returns the segments before it
   */
  rotate(head: Uint8Array, atSwitch: () => void): Promise<string[]> {
    return this.#inTurn(async () => {
      await this.#pump();
      return this.#unlessFailed(() => this.#begin(head, atSwitch));
    });
  }

  async #begin(head: Uint8Array, atSwitch: () => void): Promise<string[]> {
    // Frames of the new segment count on those before them, and so does the publish that is to come.
    if (this.#syncedBefore < this.#nextSequence) await this.#sync();
    const firstSequence = this.#nextSequence;
    const name = `${firstSequence.toString(16).padStart(16, "0")}.segment`;
    const segment = await this.#files.create(join(this.directory, name));
    const before = this.#segments;
    await this.#segment?.close();
    this.#segment = segment;
    this.#segments = [name];
    this.#compressor = this.#encoder.createFrameCompressor(LEVEL, WINDOW_LOG);
    this.#firstSequence = firstSequence;
    this.#filter = new RowFilter();
    this.#segmentBytes = 0;
    atSwitch();
    await this.#put([{ kind: "segment", payload: () => [head] }]);
    await this.#sync();
    await this.#files.syncDirectory(this.directory);
    return before;
  }

  /** Deletes segments whose rows are committed. */
  async cut(segments: readonly string[]): Promise<void> {
    for (const name of segments) await this.#files.remove(join(this.directory, name));
  }

  async close(): Promise<void> {
    clearTimeout(this.#syncTimer);
    await this.#inTurn(async () => {
      await this.#segment?.close();
      this.#segment = undefined;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  async #unlessFailed<T>(work: () => Promise<T>): Promise<T> {
    if (this.#failure !== undefined) throw this.#failure.cause;
    try {
      return await work();
    } catch (cause) {
      this.#failure = { cause };
      throw cause;
    }
  }

  /** Writes what has been queued, and what is queued meanwhile. */
  async #pump(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const group = this.#queue;
        this.#queue = [];
        try {
          await this.#unlessFailed(async () => {
            await this.#put(group);
            if (this.#mode === "always" || group.some(({ mustSync }) => mustSync)) await this.#sync();
            else if (this.#mode === "interval") this.#syncSoon();
          });
        } catch (error) {
          for (const { failed } of group) failed(error);
          throw error;
        }
        for (const { onWritten, written } of group) {
          onWritten();
          written();
        }
      }
    } finally {
      this.#isPumping = false;
      const unwritten = this.#queue;
      this.#queue = [];
      for (const { failed } of unwritten) failed(new Error("the journal could not be written"));
    }
  }

  async #put(group: readonly Pick<QueuedFrame, "kind" | "payload">[]): Promise<void> {
    const parts: Uint8Array[] = [];
    for (const { kind, payload } of group) parts.push(...(await this.#frameOf(kind, await payload())));
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    if (bytes.length <= WRITE_NOW_BYTES_MAX) this.#segment!.writeNow(this.#segmentBytes, bytes);
    else await this.#segment!.write(this.#segmentBytes, bytes);
    this.#segmentBytes += bytes.length;
  }

  async #frameOf(kind: FrameKind, pieces: readonly Uint8Array[]): Promise<[Uint8Array, Uint8Array]> {
    const rawBytes = pieces.reduce((bytes, piece) => bytes + piece.length, 0);
    const isCompressed = kind === "rows" || kind === "indexes";
    const stored = isCompressed ? await this.#compress(pieces, rawBytes) : Buffer.concat(pieces);
    const head = {
      kind,
      isCompressed,
      sequence: this.#nextSequence++,
      syncedBefore: this.#syncedBefore,
      rawBytes,
    };
    const header = encodeFrameHead(head, stored, this.#firstSequence, this.#encoder.crc32c);
    return [header, stored];
  }

  #compress(pieces: readonly Uint8Array[], rawBytes: number): Uint8Array | Promise<Uint8Array> {
    if (rawBytes < COMPRESSED_HERE_BYTES_MAX) return this.#encoder.compressFrame(this.#compressor!, pieces);
    return new Promise((resolve, reject) => {
      this.#encoder.compressFrameAsync(this.#compressor!, pieces, (fault, frame) => {
        if (fault === undefined) resolve(frame!);
        else reject(fault);
      });
    });
  }

  async #sync(): Promise<void> {
    const before = this.#nextSequence;
    await this.#segment!.sync();
    this.#syncedBefore = before;
  }

  #syncSoon(): void {
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = undefined;
      this.#inTurn(async () => {
        if (this.#segment !== undefined) await this.#unlessFailed(() => this.#sync());
      }).catch((error) => this.onSyncFailure(error));
    }, this.#syncIntervalMs);
  }
}

/** Names of the segments in a journal's directory, in their order. */
export async function segmentsIn(files: AppendFiles, directory: string): Promise<string[]> {
  return (await files.list(directory)).filter((name) => SEGMENT_NAME.test(name));
}
