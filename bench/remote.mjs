// node bench/remote.mjs [ROWS]: 256 windows of 128 rows of a sharded array on a web server that is 30 ms away, by Quarry
// and by zarrita's FetchStore. Prints requests a window and milliseconds, and checks every value. `npm run build` first.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as zarrita from "zarrita";
import { inRepository } from "../scripts/setup/repository.mjs";
import { chains } from "./chains.mjs";
import { describeMachine } from "./machine.mjs";
import { CHUNK_ROWS, COLUMNS, SHARD_ROWS } from "./measured-array.mjs";
import { digestOf, orderBook } from "./order-book.mjs";
import { startSlowServer } from "./remote/slow-server.mjs";
import { figure, median } from "./statistics.mjs";
import { randomWindows, rowsOfWindows } from "./workloads/random-windows.mjs";

const LATENCY_MS = 30;
const ROUNDS = 3;
/** Time goes by on the way, hardly in decoding: one chain of the peers', and ours. */
const CHAINS = ["zstd-3", "portable"];

const { createArray, openArray, slice } = await import(inRepository("dist", "src", "index.js"));
const { SeededRandom } = await import(inRepository("dist", "src", "market", "simulate", "random.js"));

const readers = [
  {
    name: "quarry",
    open: (url) => openArray(url),
    read: async (array, start, end) => (await array.get([slice(start, end), null])).data,
  },
  {
    name: "zarrita",
    // Without the option it asks for the size of every shard first.
    open: (url) =>
      zarrita.open.v3(new zarrita.FetchStore(url, { useSuffixRequest: true }), { kind: "array" }),
    read: async (array, start, end) => (await zarrita.get(array, [zarrita.slice(start, end), null])).data,
  },
];

const ways = [
  {
    name: "one after another",
    run: async (starts, read) => {
      const windows = [];
      for (const start of starts) windows.push(await read(start));
      return windows;
    },
  },
  { name: "all at once", run: (starts, read) => Promise.all(starts.map(read)) },
];

async function writeStore(book, chain) {
  const directory = join(inRepository("build", "bench"), "remote.zarr");
  await rm(directory, { recursive: true, force: true });
  const array = await createArray(directory, {
    shape: [book.rows, COLUMNS],
    dataType: "int32",
    chunks: [CHUNK_ROWS, COLUMNS],
    shards: [SHARD_ROWS, COLUMNS],
    codecs: chain.codecs.slice(1),
    fillValue: 0,
  });
  await array.set(null, book.values);
  return directory;
}

const book = await orderBook(Number(process.argv[2] ?? 2_000_000));
const { starts, windowRows } = randomWindows(book, { SeededRandom });
const expected = digestOf(rowsOfWindows(book, { starts, windowRows }));
const shardCount = new Set(starts.map((start) => Math.floor(start / SHARD_ROWS))).size;
process.stdout.write(
  `${starts.length} windows of ${windowRows} rows in ${shardCount} shards, ${LATENCY_MS} ms away; ${JSON.stringify(describeMachine())}\n`,
);

for (const chain of chains.filter(({ name }) => CHAINS.includes(name))) {
  const directory = await writeStore(book, chain);
  const server = await startSlowServer(directory, LATENCY_MS);
  for (const way of ways) {
    for (const reader of readers) {
      const milliseconds = [];
      let requests = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const array = await reader.open(server.url);
        await server.requests();
        const began = performance.now();
        const windows = await way.run(starts, (start) => reader.read(array, start, start + windowRows));
        milliseconds.push(performance.now() - began);
        requests = await server.requests();
        if (digestOf(windows) !== expected) throw new Error(`${reader.name} read other values`);
      }
      const eachWindow = (requests / starts.length).toFixed(2);
      process.stdout.write(
        `${chain.name.padEnd(13)} ${way.name.padEnd(18)} ${reader.name.padEnd(8)} ${eachWindow} requests a window, ${figure(median(milliseconds))} ms\n`,
      );
    }
  }
  await server.stop();
  await rm(directory, { recursive: true });
}
