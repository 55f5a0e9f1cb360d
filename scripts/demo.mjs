#!/usr/bin/env node
// npm run demo [-- FILE…]: the main job from end to end. A raw capture (FILE…, in the format of
// ../shared/market-data/binance, or one from the simulated exchange) becomes a book store by `quarry ingest`, and
// stock Python shows what is in it. Everything it makes is under build/demo/.
import { spawnSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { asProgram, SetupError } from "./setup/command.mjs";
import { inRepository, root, venvBinary } from "./setup/repository.mjs";
import { setUp } from "./setup.mjs";

const folder = inRepository("build", "demo");
const say = (text) => process.stdout.write(`${text}\n`);
const shown = (path) => relative(process.cwd(), path) || ".";

/** Writes the simulated exchange's capture; the same bytes each time, since its seed is fixed. */
async function simulateCapture() {
  const { writeSimulatedCapture } = await import("../dist/src/market/simulate/index.js");
  const file = `${folder}/simulated_simusdt.gz`;
  await writeSimulatedCapture(file);
  return [file];
}

/** The symbol that the first message of a capture names. */
async function symbolOf(file) {
  const bytes = createReadStream(file);
  const text = file.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  try {
    for await (const line of createInterface({ input: text })) {
      const symbol = /"s":"([^"]+)"/.exec(line)?.[1];
      if (symbol !== undefined) return symbol;
    }
  } finally {
    bytes.destroy();
  }
  throw new SetupError(`${file} names no symbol: is it a capture with lines of "<local ns> <json>"?`);
}

function ingest(files, symbol, out) {
  const command = inRepository("dist", "src", "cli", "main.js");
  const args = [
    command,
    "ingest",
    ...files,
    "--format",
    "binance",
    "--out",
    out,
    "--symbol",
    symbol,
    "--json",
  ];
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new SetupError(`quarry ingest failed with status ${status}`);
  return JSON.parse(stdout);
}

await asProgram(async () => {
  await setUp();
  await mkdir(folder, { recursive: true });
  const given = process.argv.slice(2).map((file) => resolve(process.env.INIT_CWD ?? "", file));
  const files = given.length > 0 ? given : await simulateCapture();
  const symbol = await symbolOf(files[0]);
  say(`capture: ${files.map(shown).join(", ")} (${symbol}${given.length > 0 ? "" : ", simulated"})`);

  const out = `${folder}/stores`;
  await rm(out, { recursive: true, force: true });
  const report = ingest(files, symbol, out);
  const refused = report.refused.count === 0 ? "" : `, ${report.refused.count} lines refused`;
  say(
    `quarry ingest: ${report.rows.toLocaleString("en")} book rows, ${report.trades.toLocaleString("en")} trades, ` +
      `${report.gaps} gaps, ${report.crossed} crossed books${refused}; tick ${report.tickSize}, lot ${report.lotSize}`,
  );

  const largest = report.stores.reduce((a, b) => (b.rows > a.rows ? b : a));
  const reportFile = `${folder}/ingest.json`;
  await writeFile(reportFile, JSON.stringify(report));
  const picture = `${folder}/${basename(symbol)}.png`;
  const python = spawnSync(
    venvBinary("python"),
    [
      inRepository("scripts", "show_book.py"),
      resolve(root, largest.path),
      picture,
      "--ingest-report",
      reportFile,
    ],
    { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
  );
  return python.status ?? 1;
});
