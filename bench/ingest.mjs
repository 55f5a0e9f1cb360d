/**
 * How fast `quarry ingest` is and how much memory it takes, on a capture of any size:
 *
 *   npm run build && node bench/ingest.mjs [--gigabytes 2] [--capture FILE,FILE] [--preset portable]
 *     [--price-type int64] [--size-type int64] [--json]
 *
 * The file is made by repeating a capture with its clocks and ids moved on, so that every repetition is new to
 * the reader: each begins with a gap in the update ids and a snapshot. Without `--capture` the capture comes
 * from the simulated exchange. The whole process is measured from outside: its wall time, its processor time
 * on all threads, and its largest resident memory.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { simulateCapture } from "../dist/src/market/simulate/index.js";

const { values: options } = parseArgs({
  options: {
    gigabytes: { type: "string", default: "2" },
    capture: { type: "string" },
    symbol: { type: "string", default: "BENCH" },
    preset: { type: "string", default: "portable" },
    "price-type": { type: "string", default: "int32" },
    "size-type": { type: "string", default: "int32" },
    json: { type: "boolean", default: false },
  },
});

const MAIN = fileURLToPath(new URL("../dist/src/cli/main.js", import.meta.url));
const POLL_MS = 20;
/** Local clock, times and ids: what moves on from one repetition to the next. */
const MOVING = /^(\d+) |"(E|T|U|u|pu|t|lastUpdateId)":(\d+)/gm;
/** Ids that are skipped between repetitions, so that each begins with a gap. */
const ID_GAP = 1000n;

/** The capture cut at the numbers that move: text, and `{ unit: "ns" | "ms" | "id", value }`. */
function piecesOf(text) {
  const pieces = [];
  let at = 0;
  for (const match of text.matchAll(MOVING)) {
    const [whole, clock, name, value] = match;
    const digits = clock ?? value;
    const start = match.index + (clock === undefined ? whole.length - digits.length : 0);
    pieces.push(text.slice(at, start), {
      unit: clock !== undefined ? "ns" : name === "E" || name === "T" ? "ms" : "id",
      value: BigInt(digits),
    });
    at = start + digits.length;
  }
  pieces.push(text.slice(at));
  return pieces;
}

/** How far each unit spans in the capture. */
function spansOf(pieces) {
  const span = (unit) => {
    let least;
    let most = 0n;
    for (const piece of pieces) {
      if (typeof piece === "string" || piece.unit !== unit) continue;
      if (least === undefined || piece.value < least) least = piece.value;
      if (piece.value > most) most = piece.value;
    }
    return most - (least ?? 0n) + ID_GAP;
  };
  // Times of the exchange and of the local clock move together.
  const ms = span("ms");
  return { ms, ns: ms * 1_000_000n, id: span("id") };
}

/** Writes repetitions of `text` until there are `bytes` of them; returns how many. */
async function writeRepeated(path, text, bytes) {
  const pieces = piecesOf(text);
  const spans = spansOf(pieces);
  const file = createWriteStream(path);
  let written = 0;
  let repetitions = 0n;
  for (; written < bytes; repetitions += 1n) {
    const moved = pieces.map((piece) =>
      typeof piece === "string" ? piece : String(piece.value + repetitions * spans[piece.unit]),
    );
    const block = Buffer.from(moved.join(""));
    written += block.length;
    if (!file.write(block)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
  return Number(repetitions);
}

/** Runs the command and watches it in /proc, where Linux keeps the peak of resident memory and processor time. */
async function measure(file, out) {
  const args = [MAIN, "ingest", file, "--format", "binance", "--out", out, "--symbol", options.symbol];
  for (const name of ["preset", "price-type", "size-type"]) args.push(`--${name}`, options[name]);
  const started = performance.now();
  const child = spawn(process.execPath, [...args, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
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
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    // Clock ticks are hundredths of a second on every Linux that Node runs on.
    if (user !== undefined)
      processorSeconds = Math.max(processorSeconds, (Number(user) + Number(system)) / 100);
  }, POLL_MS);
  const [exitCode] = await once(child, "close");
  clearInterval(poll);
  if (exitCode !== 0) throw new Error(`quarry ingest exited with ${exitCode}`);
  return {
    report: JSON.parse(stdout),
    seconds: (performance.now() - started) / 1000,
    processorSeconds,
    peakBytes,
  };
}

async function captureText() {
  if (options.capture === undefined) return `${[...simulateCapture()].join("\n")}\n`;
  const files = await Promise.all(options.capture.split(",").map((file) => readFile(file)));
  return files.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString()).join("");
}

const directory = await mkdtemp(join(tmpdir(), "quarry-bench-"));
try {
  const file = join(directory, "capture.log");
  const repetitions = await writeRepeated(file, await captureText(), Number(options.gigabytes) * 1e9);
  const { report, seconds, processorSeconds, peakBytes } = await measure(file, directory);
  const megabytes = report.captureBytes / 1e6;
  const people = [
    `${megabytes.toFixed(0)} MB of capture in ${repetitions} repetitions, preset ${options.preset}`,
    `rows ${report.rows}, trades ${report.trades}, gaps ${report.gaps}, refused ${report.refused.count}`,
    `stored ${report.storedBytes} bytes, ${(report.storedBytes / report.rows).toFixed(1)} a row`,
    `wall ${seconds.toFixed(2)} s: ${(megabytes / seconds).toFixed(1)} MB/s`,
    `processor ${processorSeconds.toFixed(2)} s on all threads: ${(megabytes / processorSeconds).toFixed(1)} MB/s`,
    `peak resident memory ${(peakBytes / 1e6).toFixed(0)} MB`,
  ].join("\n");
  console.log(
    options.json ? JSON.stringify({ repetitions, report, seconds, processorSeconds, peakBytes }) : people,
  );
} finally {
  await rm(directory, { recursive: true });
}
