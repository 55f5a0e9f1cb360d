import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { UNKNOWN_TIME_NS } from "../../../src/market/sources/index.ts";
import { leanZip } from "../../kit/captures/lean.ts";
import { readCapture } from "../../kit/captures/read-capture.ts";
import { writtenCapture } from "../../kit/captures/written-capture.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";

const MISSING = -(2 ** 31);

const read = async (zip: Uint8Array, symbol = "SIM") =>
  readCapture("lean", [await writtenCapture(zip, "ticks.zip")], { symbol, levels: 1 });

describeShared("the real quotes of LEAN", sharedPath("market-data", "lean"), () => {
  test("are 1,424,012 one-sided quotes, of which 1,078,541 have the time of another", async () => {
    const file = sharedPath("market-data", "lean", "aig_20131009_quote.zip");
    const { statistics, books, scale } = await readCapture("lean", [file], { symbol: "AIG", levels: 1 });
    // Crossed and locked as a loop over the file in Python counts them, each side taken from its last quote.
    expect(statistics).toMatchObject({
      rows: 1_424_012,
      crossed: 111,
      locked: 58_616,
      refused: { count: 0 },
      captureBytes: 43_483_117,
    });
    expect([scale?.symbol, scale?.tick.step, scale?.lot.step]).toEqual(["AIG", "0.01", "1"]);
    expect(books.length - new Set(books.map(({ eventNs }) => eventNs)).size).toBe(1_078_541);
    // 04:00:00.521 in New York, four hours behind UTC on that day.
    const eventNs = 1_381_305_600_521_000_000n;
    const stamps = { eventNs, recvNs: UNKNOWN_TIME_NS };
    expect(books.slice(0, 2)).toEqual([
      { ...stamps, sequence: 1n, bids: [4750, 200], asks: [MISSING, MISSING] },
      { ...stamps, sequence: 2n, bids: [4750, 200], asks: [4848, 3000] },
    ]);
  });
});

describe("LEAN's ticks", () => {
  test("that are suspicious are ignored", async () => {
    const lines = ["36000000,10000,1,10100,2,P,1,0", "36000001,90000,1,0,0,P,1,1"];
    expect((await read(leanZip("Quote", lines))).statistics).toMatchObject({
      rows: 1,
      ignored: 1,
      crossed: 0,
    });
    const trades = ["36000000,10000,1,P,0,0", "36000001,90000,1,P,0,1"];
    expect((await read(leanZip("Trade", trades))).statistics).toMatchObject({ trades: 1, ignored: 1 });
  });

  test.each([
    ["of neither side", "36000001,0,0,0,0,P,1,0", /neither side/],
    ["with a size and no price", "36000001,0,5,0,0,P,1,0", /without a price/],
    ["with a price that is negative", "36000001,-5,5,0,0,P,1,0", /negative/],
    ["with a price that is a fraction", "36000001,1.5,5,0,0,P,1,0", /not a whole number/],
    ["with a size beyond 32 bits", "36000001,10000,3000000000,0,0,P,1,0", /does not fit 32 bits/],
    ["with a field too few", "36000001,10000,5,0,0,P,1", /7 fields instead of 8/],
    ["beyond the day", "86400000,10000,5,0,0,P,1,0", /within the day/],
    ["without a time", ",10000,5,0,0,P,1,0", /time "" is not/],
    ["neither suspicious nor not", "36000001,10000,5,0,0,P,1,x", /suspicious/],
  ])("%s are refused", async (_, broken, reason) => {
    const lines = ["36000000,10000,1,10100,2,P,1,0", broken];
    const { statistics } = await read(leanZip("Quote", lines));
    expect(statistics).toMatchObject({ rows: 1, refused: { count: 1 } });
    expect(statistics.refused.lines).toMatchObject([{ line: 2, reason: expect.stringMatching(reason) }]);
  });

  test("of several days in one archive are one stream, in the order of the archive", async () => {
    const line = "36000000,10000,1,10100,2,P,1,0\n";
    const zip = zipSync({
      "2024/20240308_sim_Quote_Tick.csv": Buffer.from(line),
      "2024/20240311_sim_Tick_Quote.csv": Buffer.from(line),
    });
    const { books } = await read(zip);
    // Summer time began on the 10th.
    const times = books.map(({ eventNs }) => new Date(Number(eventNs / 1_000_000n)).toISOString());
    expect(times).toEqual(["2024-03-08T15:00:00.000Z", "2024-03-11T14:00:00.000Z"]);
  });

  test("in an archive that is damaged are an error", async () => {
    const lines = Array.from(
      { length: 5000 },
      (_, index) => `${36_000_000 + index},10000,1,10100,${index + 1},P,1,0`,
    );
    const whole = leanZip("Quote", lines);
    const flipped = Uint8Array.from(whole);
    flipped[2000]! ^= 0x10;
    await expect(read(flipped)).rejects.toMatchObject({
      code: "CAPTURE_INVALID",
      message: expect.stringMatching(/20240807_sim_Quote_Tick.csv in .*ticks.zip is damaged/),
    });
    await expect(read(whole.subarray(0, -30))).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
  });

  test.each([
    ["quotes.csv", /no LEAN tick file/],
    ["20240231_sim_Quote_Tick.csv", /there is no day/],
    ["20240807_sim_minute_trade.csv", /no LEAN tick file/],
  ])("in a file named %s are no LEAN ticks", async (name, reason) => {
    await expect(read(zipSync({ [name]: Buffer.from("1") }))).rejects.toMatchObject({
      code: "CAPTURE_INVALID",
      message: expect.stringMatching(reason),
    });
  });
});
