/**
 * The exchange's rules for keeping a book from a snapshot and its updates, both of one channel.
 *
 * 1. A snapshot is the book, whatever came before it.
 * 2. An update whose `prevSeqId` is the `seqId` of the book follows it. (A `seqId` may equal its `prevSeqId`, when
 *    nothing has changed for a minute, and may be below it, after maintenance.) One whose `seqId` is not above the
 *    book's, and which does not follow it, is a duplicate. Anything else is a gap.
 * 3. After each message the checksum of the best levels must be the one that was sent. If not, a change has been
 *    missed or a line is damaged: a gap, and the line is refused. Older captures have no other guard.
 * 4. From a gap on, nothing is taken until the next snapshot.
 */
import type { DecoderCounts } from "../decoder.ts";
import { LineFault } from "../refused-lines.ts";
import { ChecksumBook } from "./checksum-book.ts";
import type { BookUpdate } from "./message.ts";

export class OkxBookSync {
  readonly #counts: DecoderCounts;
  readonly #book = new ChecksumBook();
  /** `seqId` of the book; `undefined` where it has none. */
  #sequenceId: number | undefined;
  #hasBook = false;
  #inGap = false;

  constructor(counts: DecoderCounts) {
    this.#counts = counts;
  }

  /**
   * Whether the update goes into the book; what does not is counted.
   * @throws LineFault where the checksum is wrong
   */
  takes(update: BookUpdate, isSnapshot: boolean): boolean {
    if (isSnapshot) this.#book.clear();
    else if (!this.#hasBook) {
      this.#counts.unsynced += 1;
      return false;
    } else if (!this.#follows(update)) return false;
    this.#book.apply(update.bids, update.asks);
    this.#check(update);
    this.#sequenceId = update.sequence?.id;
    this.#hasBook = true;
    this.#inGap = false;
    return true;
  }

  #follows({ sequence }: BookUpdate): boolean {
    const bookId = this.#sequenceId;
    if (sequence === undefined || bookId === undefined || sequence.previousId === bookId) return true;
    if (sequence.id <= bookId) {
      this.#counts.duplicates += 1;
    } else {
      this.#loseBook();
      this.#counts.unsynced += 1;
    }
    return false;
  }

  #check({ checksum }: BookUpdate): void {
    if (checksum === undefined) return;
    this.#counts.checksums.checked += 1;
    const actual = this.#book.checksum;
    if (actual === checksum) {
      this.#counts.checksums.agreed += 1;
      return;
    }
    this.#loseBook();
    throw new LineFault(`checksum ${checksum} is not that of the book, ${actual}`);
  }

  /** Counted once for each time without a book. */
  #loseBook(): void {
    if (!this.#inGap) this.#counts.gaps += 1;
    this.#inGap = true;
    this.#hasBook = false;
    this.#sequenceId = undefined;
  }
}
