/**
 * Whether the thread that asked stays free while the core works:
 *
 *   npm run build && node bench/event-loop.mjs [--json]
 *
 * Timers of 1 ms during a read of 1 GB; small reads beside that read, and alone; how soon an abort is answered; and
 * resident memory above the array.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { backend, codec, createArray, slice } from "../dist/src/index.js";
import { median } from "./statistics.mjs";

const { values: options } = parseArgs({ options: { json: { type: "boolean", default: false } } });

const ROWS = 6_400_000;
const COLUMNS = 40;
const BLOCK_ROWS = 262_144;
const MIB = 2 ** 20;

const directory = await mkdtemp(join(tmpdir(), "quarry-loop-"));
const array = await createArray(directory, {
  shape: [ROWS, COLUMNS],
  dataType: "int32",
  chunks: [4096, COLUMNS],
  shards: [BLOCK_ROWS, COLUMNS],
  codecs: [codec.blosc({ cname: "zstd", clevel: 2, shuffle: "shuffle" }), codec.crc32c()],
});
const block = new Int32Array(BLOCK_ROWS * COLUMNS);
for (let start = 0; start < ROWS; start += BLOCK_ROWS) {
  const rows = Math.min(BLOCK_ROWS, ROWS - start);
  for (let i = 0; i < rows * COLUMNS; i++)
    block[i] = 600_000 + (((start + (i >> 5)) * 7919) % 193) + (i % 40);
  await array.set([slice(start, start + rows), null], block.subarray(0, rows * COLUMNS));
}
const out = new Int32Array(ROWS * COLUMNS).fill(1);
await array.get(null, { out });

/** Longest time between two turns of the event loop while `work` runs. */
async function longestGapMs(work) {
  let finished = false;
  const running = work().finally(() => {
    finished = true;
  });
  let longest = 0;
  let lastMs = performance.now();
  while (!finished) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    longest = Math.max(longest, performance.now() - lastMs);
    lastMs = performance.now();
  }
  await running;
  return longest;
}

async function elapsedMs(work) {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

const repeat = async (times, measure) => {
  const measured = [];
  for (let i = 0; i < times; i++) measured.push(await measure());
  return measured;
};

const window = () => array.get([slice(3_000_000, 3_000_128), null]);
await window();

const report = {
  backend: backend().name,
  threads: backend().threads,
  readMs: median(await repeat(5, () => elapsedMs(() => array.get(null, { out })))),
  longestTimerGapMs: Math.max(...(await repeat(5, () => longestGapMs(() => array.get(null, { out }))))),
  windowAloneMs: median(await repeat(50, () => elapsedMs(window))),
};

report.windowBesideLongReadMs = median(
  await repeat(5, async () => {
    const reading = array.get(null, { out });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const elapsed = await elapsedMs(window);
    await reading;
    return elapsed;
  }),
);

report.abortAnsweredMs = Math.max(
  ...(await repeat(5, async () => {
    const abort = new AbortController();
    const reading = array.get(null, { out, signal: abort.signal }).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    return elapsedMs(async () => {
      abort.abort();
      await reading;
    });
  })),
);

/** Largest resident memory while `work` runs, above what there was before. */
async function memoryAboveMiB(work) {
  const beforeBytes = process.memoryUsage().rss;
  let peakBytes = beforeBytes;
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
  }, 2);
  await work();
  clearInterval(sampling);
  return (peakBytes - beforeBytes) / MIB;
}

report.wholeReadAboveArrayMiB = await memoryAboveMiB(() => array.get(null, { out }));
report.blockMiB = (BLOCK_ROWS * COLUMNS * 4) / MIB;
report.blocksAboveMiB = await memoryAboveMiB(async () => {
  for await (const _ of array.blocks({ readAhead: 1 })) {
    // Only read; of each block no more than the garbage collector has not got to yet is left.
  }
});

await rm(directory, { recursive: true, force: true });

if (options.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
else
  for (const [name, value] of Object.entries(report))
    process.stdout.write(`${name.padEnd(26)} ${typeof value === "number" ? value.toFixed(2) : value}\n`);
