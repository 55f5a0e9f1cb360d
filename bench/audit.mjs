/**
 * How fast `quarry audit`, `quarry plot` and `quarry export` go through a book, and how much memory they take:
 *
 *   npm run build && node bench/audit.mjs [--capture FILE,FILE] [--symbol BTCUSD_PERP] [--copies 40] [--json]
 *
 * A capture is ingested, by default one of the simulated exchange, and its rows are appended so many times with their
 * times moved on. Each command is a process of its own; rows a second are of its own report, processor time and the
 * largest resident memory are what the kernel says of the process, its start included.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGroup, openGroup } from "../dist/src/index.js";
import { simulateCapture } from "../dist/src/market/simulate/index.js";
import { describeMachine } from "./machine.mjs";

const { values: options } = parseArgs({
  options: {
    capture: { type: "string" },
    symbol: { type: "string", default: "BENCH" },
    copies: { type: "string", default: "40" },
    json: { type: "boolean", default: false },
  },
});

const MAIN = fileURLToPath(new URL("../dist/src/cli/main.js", import.meta.url));
const POLL_MS = 10;
const COLUMNS = ["ts_event", "sequence", "bid_px", "bid_sz", "ask_px", "ask_sz"];

/** Runs a command to its end; its report, and what Linux recorded of it. */
async function measured(...args) {
  const child = spawn(process.execPath, [MAIN, ...args, "--json"], { stdio: ["ignore", "pipe", "ignore"] });
  let stdout = "";
  child.stdout.on("data", (bytes) => {
    stdout += bytes;
  });
  let peakBytes = 0;
  let processorSeconds = 0;
  const poll = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    peakBytes = Math.max(peakBytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
    const stat = await readFile(`/proc/${child.pid}/stat`, "utf8").catch(() => "");
    const ticks = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    if (ticks.length === 2) processorSeconds = (Number(ticks[0]) + Number(ticks[1])) / 100;
  }, POLL_MS);
  await once(child, "close");
  clearInterval(poll);
  return { report: JSON.parse(stdout), processorSeconds, peakBytes };
}

async function captures(directory) {
  if (options.capture !== undefined) return options.capture.split(",");
  const file = join(directory, "capture.log");
  await writeFile(file, `${[...simulateCapture()].join("\n")}\n`);
  return [file];
}

/** The book's rows, `copies` times, each with its times after those before. */
async function repeatedBook(from, to, copies) {
  const source = await openGroup(from);
  const group = await createGroup(to, { attributes: { tick_size: source.attributes.tick_size } });
  let rows = 0;
  for (const name of COLUMNS) {
    const array = await source.array(name);
    const { shape, chunks, shards, codecs, attributes, fillValue, dataType, dimensionNames } = array;
    const copy = await group.createArray(name, {
      shape: [0, ...shape.slice(1)],
      dataType: dataType.name,
      chunks,
      shards,
      codecs: codecs.filter((codec) => codec.name !== "bytes"),
      attributes,
      fillValue,
      dimensionNames,
    });
    const { data } = await array.get();
    const span = shape.length === 1 ? data.at(-1) - data[0] + 1_000_000n : 0n;
    for (let repetition = 0; repetition < copies; repetition += 1) {
      await copy.append(data);
      if (span > 0n) for (let row = 0; row < data.length; row += 1) data[row] += span;
    }
    rows = shape[0] * copies;
  }
  await group.consolidate();
  return rows;
}

const directory = await mkdtemp(join(tmpdir(), "quarry-bench-"));
try {
  const ingest = ["ingest", ...(await captures(directory)), "--format", "binance", "--partition", "none"];
  const { report } = await measured(...ingest, "--out", directory, "--symbol", options.symbol);
  const store = join(directory, "repeated.zarr");
  const rows = await repeatedBook(report.stores[0].path, store, Number(options.copies));
  const results = [];
  for (const [name, ...args] of [
    ["audit", "audit", store],
    ["plot", "plot", store, join(directory, "book.png")],
    ...["npy", "npz", "csv", "parquet"].map((ending) => [
      `export .${ending}`,
      "export",
      join(store, "bid_px"),
      join(directory, `bid_px.${ending}`),
    ]),
  ]) {
    const { report, processorSeconds, peakBytes } = await measured(...args);
    results.push({ name, rowsPerSecond: rows / report.seconds, processorSeconds, peakBytes });
  }
  const machine = describeMachine();
  const lines = [
    `${rows.toLocaleString("en")} rows of a book, ${options.copies} copies of ${options.capture === undefined ? "a simulated capture" : "the capture"}; ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`,
    "| command | rows/s | processor s | peak MB |",
    "|---|---|---|---|",
    ...results.map(
      ({ name, rowsPerSecond, processorSeconds, peakBytes }) =>
        `| ${name} | ${Math.round(rowsPerSecond).toLocaleString("en")} | ${processorSeconds.toFixed(2)} | ${Math.round(peakBytes / 1e6)} |`,
    ),
  ];
  console.log(options.json ? JSON.stringify({ rows, machine, results }) : lines.join("\n"));
} finally {
  await rm(directory, { recursive: true });
}
