// node bench/append.mjs [--rows 2000000] [--only rates,size,written,day]: what an append costs, beside zarr-python and
// tensorstore, which resize and set. Needs `npm run build` and the Python environment.
//
//  rates    acknowledged rows a second of a 20-level book, by batch and sync; median and 99th percentile of an append
//  size     time of a 1000-row append when the array holds 10^5 and 10^7 rows
//  written  bytes written for 100 appends of 1000 rows of the array of the table in README
//  day      bytes written for a day at 20 rows a second with readers at most 30 s behind, for each byte stored
import { spawn } from "node:child_process";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { inRepository, venvBinary } from "../scripts/setup/repository.mjs";
import { columnsOf, createBook, filesOf, rowsOf } from "./append/book.mjs";
import { countedFiles } from "./append/counted-files.mjs";
import { orderBook } from "./order-book.mjs";
import { median } from "./statistics.mjs";

const quarry = await import(inRepository("dist", "src", "index.js"));
const { openWriterOn } = await import(inRepository("dist", "src", "append", "open-writer.js"));
const { NodeFiles } = await import(inRepository("dist", "src", "append", "node-files.js"));
const { findAddon } = await import(inRepository("dist", "src", "codec", "native", "addon.js"));

const PEERS = ["zarr-python", "tensorstore"];
const SECONDS_EACH = 2;
const folder = inRepository("build", "bench", "append");

class Peers {
  #process = spawn(venvBinary("python"), [inRepository("bench", "append", "peers.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  #answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();

  async secondsOf(order) {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    return JSON.parse((await this.#answers.next()).value);
  }

  close() {
    this.#process.stdin.end();
  }
}

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "2000000" },
    only: { type: "string", default: "rates,size,written,day" },
  },
});
const rows = Number(options.rows);
const only = new Set(options.only.split(","));
const peers = new Peers();
const columns = await columnsOf(rows);
const files = await filesOf(columns);

if (only.has("rates")) await rates();
if (only.has("size")) await size();
if (only.has("written")) await written();
if (only.has("day")) await day();
peers.close();

async function rates() {
  console.log("acknowledged rows a second (median / 99th percentile of an append in ms)");
  for (const batchRows of [1, 100, 10_000]) {
    const line = [`batches of ${batchRows}:`];
    for (const sync of ["always", "interval", "none"]) {
      const path = join(folder, "ours.zarr");
      await createBook(quarry, path);
      const writer = await quarry.openWriter(path, { sync });
      const took = [];
      const began = performance.now();
      let row = 0;
      while (performance.now() - began < SECONDS_EACH * 1000 && row + batchRows <= rows) {
        const batch = rowsOf(columns, row, row + batchRows);
        const start = performance.now();
        await writer.append(batch);
        took.push(performance.now() - start);
        row += batchRows;
      }
      const seconds = (performance.now() - began) / 1000;
      await writer.close();
      line.push(`${sync} ${rateText(row / seconds)} (${percentiles(took)})`);
    }
    for (const engine of PEERS) {
      const path = join(folder, "peer.zarr");
      await createBook(quarry, path);
      const arrays = Object.fromEntries(
        Object.entries(files).map(([name, file]) => [join(path, name), file]),
      );
      const batches = batchRows === 1 ? 40 : 20;
      const seconds = await peers.secondsOf({ engine, arrays, batchRows, batches, from: 0 });
      const rate = (batchRows * batches) / seconds.reduce((sum, each) => sum + each, 0);
      line.push(`${engine} ${rateText(rate)} (${percentiles(seconds.map((each) => each * 1000))})`);
    }
    console.log(line.join("  "));
  }
}

async function size() {
  console.log("milliseconds of a 1000-row append, median of 40, with 10^5 and 10^7 rows before");
  const { values } = await orderBook(rows);
  const file = (await orderBook(rows)).file;
  for (const engine of ["quarry", ...PEERS]) {
    const line = [engine];
    for (const before of [100_000, 10_000_000]) {
      const path = join(folder, "large.zarr");
      const array = await createPrices(path);
      for (let row = 0; row < before; row += rows) {
        const count = Math.min(rows, before - row);
        await array.append(values.subarray(0, count * 40));
      }
      let took;
      if (engine === "quarry") {
        const writer = await quarry.openWriter(path, { sync: "interval" });
        await writer.append(values.subarray(0, 40_000));
        took = [];
        for (let i = 0; i < 40; i += 1) {
          const start = performance.now();
          await writer.append(values.subarray(i * 40_000, (i + 1) * 40_000));
          took.push(performance.now() - start);
        }
        const start = performance.now();
        await writer.commit();
        line.push(`(commit ${(performance.now() - start).toFixed(1)})`);
        await writer.close();
      } else {
        const order = { engine, arrays: { [path]: file }, batchRows: 1000, batches: 40, from: 0 };
        took = (await peers.secondsOf(order)).map((seconds) => seconds * 1000);
      }
      line.push(median(took).toFixed(2));
    }
    console.log(line.join("  "));
  }
}

async function written() {
  const { values } = await orderBook(rows);
  const path = join(folder, "counted.zarr");
  await createPrices(path);
  const counted = countedFiles(new NodeFiles(findAddon().addon), { syncs: true });
  const writer = await openWriterOn(path, { sync: "interval" }, platformOf(counted.files));
  const began = performance.now();
  for (let i = 0; i < 100; i += 1) await writer.append(values.subarray(i * 40_000, (i + 1) * 40_000));
  const acknowledged = performance.now() - began;
  await writer.commit();
  const committed = performance.now() - began;
  console.log(
    `100 appends of 1000 rows: ${megabytes(sumOf(counted.written))} written ${partsText(counted.written)}, acknowledged in ` +
      `${acknowledged.toFixed(0)} ms, committed in ${committed.toFixed(0)} ms`,
  );
  await writer.close();
  console.log(`  … and closed: ${megabytes(sumOf(counted.written))}`);
}

async function day() {
  const perSecond = 20;
  const dayRows = Math.min(rows, 86_400 * perSecond);
  for (const chunkRows of [1024, 4096]) {
    const path = join(folder, "day.zarr");
    await createBook(quarry, path, { chunkRows });
    // Time is that of the rows, and nothing waits for the disk: what is counted are the bytes.
    let row = 0;
    const counted = countedFiles(new NodeFiles(findAddon().addon), { syncs: false });
    const platform = platformOf(counted.files, () => (row * 1000) / perSecond);
    const options = { sync: "interval", publishIntervalMs: Number.POSITIVE_INFINITY };
    const writer = await openWriterOn(path, options, platform);
    let commits = 0;
    for (let sinceCommit = 0; row < dayRows; ) {
      await writer.append(rowsOf(columns, row, row + 1));
      row += 1;
      sinceCommit += 1;
      // When a chunk is full, the writer publishes by itself.
      const isFull = row % chunkRows === 0;
      if (!isFull && sinceCommit < 30 * perSecond) continue;
      await writer.commit();
      sinceCommit = 0;
      commits += 1;
    }
    await writer.close();
    const stored = await bytesBelow(path);
    const total = sumOf(counted.written);
    console.log(
      `a day at ${perSecond} rows/s, chunks of ${chunkRows} rows: ${dayRows} rows in ${commits} commits, ${megabytes(stored)} stored, ` +
        `${megabytes(total)} written ${partsText(counted.written)}: ${(total / stored).toFixed(2)} times`,
    );
  }
}

async function createPrices(path) {
  await rm(path, { recursive: true, force: true });
  return quarry.createArray(path, {
    shape: [0, 40],
    dataType: "int32",
    chunks: [4096, 40],
    shards: [262_144, 40],
    codecs: [quarry.codec.zstd({ level: 3, checksum: true })],
  });
}

function platformOf(counted, nowMs = () => performance.now()) {
  return { files: counted, clock: { nowMs, graceMs: 10_000 }, settleMs: 0 };
}

async function bytesBelow(directory) {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

function percentiles(took) {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  return `${at(0.5).toPrecision(2)} / ${at(0.99).toPrecision(2)}`;
}

function sumOf(parts) {
  return Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function partsText(parts) {
  return `(${Object.entries(parts)
    .map(([name, bytes]) => `${name} ${(bytes / 1e6).toFixed(1)}`)
    .join(", ")})`;
}

function rateText(rate) {
  return Number(rate.toPrecision(3)).toLocaleString("en");
}
