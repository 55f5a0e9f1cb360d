/**
 * Memory does not grow with a capture, in any format; that of Binance is measured in `test/cli/ingest-memory.test.ts`.
 * `QUARRY_TEST_CAPTURE_MEGABYTES=2000` tries it with files of 2 GB. What is said of each is its speed, by the time of
 * the processor, and how much memory was added in its second half.
 */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Zip, ZipDeflate } from "fflate";
import { expect, test } from "vitest";
import { type FormatName, openCapture } from "../../../src/market/sources/index.ts";
import { dbnCapture, dbnMetadata } from "../../kit/captures/dbn.ts";
import { hftbacktestRows, npyHeader } from "../../kit/captures/hftbacktest.ts";
import { leanQuotes } from "../../kit/captures/lean.ts";
import { lobsterCapture, lobsterName } from "../../kit/captures/lobster.ts";
import { marketMoments, priceText } from "../../kit/captures/market.ts";
import { okxCapture } from "../../kit/captures/okx.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

const CAPTURE_BYTES = Number(process.env.QUARRY_TEST_CAPTURE_MEGABYTES ?? 64) * 1e6;
/** Less than the smallest capture here: none can be held as it is, let alone decoded. */
const GROWTH_BYTES_MAX = 40e6;
const MOMENTS = 2000;

/** A file's content: what it begins with, and a part that is repeated. */
interface Repeated {
  readonly head?: (repetitions: number) => Buffer;
  readonly unit: Buffer;
}

const text = (lines: Iterable<string>) => Buffer.from(`${[...lines].join("\n")}\n`);

const lobster = (kind: "message" | "orderbook"): Repeated => ({
  unit: text([...lobsterCapture(marketMoments(MOMENTS), 10)].map((pair) => pair[kind === "message" ? 0 : 1])),
});

const hftbacktestUnit = [...hftbacktestRows(marketMoments(MOMENTS), 2)];

const FORMATS: Readonly<Partial<Record<FormatName, Readonly<Record<string, Repeated>>>>> = {
  okx: { "capture.log": { unit: text(okxCapture(marketMoments(MOMENTS))) } },
  dbn: {
    "capture.dbn": {
      head: () => dbnMetadata({ schema: "mbo" }),
      unit: Buffer.concat([...dbnCapture(marketMoments(MOMENTS), { schema: "mbo" })].slice(1)),
    },
  },
  hftbacktest: {
    "capture.npy": {
      head: (repetitions) => npyHeader(2, repetitions * hftbacktestUnit.length),
      unit: Buffer.concat(hftbacktestUnit),
    },
  },
  lobster: {
    [lobsterName("message", 10)]: lobster("message"),
    [lobsterName("orderbook", 10)]: lobster("orderbook"),
  },
  csv: {
    "bars.csv": {
      head: () => Buffer.from("time,open,high,low,close,volume\n"),
      unit: text(
        Array.from(marketMoments(MOMENTS), ({ eventMs, bids, asks }) => {
          const [bid, ask] = [priceText(bids(1)[0]![0]), priceText(asks(1)[0]![0])];
          return `${eventMs},${bid},${ask},${bid},${ask},${eventMs % 977}`;
        }),
      ),
    },
  },
};

/** Writes a file of about as many bytes as are wanted, or as `repetitions` make; returns how many these were. */
async function write(path: string, content: Repeated, repetitions?: number): Promise<number> {
  const count = repetitions ?? Math.ceil(CAPTURE_BYTES / content.unit.length);
  const file = createWriteStream(path);
  if (content.head !== undefined) file.write(content.head(count));
  for (let repetition = 0; repetition < count; repetition += 1) {
    if (!file.write(content.unit)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
  return count;
}

async function expectFlat(format: FormatName, files: readonly string[]): Promise<void> {
  const capture = openCapture(format, files, { symbol: "SIM", levels: 10 });
  const started = process.cpuUsage();
  let early = 0;
  let late = 0;
  for await (const _ of capture.blocks()) {
    const bytes = process.memoryUsage.rss();
    if (capture.statistics.captureBytes < CAPTURE_BYTES / 2) early = Math.max(early, bytes);
    else late = Math.max(late, bytes);
  }
  const { captureBytes, rows, bars, refused } = capture.statistics;
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1e6;
  const grown = late - early;
  console.log(
    `${format}: ${(captureBytes / 1e6).toFixed(0)} MB, ${(captureBytes / 1e6 / seconds).toFixed(0)} MB/s, ` +
      `${((rows + bars) / seconds).toFixed(0)} rows/s, ${(grown / 1e6).toFixed(0)} MB more than ${(early / 1e6).toFixed(0)} MB`,
  );
  expect(rows + bars).toBeGreaterThan(10_000);
  expect(refused.count).toBe(0);
  expect(grown).toBeLessThan(GROWTH_BYTES_MAX);
}

const MINUTES = 60_000;
const TIMEOUT_MS = 2 * MINUTES + (CAPTURE_BYTES / 1e6) * 500;

test.each(Object.entries(FORMATS) as [FormatName, Record<string, Repeated>][])(
  "memory stays flat while a capture is read: %s",
  async (format, contents) => {
    const directory = await temporaryDirectory();
    const files: string[] = [];
    let repetitions: number | undefined;
    // Of two files that belong together, the larger one is first to say how often both are repeated.
    for (const [name, content] of Object.entries(contents).sort(
      ([, a], [, b]) => b.unit.length - a.unit.length,
    )) {
      files.push(join(directory, name));
      repetitions = await write(files.at(-1)!, content, repetitions);
    }
    await expectFlat(format, files);
  },
  TIMEOUT_MS,
);

test(
  "memory stays flat while an archive is read: lean",
  async () => {
    const path = join(await temporaryDirectory(), "ticks.zip");
    const file = createWriteStream(path);
    const zip = new Zip((_, chunk) => file.write(chunk));
    const entry = new ZipDeflate("20240807_sim_Quote_Tick.csv", { level: 1 });
    zip.add(entry);
    const unit = text(leanQuotes(marketMoments(MOMENTS)));
    const repetitions = Math.ceil(CAPTURE_BYTES / unit.length);
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      entry.push(unit);
      if (file.writableNeedDrain) await once(file, "drain");
    }
    entry.push(new Uint8Array(0), true);
    zip.end();
    file.end();
    await once(file, "close");
    await expectFlat("lean", [path]);
  },
  TIMEOUT_MS,
);
