/** The entries of a shard's index, held against the shard and against each other: numbers only, no I/O. */

/** What is wrong with an entry. */
export interface EntryProblem {
  /** Of the chunk, in C order. */
  readonly position: number;
  readonly offsetBytes: number;
  readonly encodedBytes: number;
  /**
   * Position of the chunk whose bytes this entry begins in; absent where the entry reaches out of the part of the
   * shard that holds chunks.
   */
  readonly overlapped?: number;
}

export interface CheckedEntries {
  /** One a chunk, in C order: what can be said of it. */
  readonly states: Uint8Array;
  /** Bytes of the part that holds chunks which no entry accounts for. */
  readonly unusedBytes: number;
}

export const CHUNK_ABSENT = 0;
export const CHUNK_PRESENT = 1;
/** Its entry has a problem, so that the bytes there say nothing. */
export const CHUNK_UNREACHABLE = 2;

const ABSENT = 0xffff_ffff_ffff_ffffn;

/**
 * @param pairs offset and length of each chunk; both 2^64-1 for one that is not stored
 * @param begin where the part of the shard that holds chunks begins
 * @param end where it ends
 */
export function checkEntries(
  pairs: BigUint64Array,
  begin: number,
  end: number,
  onProblem: (problem: EntryProblem) => void,
): CheckedEntries {
  const count = pairs.length / 2;
  const states = new Uint8Array(count);
  const inside = new Uint32Array(count);
  let insideCount = 0;
  // A number beyond 2^53 loses digits and stays beyond any shard.
  const offsetOf = (position: number): number => Number(pairs[2 * position]);
  const lengthOf = (position: number): number => Number(pairs[2 * position + 1]);
  const refuse = (position: number, overlapped?: number): void => {
    states[position] = CHUNK_UNREACHABLE;
    const extent = { offsetBytes: offsetOf(position), encodedBytes: lengthOf(position) };
    onProblem({ position, ...extent, ...(overlapped !== undefined && { overlapped }) });
  };

  for (let position = 0; position < count; position++) {
    if (pairs[2 * position] === ABSENT && pairs[2 * position + 1] === ABSENT) continue;
    if (offsetOf(position) < begin || offsetOf(position) + lengthOf(position) > end) {
      refuse(position);
    } else {
      states[position] = CHUNK_PRESENT;
      inside[insideCount++] = position;
    }
  }

  const byOffset = inside.subarray(0, insideCount).sort((a, b) => offsetOf(a) - offsetOf(b) || a - b);
  let usedBytes = 0;
  let usedUntil = begin;
  let last = -1;
  for (const position of byOffset) {
    const offsetBytes = offsetOf(position);
    const chunkEnd = offsetBytes + lengthOf(position);
    if (offsetBytes < usedUntil && chunkEnd > offsetBytes) refuse(position, last);
    if (chunkEnd <= usedUntil) continue;
    usedBytes += chunkEnd - Math.max(offsetBytes, usedUntil);
    usedUntil = chunkEnd;
    last = position;
  }
  return { states, unusedBytes: end - begin - usedBytes };
}
