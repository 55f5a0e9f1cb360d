/**
 * What the presets of book stores rest on: bytes a row, and speed, of candidate chains on every array of book
 * stores that are given, chunked as the layout rules suggest.
 *
 *   npm run build && node bench/presets.mjs STORE…      (a STORE is one week: …/BTCUSDT.zarr/2024-W32.zarr)
 *
 * Speed is MB/s of raw items, encode / decode, on all threads and in memory; medians of five.
 */
import { codec, createArray, MemoryStore, openGroup } from "../dist/src/index.js";

const ROUNDS = 5;

const CANDIDATES = {
  "blosc zstd 1 shuffle": [codec.blosc({ clevel: 1, shuffle: "shuffle" })],
  "blosc zstd 2 shuffle": [codec.blosc({ clevel: 2, shuffle: "shuffle" })],
  "blosc zstd 5 shuffle": [codec.blosc({ clevel: 5, shuffle: "shuffle" })],
  "blosc lz4 5 shuffle": [codec.blosc({ cname: "lz4", shuffle: "shuffle" })],
  "blosc lz4 5": [codec.blosc({ cname: "lz4", shuffle: "noshuffle" })],
  "zstd 3": [codec.zstd({ level: 3 })],
  "zstd 9": [codec.zstd({ level: 9 })],
  "zstd 19": [codec.zstd({ level: 19 })],
  "shuffle, zstd 9": [codec.shuffle(), codec.zstd({ level: 9 })],
  "shuffle, zstd 19": [codec.shuffle(), codec.zstd({ level: 19 })],
  "delta, zstd 9": [codec.delta(), codec.zstd({ level: 9 })],
  "delta, shuffle, zstd 9": [codec.delta(), codec.shuffle(), codec.zstd({ level: 9 })],
};

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function secondsOf(work) {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function measure(array, items, chain) {
  const encode = [];
  const decode = [];
  let storedBytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const store = new MemoryStore();
    const copy = await createArray(store, {
      shape: array.shape,
      dataType: array.dataType.name,
      chunks: array.chunks,
      codecs: [...chain, codec.crc32c()],
    });
    encode.push(await secondsOf(() => copy.set(null, items)));
    decode.push(await secondsOf(() => copy.get()));
    storedBytes = 0;
    for await (const key of store.list("/")) {
      if (key.startsWith("/c/")) storedBytes += (await store.get(key)).length;
    }
  }
  const rawMegabytes = items.byteLength / 1e6;
  return {
    bytesPerRow: storedBytes / array.shape[0],
    speed: `${(rawMegabytes / median(encode)).toFixed(0)} / ${(rawMegabytes / median(decode)).toFixed(0)}`,
  };
}

for (const path of process.argv.slice(2)) {
  const group = await openGroup(path);
  for await (const [name, array] of group.members({ depth: 2 })) {
    if (array.shape === undefined || name === "level") continue;
    const { data } = await array.get();
    const rows = [];
    for (const [label, chain] of Object.entries(CANDIDATES)) {
      rows.push({ label, ...(await measure(array, data, chain)) });
    }
    rows.sort((a, b) => a.bytesPerRow - b.bytesPerRow);
    console.log(`\n${path} ${name}: ${array.shape[0]} rows`);
    for (const { label, bytesPerRow, speed } of rows) {
      console.log(`  ${label.padEnd(24)} ${bytesPerRow.toFixed(2).padStart(7)} bytes a row  ${speed} MB/s`);
    }
  }
}
