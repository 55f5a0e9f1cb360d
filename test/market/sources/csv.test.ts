import { describe, expect, test } from "vitest";
import { timeTextToNs } from "../../../src/market/sources/csv/time-text.ts";
import type { CaptureOptions } from "../../../src/market/sources/index.ts";
import { readCapture } from "../../kit/captures/read-capture.ts";
import { writtenCapture } from "../../kit/captures/written-capture.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";

const read = async (lines: readonly string[], options: Partial<CaptureOptions> = {}) =>
  readCapture("csv", [await writtenCapture(lines)], options);

const BARS = "timestamp,open,high,low,close,volume";
const TRADES = "time,price,size,side,id";

describeShared("real bars", sharedPath("market-data", "bars"), () => {
  const MINUTE_NS = 60_000_000_000n;
  const file = (name: string) => sharedPath("market-data", "bars", name);

  test("of GBPUSD are 30,117, with 111 gaps of 11,644 minutes in all", async () => {
    const { bars, scale, statistics } = await readCapture("csv", [file("gbpusd-m1-bid-2012.csv")]);
    expect(statistics).toMatchObject({ bars: 30_117, rows: 0, trades: 0, refused: { count: 0 } });
    expect(scale?.tick.step).toBe("0.00001");
    const steps = bars.slice(1).map(({ eventNs }, index) => eventNs - bars[index]!.eventNs);
    const gaps = steps.filter((step) => step > MINUTE_NS);
    expect(gaps).toHaveLength(111);
    expect(gaps.reduce((missing, step) => missing + step / MINUTE_NS - 1n, 0n)).toBe(11_644n);
    expect(bars[0]).toEqual({
      eventNs: BigInt(Date.UTC(2012, 1, 1)) * 1_000_000n,
      prices: [157_597, 157_606, 157_576, 157_576],
      volume: Number.NaN,
    });
  });

  test("of BTC are 45,031, a minute apart, each as the file writes it", async () => {
    const { bars, scale } = await readCapture("csv", [file("btc-perp-20211231-20220201_1m.csv")]);
    expect(bars).toHaveLength(45_031);
    expect(bars[0]!.eventNs).toBe(BigInt(Date.UTC(2021, 11, 31, 23, 1)) * 1_000_000n);
    expect(bars[0]!.prices.map((ticks) => scale?.tick.format(ticks))).toEqual([
      "46319",
      "46385",
      "46319",
      "46377",
    ]);
    expect(bars[0]!.volume).toBe(2_300_413.7295);
    expect(
      bars.every(
        ({ prices: [open, high, low, close] }) =>
          low! <= Math.min(open!, close!) && high! >= Math.max(open!, close!),
      ),
    ).toBe(true);
  });
});

describe("a time in a CSV file", () => {
  test.each([
    ["2024-08-07", "2024-08-07T00:00:00.000Z", 0n],
    ["2024-08-07 14:00", "2024-08-07T14:00:00.000Z", 0n],
    ["2024-08-07T14:00:01.123456789Z", "2024-08-07T14:00:01.123Z", 456_789n],
    ["2024-08-07 14:00:01.5+02:00", "2024-08-07T12:00:01.500Z", 0n],
    ["2024-08-07 14:00:01-0930", "2024-08-07T23:30:01.000Z", 0n],
    ["1969-12-31 23:59:59.999999999", "1969-12-31T23:59:59.999Z", 999_999n],
    ["1723039201", "2024-08-07T14:00:01.000Z", 0n],
    ["1723039201.000000001", "2024-08-07T14:00:01.000Z", 1n],
    ["1723039201123", "2024-08-07T14:00:01.123Z", 0n],
    ["1723039201123456", "2024-08-07T14:00:01.123Z", 456_000n],
    ["1723039201123456789", "2024-08-07T14:00:01.123Z", 456_789n],
  ])("%s is read to its last digit", (text, iso, beyondMs) => {
    expect(timeTextToNs(text)).toBe(BigInt(Date.parse(iso)) * 1_000_000n + beyondMs);
  });

  test.each([
    ...[
      "",
      "yesterday",
      "2024-02-30",
      "2024-13-01",
      "2024-08-07T25:00",
      "07/08/2024",
      "12345",
      "17230392011",
    ],
    ...[
      "2024-08-07T14:00:00.1234567890",
      "9999999999999999999",
      "3000-01-01",
      "2024-08-07T14",
      "-1723039201",
    ],
  ])("%j is refused, as nothing but a guess could tell what it is", (text) => {
    expect(() => timeTextToNs(text)).toThrow(/neither ISO 8601 nor a number/);
  });
});

describe("bars as CSV", () => {
  const BAR = "2024-08-07 14:00,10.00,10.50,9.50,10.25,7";

  test("may be below 0, and in any order of columns, quoted, with more of them", async () => {
    const { bars, scale } = await read([
      'close,"note, with comma",open,low,high,date',
      '-37.63,"a ""b""",-1.00,-40.32,1.75,2020-04-20',
    ]);
    expect(bars[0]?.prices.map((ticks) => scale?.tick.format(ticks))).toEqual([
      "-1",
      "1.75",
      "-40.32",
      "-37.63",
    ]);
  });

  test.each([
    ["without a price", "2024-08-07 14:01,10.00,,9.50,10.25,7", /high is missing/],
    ["without a time", ",10.00,10.50,9.50,10.25,7", /time is missing/],
    ["with a field too many", `${BAR},1`, /7 fields instead of 6/],
    ["with a price that is no number", BAR.replace("10.50", "1e1"), /not a decimal/],
    ["with a volume that is no number", BAR.replace(",7", ",many"), /volume "many"/],
    ["with a volume below 0", BAR.replace(",7", ",-7"), /volume "-7"/],
    ["with a quote that does not end", BAR.replace("10.50", '"10.50'), /quotes do not match/],
  ])("%s is refused with its number", async (_, broken, reason) => {
    const { statistics, bars } = await read([BARS, BAR, broken, BAR]);
    expect(bars).toHaveLength(2);
    expect(statistics.refused.lines).toMatchObject([{ line: 3, reason: expect.stringMatching(reason) }]);
  });

  test("of several files have a header each, which may differ", async () => {
    const files = [
      await writtenCapture([BARS, BAR]),
      await writtenCapture(["date;o;h;l;c", "2024-08-08;1.00;4.00;1.00;2.00"]),
    ];
    const { bars } = await readCapture("csv", files);
    expect(bars.map(({ prices }) => prices)).toEqual([
      [1000, 1050, 950, 1025].map((cents) => cents / 25),
      [4, 16, 4, 8],
    ]);
  });
});

describe("trades as CSV", () => {
  test.each([
    ["of no side that is known", "2024-08-07,10.00,1,up,1", /side "up"/],
    ["of size 0", "2024-08-07,10.00,0,buy,1", /size 0/],
    ["with a size below 0", "2024-08-07,10.00,-1,buy,1", /negative/],
    ["with an id that is no number", "2024-08-07,10.00,1,buy,x", /id "x"/],
    ["with an id beyond 64 bits", "2024-08-07,10.00,1,buy,9999999999999999999", /id "9999999999999999999"/],
  ])("%s are refused with their number", async (_, broken, reason) => {
    const { statistics, trades } = await read([TRADES, "2024-08-07,10.00,1,s,7", broken]);
    expect(trades).toMatchObject([{ tradeId: 7n, side: "A" }]);
    expect(statistics.refused.lines).toMatchObject([{ line: 3, reason: expect.stringMatching(reason) }]);
  });

  test("without sides and ids are of no side, numbered from 1", async () => {
    const { trades } = await read(["ts,px,qty", "1723039201,10.00,1", "1723039202,10.00,1"]);
    expect(trades).toMatchObject([
      { tradeId: 1n, side: "N" },
      { tradeId: 2n, side: "N" },
    ]);
  });
});

describe("the columns of a CSV file", () => {
  test.each([
    ["no times", "open,high,low,close", {}, /no column of times; its columns are open, high, low, close/],
    ["neither bars nor trades", "time,open,high,low", {}, /neither all columns of bars nor those of trades/],
    ["bars and trades", "time,open,high,low,close,price,size", {}, /at once/],
    [
      "two that could be the time",
      "time,date,price,size",
      {},
      /time and date could both be the column of time|date/,
    ],
    ["none of the name that is given", "time,price,size", { size: "lots" }, /no column lots/],
    ["a meaning that there is not", "time,price,size", { colour: "time" }, /a column can be time, open/],
  ])("are an error with %s", async (_, header, columns, reason) => {
    await expect(read([header, "1,2,3"], { columns })).rejects.toMatchObject({
      code: "CAPTURE_INVALID",
      message: expect.stringMatching(reason),
    });
  });

  test("are clear where the caller says which of two is meant", async () => {
    const { trades } = await read(["time,date,price,size", "x,2024-08-07,10.00,1"], {
      columns: { time: "date" },
    });
    expect(trades).toHaveLength(1);
  });
});
