/**
 * Streams of blocks, each in the order of time, as one: the block that begins first comes first. While a block is in
 * use, the next one of its stream is under way.
 */
export async function* mergedByTime<Block>(
  streams: readonly AsyncGenerator<Block, void, undefined>[],
  firstNsOf: (block: Block) => bigint,
): AsyncGenerator<Block, void, undefined> {
  const started = streams.map((stream) => ({ stream, next: nextOf(stream) }));
  try {
    while (started.length > 0) {
      const heads = await Promise.all(started.map(({ next }) => next));
      const ended = heads.findIndex(({ done }) => done);
      if (ended !== -1) {
        started.splice(ended, 1);
        continue;
      }
      const blocks = heads.map(({ value }) => value as Block);
      const firsts = blocks.map(firstNsOf);
      const earliest = firsts.reduce((best, firstNs, index) => (firstNs < firsts[best]! ? index : best), 0);
      const head = started[earliest]!;
      head.next = nextOf(head.stream);
      yield blocks[earliest]!;
    }
  } finally {
    await Promise.allSettled(started.map(({ stream }) => stream.return()));
  }
}

function nextOf<Block>(stream: AsyncGenerator<Block, void, undefined>): Promise<IteratorResult<Block, void>> {
  const next = stream.next();
  // Its failure is reported when its turn comes.
  next.catch(() => {});
  return next;
}
