/**
 * The journal of a writer: segments of frames in the directory `<store>.journal`, beside the store. A segment is named
 * by the sequence of its first frame in 16 hexadecimal digits.
 *
 * Appends that come while the disk is busy wait together: their frames go out in one write and share one sync.
 */
import { join } from "node:path";
import type { Addon, CompressedRows, FrameCompressorHandle } from "../../codec/native/addon.ts";
import { type AppendFile, type AppendFiles, PAGE_BYTES } from "../files.ts";
import { encodeFrameHead, type FrameKind } from "./frame.ts";
import { WINDOW_LOG } from "./read-journal.ts";
import { encodeRowsHeader } from "./rows-frame.ts";

/** What an acknowledgement means for a power cut; a killed process loses nothing acknowledged in any of them. */
export type SyncMode = "always" | "interval" | "none";

export type JournalEncoder = Pick<
  Addon,
  "crc32c" | "createFrameCompressor" | "compressFrame" | "compressRows" | "compressRowsAsync"
>;

/** Books change little from row to row, so the fastest level finds most of it (bench/append). */
const LEVEL = 1;

/** Up to here a write is a copy into the page cache that is quicker than handing it to another thread. */
const WRITE_NOW_BYTES_MAX = 16 * PAGE_BYTES;

/** More rows are compressed on another thread: some 0.5 ms of this one. */
const COMPRESSED_HERE_BYTES_MAX = 2 ** 18;

/** Rows of a table, on their way into a frame; borrowed until it is written. */
export interface JournaledRows {
  /** Position in the segment's first frame. */
  readonly table: number;
  readonly rows: number;
  readonly firstRow: number;
  /** Of each array, with the bytes of one of its rows. */
  readonly items: readonly { readonly bytes: Uint8Array; readonly rowBytes: number }[];
}

type FrameContent =
  | { readonly kind: "rows"; readonly rows: JournaledRows }
  | { readonly kind: Exclude<FrameKind, "rows">; readonly pieces: readonly Uint8Array[] };

interface QueuedFrame {
  readonly content: FrameContent;
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

  /** Whether there is a segment that frames can go into: {@link rotate} begins one. */
  get hasSegment(): boolean {
    return this.#segment !== undefined;
  }

  /** Resolves when the frame is on the disk. */
  write(kind: Exclude<FrameKind, "rows">, pieces: readonly Uint8Array[]): Promise<void> {
    return this.#enqueue({ content: { kind, pieces }, mustSync: true, onWritten: () => {} });
  }

  /**
   * The same for rows.
   * @param onWritten called when they are in the segment, before anything that is asked for later happens
   */
  writeRows(rows: JournaledRows, onWritten: () => void): Promise<void> {
    return this.#enqueue({ content: { kind: "rows", rows }, mustSync: false, onWritten });
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
    this.#segmentBytes = 0;
    atSwitch();
    await this.#put([{ kind: "segment", pieces: [head] }]);
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
            await this.#put(group.map(({ content }) => content));
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

  async #put(group: readonly FrameContent[]): Promise<void> {
    const parts: Uint8Array[] = [];
    // One after another: what a frame holds depends on those before it.
    for (const content of group) parts.push(...(await this.#frameOf(content)));
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    if (bytes.length <= WRITE_NOW_BYTES_MAX) this.#segment!.writeNow(this.#segmentBytes, bytes);
    else await this.#segment!.write(this.#segmentBytes, bytes);
    this.#segmentBytes += bytes.length;
  }

  async #frameOf(content: FrameContent): Promise<[Uint8Array, Uint8Array]> {
    const { kind } = content;
    const isCompressed = kind === "rows" || kind === "indexes";
    const { frame, rawBytes } =
      kind === "rows" ? await this.#compressRows(content.rows) : this.#pack(content);
    const head = {
      kind,
      isCompressed,
      sequence: this.#nextSequence++,
      syncedBefore: this.#syncedBefore,
      rawBytes,
    };
    return [encodeFrameHead(head, frame, this.#firstSequence, this.#encoder.crc32c), frame];
  }

  #pack({ kind, pieces }: Exclude<FrameContent, { kind: "rows" }>): CompressedRows {
    const rawBytes = pieces.reduce((bytes, piece) => bytes + piece.length, 0);
    const frame =
      kind === "indexes" ? this.#encoder.compressFrame(this.#compressor!, pieces) : Buffer.concat(pieces);
    return { frame, rawBytes };
  }

  #compressRows({ table, rows, firstRow, items }: JournaledRows): CompressedRows | Promise<CompressedRows> {
    const header = encodeRowsHeader({ table, rows, firstRow });
    const bytes = items.map((item) => item.bytes);
    const rowBytes = items.map((item) => item.rowBytes);
    const compressor = this.#compressor!;
    if (rows * sum(rowBytes) <= COMPRESSED_HERE_BYTES_MAX) {
      return this.#encoder.compressRows(compressor, table, header, bytes, rowBytes);
    }
    return new Promise((resolve, reject) => {
      this.#encoder.compressRowsAsync(compressor, table, header, bytes, rowBytes, (fault, compressed) => {
        if (fault === undefined) resolve(compressed!);
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
