/**
 * Capture files as blocks of whole lines, streamed. Memory is a few read buffers plus the longest line, whatever the
 * size of the file.
 */
import { captureBytes } from "./capture-bytes.ts";
import type { CaptureBlock } from "./decoder.ts";

const LINE_FEED = 10;

/**
 * Longer lines are refused. The longest that an exchange sends is a depth snapshot: 5,000 levels a side take
 * 250 kB.
 */
export const LINE_BYTES_MAX = 16 * 1024 * 1024;

/** Whole lines, each ending in `\n` except perhaps the last one of the file. */
export interface LineBlock extends CaptureBlock {
  /** Number, from 1, of the first line. */
  readonly firstLine: number;
  /** The block stands for one line of more than {@link LINE_BYTES_MAX} bytes; `bytes` is empty. */
  readonly tooLong: boolean;
}

/** The lines of all `files`, one file after another; an aborted signal ends them after the block at hand. */
export async function* linesOfFiles(
  files: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<LineBlock> {
  for (const file of files) {
    yield* captureLines(file, captureBytes(file, signal), signal);
    if (signal?.aborted) return;
  }
}

/** The lines of `file`, whose content is `chunks`. Where these stop at an aborted signal, the line begun last is left out. */
export async function* captureLines(
  file: string,
  chunks: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): AsyncGenerator<LineBlock> {
  const lines = new LineSplitter(file);
  for await (const bytes of chunks) yield* lines.push(bytes);
  if (signal?.aborted !== true) yield* lines.end();
}

/** Cuts a byte stream after the last line feed of each chunk and carries the rest over. */
class LineSplitter {
  readonly #file: string;
  #carried: Buffer[] = [];
  #carriedBytes = 0;
  #skipping = false;
  #nextLine = 1;

  constructor(file: string) {
    this.#file = file;
  }

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
      yield { file: this.#file, bytes: Buffer.alloc(0), firstLine: this.#nextLine, tooLong: true };
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
    return { file: this.#file, bytes, firstLine, tooLong: false };
  }
}
