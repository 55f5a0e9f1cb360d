import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { lobsterName } from "../../kit/captures/lobster.ts";
import { readCapture } from "../../kit/captures/read-capture.ts";
import { describeShared, sharedPath } from "../../kit/shared.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

const MISSING = -(2 ** 31);

/** Both files of a day, as lines. */
async function written(messages: readonly string[], books: readonly string[], levels = 1): Promise<string[]> {
  const directory = await temporaryDirectory();
  const files = [
    join(directory, lobsterName("message", levels)),
    join(directory, lobsterName("orderbook", levels)),
  ];
  await writeFile(files[0]!, messages.join("\n"));
  await writeFile(files[1]!, books.join("\n"));
  return files;
}

const read = async (messages: readonly string[], books: readonly string[]) =>
  readCapture("lobster", await written(messages, books), { levels: 1 });

const MESSAGE = "36000.000000001,1,11,100,1000000,1";
const BOOK = "1000100,5,1000000,7";

describeShared("the real day of LOBSTER", sharedPath("market-data", "lobster"), () => {
  const file = (kind: string) =>
    sharedPath("market-data", "lobster", `AAPL_2012-06-21_34200000_57600000_${kind}_10.csv`);
  const files = [file("message"), file("orderbook")];

  test("is 999 rows with its duplicates, numbered by their row", async () => {
    const { statistics, books, trades, scale } = await readCapture("lobster", files, {
      symbol: "AAPL",
      levels: 10,
    });
    expect(statistics).toMatchObject({
      rows: 999,
      trades: 159,
      crossed: 0,
      locked: 0,
      duplicates: 0,
      refused: { count: 0 },
    });
    expect([scale?.symbol, scale?.tick.step, scale?.lot.step]).toEqual(["AAPL", "0.01", "1"]);
    expect(books.map(({ sequence }) => sequence)).toEqual(books.map((_, row) => BigInt(row + 1)));
    expect(999 - new Set(books.map(({ eventNs }) => eventNs)).size).toBe(109);
    const levels = books.map(({ bids, asks }) => [...bids, ...asks].join());
    expect(levels.filter((row, index) => row === levels[index - 1])).toHaveLength(61);
    // 09:30:00.004241176 in New York, in summer.
    expect(books[0]).toMatchObject({ eventNs: 1_340_285_400_004_241_176n });
    expect(books[0]!.bids).toEqual([
      ...[58_533, 58_530, 58_510, 58_501, 58_497, 58_493, 58_465, 58_453, 58_438, 58_427],
      ...[18, 150, 5, 89, 5, 300, 300, 300, 200, 300],
    ]);
    expect(books[0]!.asks).toEqual([
      ...[58_594, 58_598, 58_610, 58_689, 58_695, 58_700, 58_710, 58_739, 58_765, 58_790],
      ...[200, 200, 200, 300, 50, 100, 10, 100, 1160, 500],
    ]);
    expect(trades[0]).toMatchObject({
      eventNs: 1_340_285_400_275_016_159n,
      ticks: 58_574,
      lots: 40,
      side: "B",
    });
  });
});

describe("a message of LOBSTER", () => {
  test.each([
    ["4", "1", "A"],
    ["4", "-1", "B"],
    ["5", "-1", "B"],
    ["6", "-1", "N"],
  ])("of type %s and direction %s is a trade of aggressor %s", async (type, direction, side) => {
    const { trades } = await read([`36000.5,${type},11,100,1000000,${direction}`], [BOOK]);
    expect(trades).toMatchObject([{ tradeId: 1n, ticks: 10_000, lots: 100, side }]);
  });

  test.each(["1", "2", "3", "7"])("of type %s is a row and no trade", async (type) => {
    const { statistics } = await read([`36000.5,${type},0,0,-1,-1`], [BOOK]);
    expect(statistics).toMatchObject({ rows: 1, trades: 0 });
  });

  test.each([
    ["of no type", "36000.5,8,1,1,1,1", BOOK, /type 8/],
    ["without a time", "x,1,1,1,1,1", BOOK, /time is no number/],
    ["beyond the day", "86400.0,1,1,1,1,1", BOOK, /within the day/],
    ["with a field too few", "36000.5,1,1,1,1", BOOK, /5 fields instead of 6/],
    ["of no direction", "36000.5,4,1,1,1,0", BOOK, /direction 0/],
    ["of an execution without a price", "36000.5,4,1,1,0,1", BOOK, /without price or size/],
    ["whose book has a level too few", MESSAGE, "1000100,5", /2 fields instead of 4/],
    ["whose book has a price that is no number", MESSAGE, "1000100,5,x,7", /price "x"/],
    ["whose book has a size that is negative", MESSAGE, "1000100,-5,1000000,7", /size -5 is negative/],
    ["that is empty, as its book is not", " ", BOOK, /1 fields instead of 6/],
  ])(
    "%s is refused with its number, and the next belongs to its own book",
    async (_, message, book, reason) => {
      const { statistics, books } = await read(
        [MESSAGE, message, MESSAGE],
        [BOOK, book, "1000200,1,1000100,2"],
      );
      expect(statistics.refused.lines).toMatchObject([{ line: 2, reason: expect.stringMatching(reason) }]);
      expect(books.map(({ sequence, bids }) => [sequence, ...bids])).toEqual([
        [1n, 10_000, 7],
        [3n, 10_001, 2],
      ]);
    },
  );

  test("may have a side that is empty", async () => {
    const { books } = await read([MESSAGE, MESSAGE], ["9999999999,0,1000000,7", "1000100,5,-9999999999,0"]);
    expect(books.map(({ bids, asks }) => [...bids, ...asks])).toEqual([
      [10_000, 7, MISSING, MISSING],
      [MISSING, MISSING, 10_001, 5],
    ]);
  });
});

describe("the files of LOBSTER", () => {
  test("may be compressed, of several days, and longer than what is read at a time", async () => {
    const count = 30_000;
    const messages = Array.from(
      { length: count },
      (_, index) => `36000.${String(index).padStart(9, "0")},1,1,1,1,1`,
    );
    const books = Array.from({ length: count }, (_, index) => `1000100,${index + 1},1000000,${index + 2}`);
    const directory = await temporaryDirectory();
    const files: string[] = [];
    for (const day of ["2024-08-06", "2024-08-07"]) {
      for (const [kind, lines] of [
        ["message", messages],
        ["orderbook", books],
      ] as const) {
        files.push(join(directory, `SIM_${day}_34200000_57600000_${kind}_1.csv.gz`));
        await writeFile(files.at(-1)!, gzipSync(lines.join("\r\n")));
      }
    }
    const result = await readCapture("lobster", files, { levels: 1 });
    expect(result.statistics).toMatchObject({ rows: 2 * count, refused: { count: 0 } });
    expect(result.books.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 2 * count }, (_, index) => BigInt(index + 1)),
    );
    expect(result.books.map(({ asks }) => asks[1])).toEqual(
      Array.from({ length: 2 * count }, (_, index) => (index % count) + 1),
    );
  });

  test.each([
    ["more messages than books", [MESSAGE, MESSAGE], [BOOK]],
    ["more books than messages", [MESSAGE], [BOOK, BOOK]],
    ["no books", [MESSAGE], []],
  ])("are an error with %s", async (_, messages, books) => {
    await expect(read(messages, books)).rejects.toMatchObject({
      code: "CAPTURE_INVALID",
      message: expect.stringMatching(/has fewer lines than/),
    });
  });

  test("are an error where one of the two is missing, or a name says too little", async () => {
    const [messages, books] = (await written([MESSAGE], [BOOK])) as [string, string];
    for (const [files, reason] of [
      [[messages], /needs .*orderbook/],
      [[books], /without its file of messages/],
      [["messages.csv"], /is not named as LOBSTER/],
      [["A_2024-02-30_1_2_message_1.csv", "A_2024-02-30_1_2_orderbook_1.csv"], /there is no day/],
      [["A_2024-02-20_1_2_message_0.csv", "A_2024-02-20_1_2_orderbook_0.csv"], /0 levels/],
    ] as const) {
      await expect(readCapture("lobster", files)).rejects.toMatchObject({
        code: "CAPTURE_INVALID",
        message: expect.stringMatching(reason),
      });
    }
  });
});
