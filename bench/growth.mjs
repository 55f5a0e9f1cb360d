/**
 * What an operation costs as the store around it grows. The work asked for stays the same, so the times should:
 *
 *   npm run build && node bench/growth.mjs [--json]
 *
 * Arrays of 2, 20 and 200 million rows (with a written shard at the beginning, in the middle and at the end: what lies
 * between is absent and costs no disk), groups of 100 to 10,000 arrays, shards of 64 to 65,536 inner chunks, symbols of
 * 10 to 1,000 weeks. The slope is the exponent of time over size: 0 means that size does not matter, 1 that time grows
 * with it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { codec, createArray, createGroup, inspect, openArray, openGroup, slice } from "../dist/src/index.js";
import { median } from "./statistics.mjs";

const { values: options } = parseArgs({ options: { json: { type: "boolean", default: false } } });

const COLUMNS = 40;
const CHUNK_ROWS = 4096;
const SHARD_ROWS = 262_144;
const ROUNDS = 9;
const CODECS = [codec.blosc({ cname: "zstd", clevel: 2, shuffle: "shuffle" }), codec.crc32c()];

const directory = await mkdtemp(join(tmpdir(), "quarry-growth-"));
const rows = [];
let places = 0;
const place = () => join(directory, String(++places));

/** Median of several runs of `work`, in milliseconds. */
async function timed(work) {
  await work();
  const milliseconds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    await work();
    milliseconds.push(performance.now() - startMs);
  }
  return median(milliseconds);
}

/** Least-squares slope of log time over log size. */
function slopeOf(points) {
  const xs = points.map(({ size }) => Math.log(size));
  const ys = points.map(({ milliseconds }) => Math.log(milliseconds));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, x, i) => sum + (x - meanX) * (ys[i] - meanY), 0);
  return covariance / xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
}

/** Measures operations at several sizes: `prepare(size)` gives `{ name: work }`. */
async function grow(subject, unit, sizes, prepare) {
  const points = new Map();
  for (const size of sizes) {
    for (const [name, work] of Object.entries(await prepare(size))) {
      if (!points.has(name)) points.set(name, []);
      points.get(name).push({ size, milliseconds: await timed(work) });
    }
  }
  for (const [operation, measured] of points) {
    rows.push({ subject, unit, operation, measured, slope: slopeOf(measured) });
  }
}

await grow("array", "rows", [2e6, 20e6, 200e6], async (size) => {
  const path = place();
  const array = await createArray(path, {
    shape: [size, COLUMNS],
    dataType: "int32",
    chunks: [CHUNK_ROWS, COLUMNS],
    shards: [SHARD_ROWS, COLUMNS],
    codecs: CODECS,
  });
  const shard = Int32Array.from(
    { length: SHARD_ROWS * COLUMNS },
    (_, i) => 600_000 + (((i >> 6) * 7919) % 97),
  );
  const lastShard = Math.floor((size - SHARD_ROWS) / SHARD_ROWS) * SHARD_ROWS;
  const middle = Math.floor(size / 2 / SHARD_ROWS) * SHARD_ROWS;
  for (const start of [0, middle, lastShard])
    await array.set([slice(start, start + SHARD_ROWS), null], shard);
  const starts = Array.from(
    { length: 64 },
    (_, i) => [0, middle, lastShard][i % 3] + ((i * 3967) % (SHARD_ROWS - 128)),
  );
  const out = new Int32Array(SHARD_ROWS * COLUMNS);
  return {
    "open + 1 row": async () => (await openArray(path)).get([middle, null]),
    "64 windows of 128 rows": async () => {
      for (const start of starts) await array.get([slice(start, start + 128), null]);
    },
    "one shard": () => array.get([slice(middle, middle + SHARD_ROWS), null], { out }),
    "set 1000 rows": () => array.set([slice(middle + 5, middle + 1005), null], 7),
  };
});

await grow("group", "arrays", [100, 1000, 10_000], async (size) => {
  const path = place();
  const plain = await createGroup(path);
  for (let i = 0; i < size; i++) {
    const array = await plain.createArray(`a${i}`, {
      shape: [10],
      dataType: "int32",
      chunks: [10],
      codecs: CODECS,
    });
    if (i === size >> 1) await array.set(null, 5);
  }
  const consolidatedPath = place();
  const consolidated = await createGroup(consolidatedPath);
  for (let i = 0; i < size; i++) {
    await consolidated.createArray(`a${i}`, { shape: [10], dataType: "int32", chunks: [10], codecs: CODECS });
  }
  await consolidated.consolidate();
  const name = `a${size >> 1}`;
  const list = async (group) => {
    let members = 0;
    for await (const _ of group.members()) members += 1;
    if (members !== size) throw new Error(`listed ${members} of ${size}`);
  };
  return {
    "open one array": async () => (await (await openGroup(path)).array(name)).get(),
    "open one array, consolidated": async () => (await openGroup(consolidatedPath)).array(name),
    "list all": async () => list(await openGroup(path)),
    "list all, consolidated": async () => list(await openGroup(consolidatedPath)),
  };
});

await grow("shard", "inner chunks", [64, 1024, 65_536], async (size) => {
  const path = place();
  const array = await createArray(path, {
    shape: [size * 64],
    dataType: "int32",
    chunks: [64],
    shards: [size * 64],
    codecs: CODECS,
  });
  const items = Int32Array.from({ length: size * 64 }, (_, i) => i >> 3);
  await array.set(null, items);
  // The index is kept once its file is older than the clock's tick.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const half = size * 32;
  return {
    "100 items, index known": () => array.get([slice(half, half + 100)]),
    "set 100 items": () => array.set([slice(half, half + 100)], 7),
    "read whole": () => array.get(),
  };
});

await grow("symbol", "weeks", [10, 100, 1000], async (size) => {
  const path = place();
  for (let week = 0; week < size; week++) {
    const root = await createGroup(
      join(path, `${2006 + Math.floor(week / 52)}-W${String(1 + (week % 52)).padStart(2, "0")}.zarr`),
    );
    const array = await root.createArray("ts_event", {
      shape: [10],
      dataType: "int64",
      chunks: [10],
      codecs: CODECS,
    });
    await array.set(null, BigInt(week));
    await root.consolidate();
  }
  const one = join(path, "2006-W05.zarr");
  return {
    "open one week": async () => (await (await openGroup(one)).array("ts_event")).get(),
    "inspect all": () => inspect(path),
  };
});

await rm(directory, { recursive: true, force: true });

if (options.json) {
  process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
} else {
  const figure = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  process.stdout.write("| in a | operation | size: milliseconds | slope |\n|---|---|---|---|\n");
  for (const { subject, unit, operation, measured, slope } of rows) {
    const times = measured.map(
      ({ size, milliseconds }) => `${size.toLocaleString("en")}: ${figure(milliseconds)}`,
    );
    process.stdout.write(
      `| ${subject} of n ${unit} | ${operation} | ${times.join(" · ")} | ${slope.toFixed(2)} |\n`,
    );
  }
}
