/** Rows whose values follow from their index, and the stores that they go to. `reader.py` has the same rules. */
import { codec, createGroup, type Group } from "../../../src/index.ts";

export const LEVELS = 5;

export interface StoreShape {
  readonly chunkRows: number;
  /** Undefined: every chunk is a file. */
  readonly shardRows: number | undefined;
}

export const STORE_SHAPES: readonly StoreShape[] = [
  { chunkRows: 64, shardRows: 1024 },
  { chunkRows: 16, shardRows: 64 },
  // More inner chunks than an index of one page has: shards are replaced, not changed.
  { chunkRows: 4, shardRows: 2048 },
  { chunkRows: 100, shardRows: undefined },
];

export async function createStore(path: string, { chunkRows, shardRows }: StoreShape): Promise<Group> {
  const root = await createGroup(path, { attributes: { purpose: "rows that follow from their index" } });
  const rows = { chunks: [chunkRows], shards: shardRows === undefined ? undefined : [shardRows] };
  const book = {
    chunks: [chunkRows, LEVELS],
    shards: shardRows === undefined ? undefined : [shardRows, LEVELS],
  };
  await root.createArray("ts_event", {
    shape: [0],
    dataType: "int64",
    dimensionNames: ["ts_event"],
    ...rows,
  });
  for (const name of ["bid_px", "ask_px"]) {
    await root.createArray(name, {
      shape: [0, LEVELS],
      dataType: "int32",
      dimensionNames: ["ts_event", "level"],
      codecs: name === "bid_px" ? [codec.zstd({ level: 1, checksum: true })] : undefined,
      ...book,
    });
  }
  return root;
}

export function rowsFrom(firstRow: number, count: number) {
  const tsEvent = new BigInt64Array(count);
  const bidPx = new Int32Array(count * LEVELS);
  const askPx = new Int32Array(count * LEVELS);
  for (let i = 0; i < count; i++) {
    const row = firstRow + i;
    tsEvent[i] = 1_700_000_000_000_000_000n + BigInt(row) * 1000n;
    for (let level = 0; level < LEVELS; level++) {
      bidPx[i * LEVELS + level] = priceOf(row, -level);
      askPx[i * LEVELS + level] = priceOf(row, level + 1);
    }
  }
  return { ts_event: tsEvent, bid_px: bidPx, ask_px: askPx };
}

/** Never the fill value, 0, which a torn row would be read as. */
function priceOf(row: number, level: number): number {
  return 1_000_000 + ((row * 7919) % 65_536) + level;
}
