/**
 * What the constants of `src/layout/` rest on: for chunks of ever more rows, the bytes that a row takes, and what a
 * scan, a window and a single row cost. `spec/layout.md` has the table.
 *
 *   npm run build && node bench/layout.mjs STORE…      (a STORE is one week: …/BTCUSDT.zarr/2024-W32.zarr)
 *
 * The arrays are the prices, the sizes and the times of each store, in two chains, and its book as
 * float32 [rows, levels of both sides, price and size]. Each is repeated with a drift up to 262,144 rows, so that a scan
 * is long enough to time and no chunk repeats another; bytes a row are those of the real rows alone. Times are medians
 * of five rounds over all chunk sizes in turn, in a warm cache, on one file a shard of 64 chunks.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codec, createArray, MemoryStore, openArray, openGroup, slice } from "../dist/src/index.js";
import { median } from "./statistics.mjs";

/** Blosc decodes the wanted blocks of a chunk alone, zstd all that precedes the wanted bytes. */
const CHAINS = {
  "blosc zstd 2 shuffle": [codec.blosc({ clevel: 2 }), codec.crc32c()],
  "zstd 9": [codec.zstd({ level: 9 }), codec.crc32c()],
};
const ROUNDS = 5;
const TIMED_ROWS = 262_144;
const CHUNK_ROWS = [64, 256, 512, 1024, 2048, 4096, 8192, 16_384, 65_536];
const CHUNKS_PER_SHARD = 64;
const WINDOWS = 256;
const WINDOW_ROWS = 128;

async function elapsedMs(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The book as collectors keep it: float32 [rows, levels of both sides, price and size]. */
async function floatBook(group) {
  const [bidPx, bidSz, askPx, askSz] = await Promise.all(
    ["bid_px", "bid_sz", "ask_px", "ask_sz"].map(async (name) => group.array(name)),
  );
  const [rows, levels] = bidPx.shape;
  const data = new Float32Array(rows * levels * 4);
  for (const [side, [px, sz]] of [
    [bidPx, bidSz],
    [askPx, askSz],
  ].entries()) {
    const [ticks, lots] = [(await px.get()).data, (await sz.get()).data];
    for (let item = 0; item < ticks.length; item += 1) {
      const level = (item % levels) + side * levels;
      const at = (Math.floor(item / levels) * 2 * levels + level) * 2;
      data[at] = ticks[item] * px.attributes.scale_factor;
      data[at + 1] = lots[item] * sz.attributes.scale_factor;
    }
  }
  return { data, shape: [rows, levels * 2, 2] };
}

async function arraysOf(store) {
  const group = await openGroup(store);
  const stored = await Promise.all(
    ["ts_event", "bid_px", "bid_sz"].map(async (name) => [name, await (await group.array(name)).get()]),
  );
  return [...stored, ["float32 book", await floatBook(group)]];
}

/** The items again and again, each time a little further, up to `TIMED_ROWS` rows. */
function repeated({ data, shape: [rows, ...rowShape] }) {
  const rowItems = data.length / rows;
  const longer = new data.constructor(TIMED_ROWS * rowItems);
  for (let at = 0, round = 0; at < longer.length; at += data.length, round += 1) {
    const part = data.subarray(0, Math.min(data.length, longer.length - at));
    const drift = typeof data[0] === "bigint" ? BigInt(round) * (data.at(-1) - data[0]) : round;
    longer.set(
      part.map((item) => item + drift),
      at,
    );
  }
  return { data: longer, shape: [TIMED_ROWS, ...rowShape] };
}

const DATA_TYPES = { Int32Array: "int32", Float32Array: "float32", BigInt64Array: "int64" };

async function write(location, { data, shape: [rows, ...rowShape] }, chunkRows, chain) {
  const array = await createArray(location, {
    shape: [rows, ...rowShape],
    dataType: DATA_TYPES[data.constructor.name],
    chunks: [chunkRows, ...rowShape],
    shards: [chunkRows * CHUNKS_PER_SHARD, ...rowShape],
    codecs: CHAINS[chain],
  });
  await array.set(null, data);
}

async function storedBytes(items, chunkRows, chain) {
  const store = new MemoryStore();
  await write(store, items, chunkRows, chain);
  let bytes = 0;
  for await (const key of store.list("/")) {
    if (key.startsWith("/c/")) bytes += (await store.get(key)).length;
  }
  return bytes;
}

/** First rows of windows, the same ones for every chunk size. */
const STARTS = Array.from({ length: WINDOWS }, (_, index) => (index * 104_729) % (TIMED_ROWS - WINDOW_ROWS));

const READS = {
  scanMs: (array, out) => array.get(null, { out }),
  windowsMs: async (array) => {
    for (const start of STARTS) await array.get([slice(start, start + WINDOW_ROWS)]);
  },
  pointsMs: async (array) => {
    for (const start of STARTS) await array.get([slice(start, start + 1)]);
  },
};

async function measure(directory, name, items, chain) {
  const timed = repeated(items);
  const rowBytes = timed.data.byteLength / TIMED_ROWS;
  const out = new timed.data.constructor(timed.data.length);
  const times = new Map(CHUNK_ROWS.map((rows) => [rows, { scanMs: [], windowsMs: [], pointsMs: [] }]));
  for (const chunkRows of CHUNK_ROWS)
    await write(join(directory, String(chunkRows)), timed, chunkRows, chain);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const chunkRows of CHUNK_ROWS) {
      const array = await openArray(join(directory, String(chunkRows)));
      for (const [key, read] of Object.entries(READS)) {
        times.get(chunkRows)[key].push(await elapsedMs(() => read(array, out)));
      }
    }
  }
  for (const chunkRows of CHUNK_ROWS) {
    const { scanMs, windowsMs, pointsMs } = times.get(chunkRows);
    const stored = (await storedBytes(items, chunkRows, chain)) / items.shape[0];
    console.log(
      [
        name.padEnd(13),
        String(chunkRows).padStart(6),
        `${((chunkRows * rowBytes) / 1024).toFixed(0)}`.padStart(6),
        stored.toFixed(2).padStart(8),
        (timed.data.byteLength / 1e3 / median(scanMs)).toFixed(0).padStart(6),
        ((median(windowsMs) / WINDOWS) * 1000).toFixed(0).padStart(7),
        ((median(pointsMs) / WINDOWS) * 1000).toFixed(0).padStart(7),
      ].join("  "),
    );
    await rm(join(directory, String(chunkRows)), { recursive: true });
  }
}

const directory = await mkdtemp(join(tmpdir(), "quarry-layout-"));
try {
  for (const store of process.argv.slice(2)) {
    const arrays = await arraysOf(store);
    for (const chain of Object.keys(CHAINS)) {
      console.log(`\n${store}, ${chain}`);
      console.log("array            rows     KiB  B a row    MB/s  µs/window  µs/row");
      for (const [name, items] of arrays) await measure(directory, name, items, chain);
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
