/**
 * One line of a raw Binance capture: `<local clock, ns> <json>`. The JSON is a combined-stream message
 * `{"stream": …, "data": {…}}`, a bare stream message, or the REST answer with a depth snapshot.
 *
 * | kind | what marks it | fields read |
 * |---|---|---|
 * | snapshot | no `stream`, `lastUpdateId` | `lastUpdateId`, `bids`, `asks`; futures also `T`, COIN-M `symbol` |
 * | diff | `"e":"depthUpdate"` | `s`, `E`, `U`, `u`, `b`, `a`; futures also `T`, `pu` |
 * | trade | `"e":"trade"` | `s`, `E`, `T`, `t`, `p`, `q`, `m` |
 * | ticker | `"e":"bookTicker"`, or a stream so named (spot sends no `e`) | `s`, `u`, `b`, `B`, `a`, `A` |
 *
 * Everything else that is whole JSON is `other`: counted, not read. Partial-depth streams (`@depth20`) carry
 * `depthUpdate` messages that are no diffs, so they are `other` too.
 *
 * Prices and sizes stay text here: what a tick is may not be known yet.
 */
import { clockNs, msToNs } from "../clock.ts";
import { UNKNOWN_TIME_NS } from "../events.ts";
import {
  type Fields,
  fieldFault,
  integerIn,
  isFields,
  type LevelText,
  levelsIn,
  parseFields,
  stringIn,
} from "../json-fields.ts";
import { LineFault } from "../refused-lines.ts";

export interface DepthSnapshot {
  readonly kind: "snapshot";
  /** USD-M and spot snapshots do not say whose they are. */
  readonly symbol: string | undefined;
  readonly recvNs: bigint;
  readonly lastUpdateId: number;
  readonly bids: readonly LevelText[];
  readonly asks: readonly LevelText[];
}

export interface DepthDiff {
  readonly kind: "diff";
  readonly symbol: string;
  readonly recvNs: bigint;
  readonly eventNs: bigint;
  readonly venue: "futures" | "spot";
  /** Update id that the diff follows: `pu` on futures, `U - 1` on spot. */
  readonly previousUpdateId: number;
  readonly lastUpdateId: number;
  readonly bids: readonly LevelText[];
  readonly asks: readonly LevelText[];
}

export interface Trade {
  readonly kind: "trade";
  readonly symbol: string;
  readonly recvNs: bigint;
  readonly eventNs: bigint;
  readonly tradeId: number;
  readonly price: string;
  readonly size: string;
  readonly buyerIsMaker: boolean;
}

export interface Ticker {
  readonly kind: "ticker";
  readonly symbol: string;
  readonly recvNs: bigint;
  /** Spot does not say. */
  readonly eventNs: bigint;
  readonly updateId: number;
  readonly bid: LevelText;
  readonly ask: LevelText;
}

export interface OtherMessage {
  readonly kind: "other";
}

export type CaptureMessage = DepthSnapshot | DepthDiff | Trade | Ticker | OtherMessage;

const OTHER: OtherMessage = { kind: "other" };
const SPACE = 32;
const CLOCK_DIGITS_MAX = 19;

/**
 * Reads the line in `bytes[start, end)`, without its line feed.
 * @throws LineFault saying what is wrong with it.
 */
export function parseLine(bytes: Buffer, start: number, end: number): CaptureMessage {
  let space = start;
  while (space < end && bytes[space]! >= 48 && bytes[space]! <= 57) space += 1;
  if (space === start || space - start > CLOCK_DIGITS_MAX || space === end || bytes[space] !== SPACE) {
    throw new LineFault("does not begin with a local time in nanoseconds and a space");
  }
  const clock = bytes.toString("latin1", start, space);
  const json = parseFields(bytes, space + 1, end);
  const stream = json.stream;
  if (stream === undefined) {
    if (json.lastUpdateId !== undefined) return snapshot(json, clock);
    // The answer to a subscription request.
    if (json.e === undefined && json.result !== undefined) return OTHER;
    return streamed(json, "", clock);
  }
  if (typeof stream !== "string") throw new LineFault("field stream is not a string");
  const data = json.data;
  if (!isFields(data)) throw new LineFault("field data is missing or not an object");
  return streamed(data, stream, clock);
}

function streamed(data: Fields, stream: string, clock: string): CaptureMessage {
  switch (data.e) {
    case "depthUpdate":
      return isPartialDepthStream(stream) ? OTHER : diff(data, clock);
    case "trade":
      return trade(data, clock);
    case "bookTicker":
      return ticker(data, clock);
    case undefined:
      if (stream.endsWith("@bookTicker")) return ticker(data, clock);
      if (isPartialDepthStream(stream)) return OTHER;
      throw new LineFault("field e is missing");
    default:
      return OTHER;
  }
}

function snapshot(fields: Fields, clock: string): DepthSnapshot {
  const symbol = fields.symbol;
  if (symbol !== undefined && typeof symbol !== "string") throw new LineFault("field symbol is not a string");
  return {
    kind: "snapshot",
    symbol,
    recvNs: clockNs(clock),
    lastUpdateId: integerIn(fields, "lastUpdateId"),
    bids: levelsIn(fields, "bids"),
    asks: levelsIn(fields, "asks"),
  };
}

function diff(fields: Fields, clock: string): DepthDiff {
  const firstUpdateId = integerIn(fields, "U");
  const lastUpdateId = integerIn(fields, "u");
  if (firstUpdateId > lastUpdateId) throw new LineFault("field U is greater than u");
  const sentMs = integerIn(fields, "E");
  // Spot has neither field, futures both: one without the other is a broken line.
  const futures = fields.T !== undefined || fields.pu !== undefined;
  return {
    kind: "diff",
    symbol: stringIn(fields, "s"),
    recvNs: clockNs(clock),
    eventNs: msToNs(futures ? integerIn(fields, "T") : sentMs),
    venue: futures ? "futures" : "spot",
    previousUpdateId: futures ? integerIn(fields, "pu") : firstUpdateId - 1,
    lastUpdateId,
    bids: levelsIn(fields, "b"),
    asks: levelsIn(fields, "a"),
  };
}

function trade(fields: Fields, clock: string): Trade {
  integerIn(fields, "E");
  const buyerIsMaker = fields.m;
  if (typeof buyerIsMaker !== "boolean") throw new LineFault(fieldFault(fields, "m", "true or false"));
  return {
    kind: "trade",
    symbol: stringIn(fields, "s"),
    recvNs: clockNs(clock),
    eventNs: msToNs(integerIn(fields, "T")),
    tradeId: integerIn(fields, "t"),
    price: stringIn(fields, "p"),
    size: stringIn(fields, "q"),
    buyerIsMaker,
  };
}

function ticker(fields: Fields, clock: string): Ticker {
  return {
    kind: "ticker",
    symbol: stringIn(fields, "s"),
    recvNs: clockNs(clock),
    eventNs: fields.T === undefined ? UNKNOWN_TIME_NS : msToNs(integerIn(fields, "T")),
    updateId: integerIn(fields, "u"),
    bid: [stringIn(fields, "b"), stringIn(fields, "B")],
    ask: [stringIn(fields, "a"), stringIn(fields, "A")],
  };
}

/** Whether the stream called so carries the best few levels (`@depth20`) and not diffs. */
export function isPartialDepthStream(stream: string): boolean {
  return /@depth\d/.test(stream);
}
