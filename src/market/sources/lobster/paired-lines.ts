/** Two files whose lines belong together one by one, as blocks of as many lines of each. */
import { QuarryError } from "../../../errors.ts";
import { captureLines, type LineBlock } from "../capture-lines.ts";

export interface PairedLines extends LineBlock {
  /** As many lines of the other file as `bytes` has, each with its line feed. */
  readonly paired: Buffer;
}

interface LineSource {
  readonly file: string;
  readonly chunks: AsyncIterable<Buffer>;
}

const LINE_FEED = 10;

/** @throws QuarryError `CAPTURE_INVALID` where one file has more lines than the other */
export async function* pairedLines(
  first: LineSource,
  second: LineSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<PairedLines> {
  const others = new LineTaker(captureLines(second.file, second.chunks, signal));
  for await (const block of captureLines(first.file, first.chunks, signal)) {
    const count = lineCount(block);
    const paired = await others.take(count);
    if (signal?.aborted && paired.count < count) return;
    if (paired.count < count) throw unequal(second.file, first.file);
    yield { ...block, paired: paired.lines };
  }
  if (signal?.aborted !== true && (await others.take(1)).count > 0) throw unequal(first.file, second.file);
}

class LineTaker {
  readonly #blocks: AsyncIterator<LineBlock>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(blocks: AsyncIterable<LineBlock>) {
    this.#blocks = blocks[Symbol.asyncIterator]();
  }

  /** The next `count` lines, or as many as there are left, each ending in a line feed. */
  async take(count: number): Promise<{ readonly lines: Buffer; readonly count: number }> {
    const parts: Buffer[] = [];
    let taken = 0;
    while (taken < count) {
      if (this.#rest.length === 0 && !(await this.#next())) break;
      let end = 0;
      for (; taken < count && end < this.#rest.length; taken += 1) {
        end = this.#rest.indexOf(LINE_FEED, end) + 1;
      }
      parts.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
    return { lines: Buffer.concat(parts), count: taken };
  }

  /** Takes a copy of the next block; a line that is too long stays as an empty one. */
  async #next(): Promise<boolean> {
    const { done, value } = await this.#blocks.next();
    if (done === true) return false;
    const isWhole = value.bytes[value.bytes.length - 1] === LINE_FEED;
    this.#rest = Buffer.concat(isWhole ? [value.bytes] : [value.bytes, Buffer.of(LINE_FEED)]);
    return true;
  }
}

function lineCount({ bytes, tooLong }: LineBlock): number {
  if (tooLong) return 1;
  let count = 0;
  for (let at = 0; at < bytes.length; count += 1) {
    const lineFeed = bytes.indexOf(LINE_FEED, at);
    at = lineFeed < 0 ? bytes.length : lineFeed + 1;
  }
  return count;
}

function unequal(shorter: string, longer: string): QuarryError {
  return new QuarryError(
    "CAPTURE_INVALID",
    `${shorter} has fewer lines than ${longer}; they belong together`,
    {
      path: shorter,
    },
  );
}
