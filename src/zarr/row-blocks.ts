/** Walking an array in blocks of whole stored objects along the first dimension. */

export interface BlocksOptions {
  /** Blocks that are being read while one is in use. Default 1. */
  readonly readAhead?: number;
  readonly signal?: AbortSignal;
}

/**
 * @param rowCount items of the first dimension
 * @param blockRows how many of them a block has
 * @param readBlock reads the block that begins at a row
 */
export async function* rowBlocks<Block>(
  rowCount: number,
  blockRows: number,
  readAhead: number,
  readBlock: (start: number) => Promise<Block>,
): AsyncGenerator<Block, void, undefined> {
  if (!Number.isInteger(readAhead) || readAhead < 0) {
    throw new RangeError(`readAhead is a whole number of blocks, not ${readAhead}`);
  }
  const ahead: Promise<Block>[] = [];
  let next = 0;
  try {
    while (next < rowCount || ahead.length > 0) {
      for (; next < rowCount && ahead.length <= readAhead; next += blockRows) {
        const block = readBlock(next);
        // Its failure is reported when its turn comes.
        block.catch(() => {});
        ahead.push(block);
      }
      yield await ahead.shift()!;
    }
  } finally {
    await Promise.allSettled(ahead);
  }
}
