/**
 * A capture file as blocks of whole lines, streamed: gzip (one member or many) or plain text, recognised by
 * the first two bytes and not by the name. Memory is a few read buffers plus the longest line, whatever the
 * size of the file.
 *
 * A gzip stream that stops early, or is followed by bytes that are no further member, is an error: the lines
 * behind the damage are lost, and a shorter capture must not pass for a whole one.
 */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { QuarryError } from "../../errors.ts";

/** Bytes asked of the file, and of the decompressor, at a time: few enough to stay in the cache. */
const READ_BYTES = 256 * 1024;
const LINE_FEED = 10;

/**
 * Longer lines are refused. The longest that an exchange sends is a depth snapshot: 5,000 levels a side take
 * 250 kB.
 */
export const LINE_BYTES_MAX = 16 * 1024 * 1024;

/** Whole lines, each ending in `\n` except perhaps the last one of the file. */
export interface LineBlock {
  /** Only valid until the next block is asked for. */
  readonly bytes: Buffer;
  /** Number, from 1, of the first line. */
  readonly firstLine: number;
  /** The block stands for one line of more than {@link LINE_BYTES_MAX} bytes; `bytes` is empty. */
  readonly tooLong: boolean;
}

/**
 * The lines of `path`.
 * @throws QuarryError `NOT_FOUND` where there is no such file; `CAPTURE_INVALID` naming the file where its
 *   gzip stream is damaged or ends early; `STORE_FAILED` where reading fails.
 */
export async function* captureLines(path: string, signal?: AbortSignal): AsyncGenerator<LineBlock> {
  const lines = new LineSplitter();
  try {
    for await (const bytes of (await isGzip(path)) ? gunzipped(path) : plain(path)) {
      yield* lines.push(bytes as Buffer);
      if (signal?.aborted) return;
    }
  } catch (cause) {
    throw readFailure(path, cause);
  }
  yield* lines.end();
}

/** Cuts a byte stream after the last line feed of each chunk and carries the rest over. */
class LineSplitter {
  #carried: Buffer[] = [];
  #carriedBytes = 0;
  #skipping = false;
  #nextLine = 1;

  *push(chunk: Buffer): Generator<LineBlock> {
    let rest = chunk;
    if (this.#carriedBytes > 0 || this.#skipping) {
      const end = chunk.indexOf(LINE_FEED) + 1;
      if (end === 0) {
        this.#carry(chunk);
        return;
      }
      this.#carry(chunk.subarray(0, end));
      yield* this.end();
      rest = chunk.subarray(end);
    }
    const end = rest.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) yield this.#block(rest.subarray(0, end));
    if (end < rest.length) this.#carry(rest.subarray(end));
  }

  /** The line that is carried, whole. */
  *end(): Generator<LineBlock> {
    if (this.#skipping) {
      yield { bytes: Buffer.alloc(0), firstLine: this.#nextLine, tooLong: true };
      this.#nextLine += 1;
    } else if (this.#carriedBytes > 0) {
      yield this.#block(Buffer.concat(this.#carried, this.#carriedBytes));
    }
    this.#drop();
    this.#skipping = false;
  }

  #carry(bytes: Buffer): void {
    if (this.#skipping) return;
    this.#carried.push(bytes);
    this.#carriedBytes += bytes.length;
    if (this.#carriedBytes > LINE_BYTES_MAX) {
      this.#skipping = true;
      this.#drop();
    }
  }

  #drop(): void {
    this.#carried = [];
    this.#carriedBytes = 0;
  }

  #block(bytes: Buffer): LineBlock {
    const firstLine = this.#nextLine;
    let at = bytes.indexOf(LINE_FEED);
    while (at >= 0) {
      this.#nextLine += 1;
      at = bytes.indexOf(LINE_FEED, at + 1);
    }
    if (bytes[bytes.length - 1] !== LINE_FEED) this.#nextLine += 1;
    return { bytes, firstLine, tooLong: false };
  }
}

async function isGzip(path: string): Promise<boolean> {
  const magic = Buffer.alloc(4);
  const file = await open(path, "r");
  try {
    await file.read(magic, 0, magic.length, 0);
  } finally {
    await file.close();
  }
  if (magic.readUInt32LE() === 0xfd2fb528) {
    throw new QuarryError("CAPTURE_INVALID", `${path} is compressed with zstd; decompress it first`, {
      path,
    });
  }
  return magic[0] === 0x1f && magic[1] === 0x8b;
}

function plain(path: string, start = 0): Readable {
  return createReadStream(path, { highWaterMark: READ_BYTES, start });
}

async function* gunzipped(path: string): AsyncGenerator<Buffer> {
  const encoded = plain(path);
  const decoded = createGunzip({ chunkSize: READ_BYTES });
  encoded.on("error", (error) => decoded.destroy(error));
  encoded.pipe(decoded);
  try {
    yield* decoded as AsyncIterable<Buffer>;
  } finally {
    encoded.destroy();
  }
  // zlib takes a zero byte after a member for padding and stops there without an error, be it padding or a
  // damaged header with a day of data behind it.
  for await (const bytes of plain(path, decoded.bytesWritten)) {
    if ((bytes as Buffer).some((byte) => byte !== 0)) {
      const message = `${path} has bytes behind the end of its gzip stream that are no further member`;
      throw new QuarryError("CAPTURE_INVALID", message, { path });
    }
  }
}

function readFailure(path: string, cause: unknown): QuarryError {
  if (cause instanceof QuarryError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return new QuarryError("NOT_FOUND", `there is no capture file ${path}`, { path, cause });
  }
  if (code?.startsWith("Z_")) {
    const what = code === "Z_BUF_ERROR" ? "ends in the middle of its gzip stream" : `is damaged (${message})`;
    return new QuarryError("CAPTURE_INVALID", `${path} ${what}; the capture is not complete`, {
      path,
      cause,
    });
  }
  return new QuarryError("STORE_FAILED", `cannot read ${path}: ${message}`, { path, cause });
}
