/**
 * Which bytes of a growing shard are in use. A range that no published index points to any more stays in use for a
 * grace time, since a reader may have read the index before; after that it may be written again.
 */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

interface UsedRange extends ByteRange {
  /** On the caller's clock; undefined while a published index points to the range. */
  freeAtMs: number | undefined;
}

export class FileSpace {
  /** Sorted, apart from each other. */
  readonly #used: UsedRange[] = [];

  /** Takes [start, start + length) if it is free. */
  take(start: number, lengthBytes: number, nowMs: number): boolean {
    this.#dropFreed(nowMs);
    const end = start + lengthBytes;
    const at = this.#used.findIndex((range) => range.end > start);
    if (at !== -1 && this.#used[at]!.start < end) return false;
    this.#used.splice(at === -1 ? this.#used.length : at, 0, { start, end, freeAtMs: undefined });
    return true;
  }

  /** Takes the first `lengthBytes` free bytes of [from, to); undefined where there are not as many in one piece. */
  takeFirst(from: number, to: number, lengthBytes: number, nowMs: number): number | undefined {
    this.#dropFreed(nowMs);
    let start = from;
    for (const range of this.#used) {
      if (range.end <= start) continue;
      if (range.start >= start + lengthBytes) break;
      start = range.end;
    }
    if (start + lengthBytes > to) return undefined;
    this.take(start, lengthBytes, nowMs);
    return start;
  }

  /** The range that begins at `start` is pointed to no longer, and is free from `freeAtMs` on. */
  release(start: number, freeAtMs: number): void {
    const range = this.#used.find((used) => used.start === start && used.freeAtMs === undefined);
    if (range !== undefined) range.freeAtMs = freeAtMs;
  }

  /** What is in use at `nowMs`. */
  used(nowMs: number): readonly ByteRange[] {
    this.#dropFreed(nowMs);
    return this.#used;
  }

  #dropFreed(nowMs: number): void {
    for (let i = this.#used.length - 1; i >= 0; i--) {
      const { freeAtMs } = this.#used[i]!;
      if (freeAtMs !== undefined && freeAtMs <= nowMs) this.#used.splice(i, 1);
    }
  }
}
