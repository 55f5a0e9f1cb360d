/**
 * The first step of bzip2: of a run of equal bytes the first four stand, and behind them how many more follow.
 * bzip2 counts up to 251 of those, and so does this, though a reader takes 255.
 */
import { RUN_LENGTH } from "./format.ts";

const RUN_BYTES_MAX = 255;

export interface TakenRuns {
  /** Of the decoded bytes, the first that has not been taken. */
  readonly end: number;
  /** Bytes that have been put into the block. */
  readonly blockBytes: number;
}

/** Takes from `decoded` as many runs as fit into `block`, which has room for one. */
export function takeRuns(decoded: Uint8Array, start: number, block: Uint8Array): TakenRuns {
  let end = start;
  let blockBytes = 0;
  while (end < decoded.length) {
    const byte = decoded[end]!;
    const runEndMax = Math.min(end + RUN_BYTES_MAX, decoded.length);
    let runEnd = end + 1;
    while (runEnd < runEndMax && decoded[runEnd] === byte) {
      runEnd++;
    }
    const standing = Math.min(runEnd - end, RUN_LENGTH);
    const isCounted = standing === RUN_LENGTH;
    if (standing + (isCounted ? 1 : 0) > block.length - blockBytes) {
      break;
    }
    block.fill(byte, blockBytes, blockBytes + standing);
    blockBytes += standing;
    if (isCounted) {
      block[blockBytes++] = runEnd - end - RUN_LENGTH;
    }
    end = runEnd;
  }
  return { end, blockBytes };
}
