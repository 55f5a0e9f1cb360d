import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { simulateCapture } from "../../../src/market/simulate/index.ts";
import { type CaptureOptions, openCapture } from "../../../src/market/sources/index.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

/** Reads captures to their end; the rows as plain numbers, so that two readings compare. */
async function read(files: readonly string[], options: Partial<CaptureOptions> = {}) {
  const capture = openCapture("binance", files, { symbol: "SIMUSDT", levels: 3, ...options });
  const sequence: number[] = [];
  const books: number[][] = [];
  const trades: number[] = [];
  let scale: string[] = [];
  for await (const block of capture.blocks()) {
    const { rows } = block;
    for (let row = 0; row < rows.count; row += 1) {
      const from = row * rows.levels;
      const to = from + rows.levels;
      sequence.push(Number(rows.sequence[row]));
      books.push([
        ...rows.bidTicks.subarray(from, to),
        ...rows.bidLots.subarray(from, to),
        ...rows.askTicks.subarray(from, to),
        ...rows.askLots.subarray(from, to),
      ]);
    }
    trades.push(...[...block.trades.tradeId.subarray(0, block.trades.count)].map(Number));
    scale = [block.scale.symbol, block.scale.tick.step, block.scale.lot.step];
  }
  return { statistics: capture.statistics, sequence, books, trades, scale };
}

async function readLines(lines: readonly string[], options: Partial<CaptureOptions> = {}, lineEnd = "\n") {
  const path = join(await temporaryDirectory(), "capture.log");
  await writeFile(path, lines.join(lineEnd));
  return { ...(await read([path], options)), path };
}

const simulated = [...simulateCapture({ steps: 400, seed: 11 })];
const lastDiff = simulated.findLast((line) => line.includes("depthUpdate"))!;
const lastTrade = simulated.findLast((line) => line.includes("@trade"))!;
const lastTicker = simulated.findLast((line) => line.includes("@bookTicker"))!;
const aSnapshot = simulated.find((line) => line.includes("lastUpdateId"))!;

describeShared("real captures", sharedPath("market-data", "binance"), () => {
  const file = (name: string) => sharedPath("market-data", "binance", name);

  test("of COIN-M on two days in one call are one unbroken book", async () => {
    const { statistics, scale } = await read([
      file("cm_btcusd_perp_20240808.gz"),
      file("cm_btcusd_perp_20240809.gz"),
    ]);
    expect(statistics).toMatchObject({
      rows: 44_772,
      trades: 5235,
      gaps: 0,
      crossed: 0,
      locked: 0,
      duplicates: 0,
      tickers: { shared: 1885, agreed: 1885 },
      refused: { count: 0 },
      captureBytes: 32_264_535,
    });
    expect(scale).toEqual(["BTCUSD_PERP", "0.1", "1"]);
  });

  test("of USD-M are one unbroken book", async () => {
    const { statistics, scale } = await read([file("usdm_btcusdt_20240808.gz")]);
    expect(statistics).toMatchObject({
      rows: 6547,
      trades: 21_313,
      gaps: 0,
      crossed: 0,
      tickers: { shared: 629, agreed: 629 },
      refused: { count: 0 },
    });
    expect(scale).toEqual(["BTCUSDT", "0.1", "0.001"]);
  });

  test("without a snapshot give trades and no book", async () => {
    const { statistics } = await read([file("cm_btcusd_perp_20240809.gz")]);
    expect(statistics).toMatchObject({ rows: 0, trades: 2949, gaps: 0, unsynced: 17_948 });
  });
});

describe("a line that is broken", () => {
  let whole: ReturnType<typeof readLines> | undefined;
  const readWhole = () => {
    whole ??= readLines(simulated);
    return whole;
  };

  /** Each is put behind a good line, as a further line: everything else must go in as before. */
  const BROKEN: readonly (readonly [string, string, RegExp])[] = [
    ["cut short", lastDiff.slice(0, -20), /not valid JSON/],
    ["no clock", lastDiff.slice(20), /local time/],
    ["a clock beyond 64 bits", `9${lastDiff}`, /local time/],
    ["a list instead of an object", `${lastDiff.split(" ")[0]} []`, /not a JSON object/],
    ["garbage", "\u0000\u0001\u0002", /local time/],
    ["no data", `1 {"stream":"x@depth@0ms"}`, /field data is missing/],
    ["no kind", lastDiff.replace('"e":"depthUpdate",', ""), /field e is missing/],
    ...["E", "T", "s", "U", "u", "pu", "b", "a"].map(
      (name) =>
        [`a diff without ${name}`, without(lastDiff, name), new RegExp(`field ${name} is missing`)] as const,
    ),
    ...["E", "T", "s", "t", "p", "q", "m"].map(
      (name) =>
        [
          `a trade without ${name}`,
          without(lastTrade, name),
          new RegExp(`field ${name} is missing`),
        ] as const,
    ),
    ...["s", "u", "b", "B", "a", "A"].map(
      (name) =>
        [
          `a ticker without ${name}`,
          without(lastTicker, name),
          new RegExp(`field ${name} is missing`),
        ] as const,
    ),
    ["a snapshot without bids", without(aSnapshot, "bids"), /field bids is missing/],
    ["a negative size", lastDiff.replace(/"(\d+\.\d+)"\]/, '"-$1"]'), /size -\S+ is negative/],
    ["a negative price", lastDiff.replace(/\["/, '["-'), /price -\S+ is negative/],
    [
      "a price off the tick grid",
      lastDiff.replace(/\["(\d+\.\d+)"/, '["$15"'),
      /price "\S+" is not a whole number of steps of 0.01/,
    ],
    ["a price that is no number", lastDiff.replace(/\["(\d+\.\d+)"/, '["$1e1"'), /is not a decimal number/],
    [
      "a price that is a JSON number",
      lastDiff.replace(/\["(\d+\.\d+)"/, "[$1"),
      /no pair of decimal strings/,
    ],
    ["a level without a size", lastDiff.replace(/","[^"]+"\]/, '"]'), /no pair of decimal strings/],
    ["a size beyond 32 bits", lastDiff.replace(/"\d+\.\d+"\]/, '"9999999.000"]'), /does not fit 32 bits/],
    [
      "an update id beyond 2^53",
      lastDiff.replace(/"u":\d+/, '"u":9007199254740993'),
      /field u is not a whole number/,
    ],
    ["update ids the wrong way round", lastDiff.replace(/"u":\d+/, '"u":5'), /U is greater than u/],
    ["a time beyond 2262", lastDiff.replace(/"T":\d+/, '"T":99999999999999'), /event time/],
    ["a trade of size 0", lastTrade.replace(/"q":"[^"]+"/, '"q":"0.000"'), /size 0/],
    ["a trade at price 0", lastTrade.replace(/"p":"[^"]+"/, '"p":"0.00"'), /price 0.00 is zero/],
    ["a spot diff among futures", without(without(lastDiff, "T"), "pu"), /fields T and pu are missing/],
  ];

  test.each(BROKEN)(
    "by %s is refused with its number, and nothing else is lost",
    async (_, broken, reason) => {
      const expected = await readWhole();
      for (const at of [30, simulated.length]) {
        const lines = [...simulated.slice(0, at), broken, ...simulated.slice(at)];
        const { statistics, sequence, books, trades, scale, path } = await readLines(lines);
        expect(statistics.refused.lines).toEqual([
          { file: path, line: at + 1, reason: expect.stringMatching(reason) },
        ]);
        expect(statistics).toMatchObject({
          ...expected.statistics,
          refused: { count: 1 },
          captureBytes: expect.any(Number),
        });
        expect({ sequence, books, trades, scale }).toEqual({
          sequence: expected.sequence,
          books: expected.books,
          trades: expected.trades,
          scale: expected.scale,
        });
      }
    },
  );

  test("is refused wherever it is, among any others", async () => {
    const expected = await readWhole();
    const position = fc.record({ at: fc.nat({ max: simulated.length }), broken: fc.constantFrom(...BROKEN) });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(position, { selector: ({ at }) => at, maxLength: 12 }),
        async (positions) => {
          // Off-grid prices are left out here: several early ones are evidence for a finer tick.
          const chosen = positions.filter(({ broken }) => !/off the/.test(broken[0]));
          const lines: string[] = [];
          const refused: number[] = [];
          for (const [index, line] of [...simulated, undefined].entries()) {
            for (const { broken } of chosen.filter(({ at }) => at === index)) {
              lines.push(broken[1]);
              refused.push(lines.length);
            }
            if (line !== undefined) lines.push(line);
          }
          const { statistics, sequence, books, trades } = await readLines(lines);
          expect(statistics.refused.lines.map(({ line }) => line)).toEqual(refused);
          expect({ sequence, books, trades }).toEqual({
            sequence: expected.sequence,
            books: expected.books,
            trades: expected.trades,
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  test("by a size off a lot that the caller gave is refused", async () => {
    const broken = lastDiff.replace(/"(\d+\.\d+)"\]/, '"$15"]');
    const { statistics } = await readLines([...simulated, broken], { lotSize: "0.001" });
    expect(statistics.refused.lines).toMatchObject([
      { reason: expect.stringMatching(/size "\S+" is not a whole number of steps of 0.001/) },
    ]);
  });

  test("in the place of a diff is a gap, which the next snapshot ends", async () => {
    const lines = [...simulateCapture({ steps: 400, seed: 11, snapshotEverySteps: 100 })];
    const unbroken = await readLines(lines);
    const diffs = lines.flatMap((line, index) => (line.includes("depthUpdate") ? [index] : []));
    const damaged = [...lines];
    damaged[diffs[150]!] = damaged[diffs[150]!]!.slice(0, -3);
    const { statistics, sequence } = await readLines(damaged);
    expect(statistics).toMatchObject({ gaps: 1, refused: { count: 1 } });
    const missing = unbroken.sequence.filter((id) => !sequence.includes(id));
    expect(missing.length).toBe(unbroken.statistics.rows - statistics.rows);
    expect(missing.length).toBeGreaterThan(10);
    expect(missing.length).toBeLessThan(100);
    expect(statistics.unsynced - unbroken.statistics.unsynced).toBe(missing.length - 1);
  });

  test("beyond the thousandth is counted and no longer named", async () => {
    const { statistics } = await readLines([...simulated, ...Array.from({ length: 1500 }, () => "broken")]);
    expect(statistics.refused.count).toBe(1500);
    expect(statistics.refused.lines).toHaveLength(1000);
  });
});

/** Takes a field out of a line of compact JSON. */
function without(line: string, name: string): string {
  const space = line.indexOf(" ");
  const json = JSON.parse(line.slice(space + 1));
  const holder = json.data ?? json;
  expect(holder).toHaveProperty(name);
  delete holder[name];
  return `${line.slice(0, space)} ${JSON.stringify(json)}`;
}

describe("a capture", () => {
  test("may end its lines as Windows does, and its last line not at all", async () => {
    const expected = await readLines(simulated);
    const actual = await readLines(simulated, {}, "\r\n");
    expect(actual.books).toEqual(expected.books);
    expect(actual.statistics.refused.count).toBe(0);
  });

  test("may have empty lines, which count as lines", async () => {
    const { statistics, path } = await readLines(["", ...simulated.slice(0, 50), "", "broken"]);
    expect(statistics.refused.lines).toEqual([{ file: path, line: 53, reason: expect.any(String) }]);
  });

  test("is read on the ticks and lots that the caller gives", async () => {
    const { scale, books } = await readLines(simulated, { tickSize: "0.005", lotSize: "0.0005" });
    const expected = await readLines(simulated);
    expect(scale).toEqual(["SIMUSDT", "0.005", "0.0005"]);
    expect(books[100]).toEqual(expected.books[100]!.map((value) => value * 2));
  });

  test("repeats diffs and trades without effect, but for the count", async () => {
    const expected = await readLines(simulated);
    const from = simulated.length - 60;
    const repeated = [...simulated, ...simulated.slice(from)];
    const { statistics, books, trades } = await readLines(repeated);
    const again = simulated.slice(from).filter((line) => /depthUpdate|@trade/.test(line)).length;
    expect(statistics).toMatchObject({ duplicates: again, gaps: 0 });
    expect({ books, trades }).toEqual({ books: expected.books, trades: expected.trades });
  });

  test("of several files is one stream, with line numbers of their own", async () => {
    const directory = await temporaryDirectory();
    const half = Math.floor(simulated.length / 2);
    const parts = [join(directory, "a"), join(directory, "b")];
    await writeFile(parts[0]!, `${simulated.slice(0, half).join("\n")}\n`);
    await writeFile(parts[1]!, `broken\n${simulated.slice(half).join("\n")}\n`);
    const { statistics, books } = await read(parts);
    expect(books).toEqual((await readLines(simulated)).books);
    expect(statistics.refused.lines).toMatchObject([{ file: parts[1], line: 1 }]);
  });

  test("of spot follows spot's rule of continuity", async () => {
    const spot = simulated.map((line) => {
      if (!line.includes("depthUpdate")) return line;
      const { U, u, pu } = JSON.parse(line.slice(line.indexOf(" ") + 1)).data;
      // On spot, a diff begins where the last one ended.
      return line.replace(/"T":\d+,/, "").replace(`"U":${U},"u":${u},"pu":${pu},`, `"U":${pu + 1},"u":${u},`);
    });
    const expected = await readLines(simulated);
    const { statistics, books, sequence } = await readLines(spot);
    const joined = expected.sequence.indexOf(sequence[0]!);
    expect(statistics).toMatchObject({ gaps: 0, refused: { count: 0 } });
    // The snapshot was taken at the end of a diff, which futures apply again and spot does not.
    expect(joined).toBe(1);
    expect(books).toEqual(expected.books.slice(joined));
  });

  test("of several instruments gives the one that is asked for", async () => {
    const other = [...simulateCapture({ steps: 400, seed: 3, symbol: "OTHERUSDT" })].filter(
      (line) => !line.includes("lastUpdateId"),
    );
    const mixed = simulated.flatMap((line, index) => [line, ...other.slice(index, index + 1)]);
    const snapshotLine = mixed.findIndex((line) => line.includes("lastUpdateId"));
    mixed[snapshotLine] = mixed[snapshotLine]!.replace(
      '{"lastUpdateId"',
      '{"symbol":"SIMUSDT","lastUpdateId"',
    );
    const expected = await readLines(simulated);
    const { books, trades, statistics } = await readLines(mixed);
    expect({ books, trades }).toEqual({ books: expected.books, trades: expected.trades });
    expect(statistics.ignored).toBeGreaterThan(expected.statistics.ignored);
    await expect(readLines(mixed, { symbol: "THIRD" })).rejects.toMatchObject({ code: "CAPTURE_INVALID" });
  });

  test("of several instruments is refused a snapshot that does not say whose it is", async () => {
    const foreign = lastTrade.replaceAll("SIMUSDT", "OTHERUSDT");
    const { statistics } = await readLines([foreign, ...simulated]);
    expect(statistics.rows).toBe(0);
    expect(statistics.refused.lines).toMatchObject([{ reason: expect.stringMatching(/without a symbol/) }]);
  });

  test("of one instrument is taken whatever the caller calls it, until a second one comes", async () => {
    const { scale } = await readLines(simulated, { symbol: "btc" });
    expect(scale[0]).toBe("SIMUSDT");
    const long = [...simulateCapture({ steps: 10_000, seed: 1 })];
    const late = [...long, lastTrade.replaceAll("SIMUSDT", "OTHERUSDT")];
    expect(late.join("\n").length).toBeGreaterThan(4 * 1024 * 1024);
    await expect(readLines(late, { symbol: "btc" })).rejects.toMatchObject({ code: "CAPTURE_INVALID" });
  });

  test("counts what it does not read: partial depth, other kinds, answers to subscriptions", async () => {
    const extra = [
      '1 {"result":null,"id":1}',
      lastDiff.replace("@depth@0ms", "@depth20@100ms"),
      '1 {"stream":"x@markPrice","data":{"e":"markPriceUpdate","s":"SIMUSDT"}}',
    ];
    const expected = await readLines(simulated);
    const { statistics, books } = await readLines([...simulated, ...extra]);
    expect(statistics.ignored).toBe(expected.statistics.ignored + extra.length);
    expect(statistics.refused.count).toBe(0);
    expect(books).toEqual(expected.books);
  });

  test("may leave out the wrapping of combined streams", async () => {
    const bare = simulated.map((line) => line.replace(/\{"stream":"[^"]*","data":(.*)\}$/, "$1"));
    expect((await readLines(bare)).books).toEqual((await readLines(simulated)).books);
  });

  test("shows crossed and locked books, and keeps them", async () => {
    const best = (await readLines(simulated)).books.at(-1)!;
    const [askTicks] = best.slice(6, 7) as [number];
    const { u } = JSON.parse(lastDiff.slice(lastDiff.indexOf(" ") + 1)).data;
    const over = (ticks: number, previous: number) =>
      lastDiff
        .replace(/"U":\d+,"u":\d+,"pu":\d+/, `"U":${previous + 1},"u":${previous + 1},"pu":${previous}`)
        .replace(/"b":.*$/, `"b":[["${(ticks / 100).toFixed(2)}","1.000"]],"a":[]}}`);
    const { statistics } = await readLines([...simulated, over(askTicks, u), over(askTicks + 1, u + 1)]);
    expect(statistics).toMatchObject({ locked: 1, crossed: 1, gaps: 0 });
  });

  test("shows where the exchange's own best bid and ask differ from the book", async () => {
    const expected = await readLines(simulated);
    const { shared } = expected.statistics.tickers;
    expect(expected.statistics.tickers.agreed).toBe(shared);
    const wrong = simulated.map((line) =>
      line === lastTicker ? line.replace(/"B":"[^"]+"/, '"B":"77.777"') : line,
    );
    expect((await readLines(wrong)).statistics.tickers).toEqual({ shared, agreed: shared - 1 });
  });

  test("stops where it is told to, after the rows at hand", async () => {
    const controller = new AbortController();
    controller.abort();
    const { statistics } = await readLines(simulated, { signal: controller.signal });
    expect(statistics.rows).toBeGreaterThan(0);
  });
});
