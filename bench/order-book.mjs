// The data: a real order book where the folder of captures is there, the simulated exchange's otherwise, repeated until
// it has the rows that are asked for.
//
// Repetitions must not be copies, or a compressor with a long memory would find them. So a random walk of −1, 0 or +1
// tick a row moves all prices of a row together. It makes the rows harder to compress than they are in life (19 bytes a
// row where the capture itself takes 7.6 at zstd 3), since fewer of them equal the one before: sizes here compare chains
// with each other, and say nothing about what a real book takes.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inRepository, sharedData } from "../scripts/setup/repository.mjs";
import { COLUMNS } from "./measured-array.mjs";

const LEVELS = COLUMNS / 2;
const MISSING_LEVEL = -0x8000_0000;
const WALK_SEED = 20_240_808;

const CAPTURES = ["cm_btcusd_perp_20240808.gz", "cm_btcusd_perp_20240809.gz"].map((name) =>
  join(sharedData, "market-data", "binance", name),
);
const SIMULATED_STEPS = 45_000;

const compiled = (...path) => import(inRepository("dist", "src", "market", ...path));

/** Price ticks [rows, 40] in C order, in memory and in a file that the engines read. */
export class OrderBook {
  constructor(file, values, source) {
    this.file = file;
    this.values = values;
    this.rows = values.length / COLUMNS;
    this.source = source;
  }

  /** Rows `[from, to)`. */
  rowRange(from, to) {
    return this.values.subarray(from * COLUMNS, to * COLUMNS);
  }

  column(column) {
    const items = new Int32Array(this.rows);
    for (let row = 0; row < this.rows; row += 1) items[row] = this.values[row * COLUMNS + column];
    return items;
  }
}

/** Makes the book of `rows` rows, or reads the one that an earlier run made. */
export async function orderBook(rows) {
  const isReal = CAPTURES.every((path) => existsSync(path));
  const folder = inRepository("build", "bench", "data");
  const file = join(folder, `${isReal ? "btcusd-perp" : "simulated"}-${rows}.bin`);
  const sourceFile = `${file}.source`;
  if (existsSync(sourceFile)) {
    const values = new Int32Array(rows * COLUMNS);
    const handle = await open(file, "r");
    await handle.read(new Uint8Array(values.buffer), 0, values.byteLength, 0).finally(() => handle.close());
    return new OrderBook(file, values, await readFile(sourceFile, "utf8"));
  }
  await mkdir(folder, { recursive: true });
  const captured = isReal ? await pricesOf(CAPTURES, "BTCUSD_PERP") : await simulatedPrices(folder);
  const values = await repeated(captured, rows);
  const name = isReal ? "BTCUSD_PERP (Binance COIN-M)" : "SIMUSDT (simulated exchange)";
  const source = `${(captured.length / COLUMNS).toLocaleString("en")} rows of ${name}, repeated with a random walk`;
  await writeFile(file, values);
  // Last: a file without it was not written to its end.
  await writeFile(sourceFile, source);
  return new OrderBook(file, values, source);
}

async function simulatedPrices(folder) {
  const { writeSimulatedCapture } = await compiled("simulate", "index.js");
  const capture = join(folder, "simulated.gz");
  await writeSimulatedCapture(capture, { steps: SIMULATED_STEPS });
  return pricesOf([capture], "SIMUSDT");
}

/** Rows of 20 bid prices and 20 ask prices, best first, in ticks. */
async function pricesOf(files, symbol) {
  const { openCapture } = await compiled("sources", "index.js");
  const parts = [];
  for await (const { rows } of openCapture("binance", files, { symbol, levels: LEVELS }).blocks()) {
    const part = new Int32Array(rows.count * COLUMNS);
    for (let row = 0; row < rows.count; row += 1) {
      const levels = [row * LEVELS, (row + 1) * LEVELS];
      part.set(rows.bidTicks.subarray(...levels), row * COLUMNS);
      part.set(rows.askTicks.subarray(...levels), row * COLUMNS + LEVELS);
    }
    parts.push(part);
  }
  const prices = new Int32Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    prices.set(part, at);
    at += part.length;
  }
  return prices;
}

async function repeated(captured, rows) {
  const { SeededRandom } = await compiled("simulate", "random.js");
  const random = new SeededRandom(WALK_SEED);
  const values = new Int32Array(rows * COLUMNS);
  let walkTicks = 0;
  for (let row = 0; row < rows; row += 1) {
    const from = (row * COLUMNS) % captured.length;
    walkTicks += random.between(-1, 1);
    for (let column = 0; column < COLUMNS; column += 1) {
      const ticks = captured[from + column];
      values[row * COLUMNS + column] = ticks === MISSING_LEVEL ? ticks : ticks + walkTicks;
    }
  }
  return values;
}

/** Hash of typed arrays one after another; the engines compute the same of what they read. */
export function digestOf(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return hash.digest("hex");
}
