/**
 * One line of a raw OKX capture: `<local clock> <json>`, the clock in whole nanoseconds, or in seconds with decimals
 * and a colon (`1652459225.5037491: {…}`), or not there at all. Lines that begin with `wss://` say what was sent.
 *
 * | kind | what marks it | fields read |
 * |---|---|---|
 * | book | `arg.channel` `books` or `books-l2-tbt`, `action` | `arg.instId`, `data[].asks`, `bids`, `ts`, `checksum`, `seqId`, `prevSeqId` |
 * | trades | `arg.channel` `trades` or `trades-all` | `arg.instId`, `data[].tradeId`, `px`, `sz`, `side`, `ts` |
 *
 * Everything else that is whole JSON is `other`: counted, not read. `books5` and `bbo-tbt` send the best levels alone.
 *
 * https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel
 */
import { clockNs, msToNs, secondsTextToNs } from "../clock.ts";
import { UNKNOWN_TIME_NS } from "../events.ts";
import {
  type Fields,
  fieldFault,
  fieldsIn,
  integerIn,
  integerTextIn,
  isFields,
  type LevelText,
  levelsIn,
  listIn,
  parseFields,
  stringIn,
} from "../json-fields.ts";
import { LineFault } from "../refused-lines.ts";

export interface BookUpdate {
  readonly eventNs: bigint;
  readonly bids: readonly LevelText[];
  readonly asks: readonly LevelText[];
  /** CRC-32 as a signed number; older and newer protocols leave one of the two guards out. */
  readonly checksum: number | undefined;
  readonly sequence: { readonly id: number; readonly previousId: number } | undefined;
}

export interface BookMessage {
  readonly kind: "book";
  readonly symbol: string;
  readonly channel: string;
  readonly recvNs: bigint;
  readonly isSnapshot: boolean;
  readonly updates: readonly BookUpdate[];
}

export interface OkxTrade {
  readonly eventNs: bigint;
  readonly tradeId: number;
  readonly price: string;
  readonly size: string;
  /** Of the taker. */
  readonly side: "buy" | "sell";
}

export interface TradesMessage {
  readonly kind: "trades";
  readonly symbol: string;
  readonly recvNs: bigint;
  readonly trades: readonly OkxTrade[];
}

export type OkxMessage = BookMessage | TradesMessage | { readonly kind: "other" };

const OTHER = { kind: "other" } as const;
/** Channels that send a snapshot and then updates; all have one structure. */
const BOOK_CHANNELS: readonly string[] = ["books", "books-l2-tbt", "books50-l2-tbt"];
const TRADE_CHANNELS: readonly string[] = ["trades", "trades-all"];
const OPEN_OBJECT = 123;
const SENT = Buffer.from("wss://");
const CLOCK_CHARACTERS_MAX = 24;

/** Whether the line, perhaps cut short, is one of a capture of OKX. */
export function isOkxMessage(line: string): boolean {
  return /^wss:\/\/\S*okx\.com/.test(line) || /^[\d.:]* ?\{(?=.*"arg" ?: ?\{).*"channel"/.test(line);
}

/**
 * Reads the line in `bytes[start, end)`, without its line feed.
 * @throws LineFault saying what is wrong with it
 */
export function parseLine(bytes: Buffer, start: number, end: number): OkxMessage {
  if (bytes.compare(SENT, 0, SENT.length, start, Math.min(start + SENT.length, end)) === 0) return OTHER;
  let json = start;
  while (json < end && json - start <= CLOCK_CHARACTERS_MAX && bytes[json] !== OPEN_OBJECT) json += 1;
  const recvNs = localClockNs(bytes.toString("latin1", start, json));
  const message = parseFields(bytes, json, end);
  if (message.event !== undefined) return OTHER;
  const arg = fieldsIn(message, "arg");
  const channel = stringIn(arg, "channel");
  if (BOOK_CHANNELS.includes(channel)) return book(message, stringIn(arg, "instId"), channel, recvNs);
  if (TRADE_CHANNELS.includes(channel)) {
    const trades = entriesIn(message).map(trade);
    return { kind: "trades", symbol: stringIn(arg, "instId"), recvNs, trades };
  }
  return OTHER;
}

/** @param text what stands before the JSON */
function localClockNs(text: string): bigint {
  if (text === "") return UNKNOWN_TIME_NS;
  if (/^\d{1,19} $/.test(text)) return clockNs(text.slice(0, -1));
  const ns = text.endsWith(": ") ? secondsTextToNs(text.slice(0, -2)) : undefined;
  if (ns !== undefined) return clockNs(String(ns));
  throw new LineFault("does not begin with a local time (nanoseconds, or seconds and a colon) or with JSON");
}

function book(message: Fields, symbol: string, channel: string, recvNs: bigint): BookMessage {
  const { action } = message;
  if (action !== "snapshot" && action !== "update") {
    throw new LineFault(fieldFault(message, "action", "snapshot or update"));
  }
  const updates = entriesIn(message).map(update);
  return { kind: "book", symbol, channel, recvNs, isSnapshot: action === "snapshot", updates };
}

function update(fields: Fields): BookUpdate {
  const { checksum, seqId } = fields;
  if (checksum === undefined && seqId === undefined) {
    throw new LineFault("has neither checksum nor seqId: nothing would tell a gap");
  }
  if (checksum !== undefined && (checksum as number) !== ((checksum as number) | 0)) {
    throw new LineFault(fieldFault(fields, "checksum", "a whole number of 32 bits"));
  }
  return {
    eventNs: msToNs(integerTextIn(fields, "ts")),
    bids: levelsIn(fields, "bids"),
    asks: levelsIn(fields, "asks"),
    checksum: checksum as number | undefined,
    sequence:
      seqId === undefined
        ? undefined
        : { id: integerIn(fields, "seqId"), previousId: previousSequenceId(fields) },
  };
}

/** -1 in a snapshot. */
function previousSequenceId(fields: Fields): number {
  return fields.prevSeqId === -1 ? -1 : integerIn(fields, "prevSeqId");
}

function trade(fields: Fields): OkxTrade {
  const { side } = fields;
  if (side !== "buy" && side !== "sell") throw new LineFault(fieldFault(fields, "side", "buy or sell"));
  return {
    eventNs: msToNs(integerTextIn(fields, "ts")),
    tradeId: integerTextIn(fields, "tradeId"),
    price: stringIn(fields, "px"),
    size: stringIn(fields, "sz"),
    side,
  };
}

function entriesIn(message: Fields): readonly Fields[] {
  return listIn(message, "data").map((entry) => {
    if (isFields(entry)) return entry;
    throw new LineFault("field data holds an entry that is no object");
  });
}
