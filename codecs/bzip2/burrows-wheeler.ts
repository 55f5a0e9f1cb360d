/**
 * The Burrows-Wheeler transform of bzip2: the last bytes of all rotations of a block in their order, and which of
 * them is the block itself.
 *
 * The suffixes of the least rotation have the order of the rotations that begin with them: where one suffix begins
 * with another, the rotation of the shorter one goes on with the least rotation, than which none is less. Equal
 * rotations, of a block that repeats itself, have equal last bytes, and the inverse may start with any of them.
 */
import { sortSuffixes } from "./suffix-sort.ts";

const BYTE_VALUES = 256;

export interface Transformed {
  readonly lastBytes: Uint8Array;
  /** The index of the block among its rotations. */
  readonly origin: number;
}

/** @param block of at least one byte */
export function burrowsWheeler(block: Uint8Array): Transformed {
  const start = leastRotation(block);
  const rotated = new Uint8Array(block.length);
  rotated.set(block.subarray(start));
  rotated.set(block.subarray(0, start), block.length - start);
  const order = sortSuffixes(rotated, BYTE_VALUES);
  const blockAt = (block.length - start) % block.length;
  const lastBytes = new Uint8Array(block.length);
  for (let rank = 0; rank < order.length; rank++) {
    const at = order[rank]!;
    lastBytes[rank] = rotated[at === 0 ? rotated.length - 1 : at - 1]!;
  }
  return { lastBytes, origin: order.indexOf(blockAt) };
}

/** Where the least rotation begins; each step rules out as many beginnings as it has compared bytes. */
function leastRotation(block: Uint8Array): number {
  const byteCount = block.length;
  const byteAt = (at: number) => block[at < byteCount ? at : at - byteCount]!;
  let [one, other, equalCount] = [0, 1, 0];
  while (one < byteCount && other < byteCount && equalCount < byteCount) {
    const difference = byteAt(one + equalCount) - byteAt(other + equalCount);
    if (difference === 0) {
      equalCount++;
      continue;
    }
    if (difference > 0) {
      one += equalCount + 1;
    } else {
      other += equalCount + 1;
    }
    other += one === other ? 1 : 0;
    equalCount = 0;
  }
  return Math.min(one, other);
}
