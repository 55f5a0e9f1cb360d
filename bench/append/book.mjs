// A book of 20 levels as columns, in memory and in files for the peers: prices of the benchmark's book, sizes that change
// at three levels a row, and a time every 50 ms.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inRepository } from "../../scripts/setup/repository.mjs";
import { orderBook } from "../order-book.mjs";

export const LEVELS = 20;
const SIZE_SEED = 20_240_809;
const ROW_NS = 50_000_000n;
const FIRST_NS = 1_723_075_200_000_000_000n;

/** Items a row of each array. */
export const ARRAYS = { ts_event: 1, bid_px: LEVELS, bid_sz: LEVELS, ask_px: LEVELS, ask_sz: LEVELS };

export async function columnsOf(rows) {
  const { values } = await orderBook(rows);
  const { SeededRandom } = await import(inRepository("dist", "src", "market", "simulate", "random.js"));
  const random = new SeededRandom(SIZE_SEED);
  const columns = {
    ts_event: BigInt64Array.from({ length: rows }, (_, row) => FIRST_NS + BigInt(row) * ROW_NS),
  };
  for (const [name, from] of [
    ["bid", 0],
    ["ask", LEVELS],
  ]) {
    const px = new Int32Array(rows * LEVELS);
    const sz = new Int32Array(rows * LEVELS);
    const current = new Int32Array(LEVELS).fill(100);
    for (let row = 0; row < rows; row += 1) {
      px.set(values.subarray(row * 2 * LEVELS + from, row * 2 * LEVELS + from + LEVELS), row * LEVELS);
      for (let change = 0; change < 3; change += 1) {
        current[random.between(0, LEVELS - 1)] = random.between(1, 5_000);
      }
      sz.set(current, row * LEVELS);
    }
    columns[`${name}_px`] = px;
    columns[`${name}_sz`] = sz;
  }
  return columns;
}

/** One file a column, of raw items. */
export async function filesOf(columns) {
  const folder = inRepository("build", "bench", "append");
  await mkdir(folder, { recursive: true });
  const files = {};
  for (const [name, items] of Object.entries(columns)) {
    files[name] = join(folder, `${name}.bin`);
    await writeFile(files[name], items);
  }
  return files;
}

export function rowsOf(columns, from, to) {
  return Object.fromEntries(
    Object.entries(ARRAYS).map(([name, items]) => [name, columns[name].subarray(from * items, to * items)]),
  );
}

/** An empty store of such a book, in the layout and with the chain that the library chooses by itself. */
export async function createBook({ createGroup, suggestLayout }, path, { chunkRows } = {}) {
  const root = await createGroup(path, { mode: "w" });
  for (const [name, items] of Object.entries(ARRAYS)) {
    const shape = items === 1 ? [0] : [0, items];
    const { chunks, shards } = suggestLayout({
      shape,
      dataType: name === "ts_event" ? "int64" : "int32",
      widestRowBytes: LEVELS * 4,
    });
    await root.createArray(name, {
      shape,
      dataType: name === "ts_event" ? "int64" : "int32",
      chunks: chunkRows === undefined ? chunks : [chunkRows, ...shape.slice(1)],
      shards: chunkRows === undefined ? shards : [chunkRows * 64, ...shape.slice(1)],
      dimensionNames: items === 1 ? ["ts_event"] : ["ts_event", "level"],
    });
  }
  return root;
}
