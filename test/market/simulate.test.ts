import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Level, simulateCapture, writeSimulatedCapture } from "../../src/market/simulate/index.ts";
import { openCapture } from "../../src/market/sources/index.ts";
import { MISSING_LEVEL, type StepColumn } from "../../src/market/step-types.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const LEVELS = 20;

describe("the simulated exchange", () => {
  test("has the same bytes for the same seed, and others for another", () => {
    const hash = (seed: number) => {
      const sha = createHash("sha256");
      for (const line of simulateCapture({ seed, steps: 500 })) sha.update(line);
      return sha.digest("hex");
    };
    expect(hash(1)).toBe(hash(1));
    expect(hash(1)).not.toBe(hash(2));
  });

  test.each([1, 2, 3])("is rebuilt from its capture exactly, at every update id (seed %i)", async (seed) => {
    const truth = new Map<number, readonly [Level[], Level[]]>();
    const trades: number[] = [];
    const lines = [
      ...simulateCapture({
        seed,
        steps: 1000,
        onStep: (step, exchange) => {
          truth.set(step.lastUpdateId, [exchange.top("bid", LEVELS), exchange.top("ask", LEVELS)]);
          trades.push(...step.trades.flatMap((trade) => [trade.tradeId, trade.priceTicks, trade.sizeLots]));
        },
      }),
    ];
    const path = join(await temporaryDirectory(), "capture.log");
    await writeFile(path, lines.join("\n"));

    const capture = openCapture("binance", [path], { symbol: "SIMUSDT", levels: LEVELS });
    const found: number[] = [];
    let rowCount = 0;
    for await (const { rows, trades: block, scale } of capture.blocks()) {
      expect([scale.tick.step, scale.lot.step]).toEqual(["0.01", "0.001"]);
      for (let row = 0; row < rows.count; row += 1) {
        const [bids, asks] = truth.get(Number(rows.sequence[row]))!;
        const at = row * LEVELS;
        const levelsOf = (ticks: StepColumn, lots: StepColumn) =>
          Array.from({ length: LEVELS }, (_, level) => [ticks[at + level]!, lots[at + level]!]).filter(
            ([price]) => price !== MISSING_LEVEL,
          );
        expect(levelsOf(rows.bidTicks, rows.bidLots)).toEqual(bids);
        expect(levelsOf(rows.askTicks, rows.askLots)).toEqual(asks);
      }
      rowCount += rows.count;
      for (let trade = 0; trade < block.count; trade += 1) {
        found.push(Number(block.tradeId[trade]), block.priceTicks[trade]!, block.sizeLots[trade]!);
      }
    }
    expect(rowCount).toBe(1000 - 2);
    expect(found).toEqual(trades);
    const { statistics } = capture;
    expect(statistics).toMatchObject({ gaps: 0, crossed: 0, locked: 0, refused: { count: 0 } });
    expect(statistics.tickers.agreed).toBe(statistics.tickers.shared);
    expect(statistics.tickers.shared).toBeGreaterThan(50);
  });

  test("looks like a market: the price moves, the spread is tight", () => {
    const mids = new Set<number>();
    let tight = 0;
    let steps = 0;
    const lines = simulateCapture({
      steps: 5000,
      onStep: (_, exchange) => {
        const [[bid]] = exchange.top("bid", 1) as [Level];
        const [[ask]] = exchange.top("ask", 1) as [Level];
        mids.add(bid + ask);
        steps += 1;
        if (ask - bid === 1) tight += 1;
      },
    });
    expect([...lines].length).toBeGreaterThan(steps);
    expect(mids.size).toBeGreaterThan(10);
    expect(tight / steps).toBeGreaterThan(0.9);
  });

  test("writes its capture to a file, plain or compressed", async () => {
    const directory = await temporaryDirectory();
    const options = { steps: 200 };
    await writeSimulatedCapture(join(directory, "a.log"), options);
    await writeSimulatedCapture(join(directory, "a.gz"), options);
    const text = `${[...simulateCapture(options)].join("\n")}\n`;
    expect((await readFile(join(directory, "a.log"))).toString()).toBe(text);
    expect(gunzipSync(await readFile(join(directory, "a.gz"))).toString()).toBe(text);
  });
});
