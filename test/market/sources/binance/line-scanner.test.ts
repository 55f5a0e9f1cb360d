import fc from "fast-check";
import { expect, test } from "vitest";
import { DecimalGrid } from "../../../../src/market/decimal-grid.ts";
import { simulateCapture } from "../../../../src/market/simulate/index.ts";
import { LineScanner } from "../../../../src/market/sources/binance/line-scanner.ts";
import { type CaptureMessage, parseLine } from "../../../../src/market/sources/binance/message.ts";
import type { LevelText } from "../../../../src/market/sources/json-fields.ts";

/** Of either type, with lots so small that sizes of many coins take int64. */
const SCALES = [
  { symbol: "SIMUSDT", tick: new DecimalGrid("0.01"), lot: new DecimalGrid("0.001") },
  { symbol: "SIMUSDT", tick: new DecimalGrid("0.01"), lot: new DecimalGrid("0.000000001", "int64") },
] as const;
type Scale = (typeof SCALES)[number];
const lines = [...simulateCapture({ steps: 300, seed: 7 })];
const hot = lines.filter((line) => /depthUpdate|bookTicker/.test(line));

/** What the scanner says of a line, in the words of the parser. */
function scanned(line: string, scale: Scale): unknown {
  const scanner = new LineScanner(scale);
  const bytes = Buffer.from(line);
  const levels = (changes: LineScanner["bids"]) =>
    Array.from({ length: changes.count }, (_, index) => [changes.ticksAt(index), changes.lotsAt(index)]);
  switch (scanner.scan(bytes, 0, bytes.length)) {
    case "diff": {
      const { venue, recvNs, eventNs, previousUpdateId, lastUpdateId } = scanner;
      const stamps = { venue, recvNs, eventNs, previousUpdateId, lastUpdateId };
      return { ...stamps, bids: levels(scanner.bids), asks: levels(scanner.asks) };
    }
    case "ticker": {
      const { recvNs, eventNs, lastUpdateId: updateId } = scanner;
      return { recvNs, eventNs, updateId, bid: levels(scanner.bids), ask: levels(scanner.asks) };
    }
    default:
      return undefined;
  }
}

function inSteps([price, size]: LevelText, scale: Scale): [number, number] {
  const ticks = scale.tick.stepsOf(price);
  const lots = scale.lot.stepsOf(size);
  if (
    !(ticks > 0 && lots >= 0) ||
    size.startsWith("-") ||
    DecimalGrid.faultOf(ticks) ||
    DecimalGrid.faultOf(lots)
  ) {
    throw new Error(`${price} ${size} is not on the grid`);
  }
  return [ticks, lots];
}

function parsed(line: string, scale: Scale): unknown {
  const bytes = Buffer.from(line);
  const message: CaptureMessage = parseLine(bytes, 0, bytes.length);
  const inScale = (level: LevelText) => inSteps(level, scale);
  if (message.kind === "diff") {
    const { kind: _, symbol, bids, asks, ...stamps } = message;
    expect(symbol).toBe(scale.symbol);
    return { ...stamps, bids: bids.map(inScale), asks: asks.map(inScale) };
  }
  if (message.kind === "ticker") {
    expect(message.symbol).toBe(scale.symbol);
    const { recvNs, eventNs, updateId, bid, ask } = message;
    return { recvNs, eventNs, updateId, bid: [inScale(bid)], ask: [inScale(ask)] };
  }
  throw new Error(`${message.kind} is not for the scanner`);
}

test.each(SCALES)(
  "the scanner reads the usual diffs and tickers, and reads them as the parser does ($lot.stepType)",
  (scale) => {
    expect(hot.length).toBeGreaterThan(300);
    for (const line of hot) expect(scanned(line, scale)).toEqual(parsed(line, scale));
  },
);

test("the scanner leaves every other kind of line to the parser", () => {
  for (const line of lines.filter((line) => !hot.includes(line)))
    expect(scanned(line, SCALES[0])).toBeUndefined();
});

test("what the scanner accepts of any altered line, the parser accepts and reads the same", () => {
  const token = fc.constantFrom(
    ...[
      '"',
      "\\",
      ",",
      ":",
      "{",
      "}",
      "[",
      "]",
      " ",
      "0",
      "00",
      "-",
      ".",
      "1e5",
      "null",
      "é",
      "\t",
      "}}",
      "]]",
    ],
    ...[
      '"b":',
      '"a":',
      '"B":"1",',
      '"pu":1,',
      '"T":5,',
      '"e":"depthUpdate",',
      '"ps":"X",',
      '["1.00","2"],',
      '"U":9,',
    ],
    ...["@depth20", "99999999999999999999", "SIMUSDT", "61.005"],
  );
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 6 }),
    insert: fc.oneof(token, fc.constant("")),
  });
  const edits = fc.array(edit, { minLength: 1, maxLength: 2 });
  let accepted = 0;
  fc.assert(
    fc.property(fc.constantFrom(...SCALES), fc.constantFrom(...hot), edits, (scale, line, edits) => {
      let altered = line;
      for (const { at, remove, insert } of edits) {
        const start = at % altered.length;
        altered = altered.slice(0, start) + insert + altered.slice(start + remove);
      }
      const result = scanned(altered, scale);
      if (result === undefined) return;
      accepted += 1;
      expect(result).toEqual(parsed(altered, scale));
    }),
    { numRuns: 5000 },
  );
  expect(accepted).toBeGreaterThan(50);
});

test.each([
  ["fields in another order", (line: string) => line.replace(/("U":\d+),("u":\d+)/, "$2,$1")],
  ["a field that nobody reads", (line: string) => line.replace('"s":', '"ps":"SIM","s":')],
])("the scanner reads a diff with %s", (_, alter) => {
  const line = alter(hot.find((candidate) => candidate.includes("depthUpdate"))!);
  expect(scanned(line, SCALES[0])).toBeDefined();
  expect(scanned(line, SCALES[0])).toEqual(parsed(line, SCALES[0]));
});

test.each([
  ["a partial-depth stream", (line: string) => line.replace("@depth@0ms", "@depth20@100ms")],
  ["a field given twice", (line: string) => line.replace(/("U":\d+),/, "$1,$1,")],
  ["a space", (line: string) => line.replace('"U":', '"U": ')],
  ["another symbol", (line: string) => line.replace("SIMUSDT", "OTHERUSDT")],
  ["an escape in the stream's name", (line: string) => line.replace("@depth", "\\u0040depth")],
  ["bytes behind its end", (line: string) => `${line} `],
  ["a clock without digits", (line: string) => line.replace(/^\d+/, "")],
])("the scanner leaves a diff with %s to the parser", (_, alter) => {
  const line = alter(hot.find((candidate) => candidate.includes("depthUpdate"))!);
  expect(scanned(line, SCALES[0])).toBeUndefined();
});
