/**
 * Records of DBN, little-endian. Each begins with 16 bytes: its length in words of 4 bytes, its type, the publisher
 * (2), the instrument (4), and the time of the exchange (8).
 *
 * | type | from byte 16 on |
 * |---|---|
 * | MBO | order id 8, price 8, size 4, flags 1, channel 1, action 1, side 1, received 8, delta 4, sequence 4 |
 * | MBP | price 8, size 4, action 1, side 1, flags 1, depth 1, received 8, delta 4, sequence 4, then its levels |
 * | level | bid price 8, ask price 8, bid size 4, ask size 4, bid orders 4, ask orders 4 |
 * | OHLCV | open 8, high 8, low 8, close 8, volume 8 |
 *
 * Prices are billionths. Trades are MBP without levels.
 */
import { SIDE_CODES } from "../../book-rows.ts";
import { INT64_MAX } from "../clock.ts";
import { UNKNOWN_TIME_NS } from "../events.ts";
import { LineFault } from "../refused-lines.ts";

export const RECORD_TYPES = {
  trade: 0x00,
  mbp1: 0x01,
  mbp10: 0x0a,
  mbo: 0xa0,
} as const;

/** Bars of a second, a minute, an hour, a day, and of a session. */
export const BAR_TYPES: readonly number[] = [0x20, 0x21, 0x22, 0x23, 0x24];

/** The shortest record of a type that is read. */
export const TYPE_BYTES: ReadonlyMap<number, number> = new Map([
  [RECORD_TYPES.trade, 48],
  [RECORD_TYPES.mbp1, 80],
  [RECORD_TYPES.mbp10, 368],
  [RECORD_TYPES.mbo, 56],
  ...BAR_TYPES.map((type) => [type, 56] as const),
]);

export const RECORD_BYTES_MIN = 16;
export const PRICE_DECIMALS = 9;
export const LEVELS_OFFSET = 48;
export const LEVEL_BYTES = 32;

/** Bits of a record's flags. */
export const FLAGS = {
  /** The last record of an event of the exchange. */
  last: 0x80,
  /** The channel has lost something: the book may be wrong. */
  maybeBadBook: 0x04,
} as const;

export function recordBytes(bytes: Buffer, at: number): number {
  return bytes[at]! * 4;
}

export function instrumentId(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + 4);
}

/** @throws LineFault where there is none */
export function eventNs(bytes: Buffer, at: number): bigint {
  const ns = timestampAt(bytes, at + 8);
  if (ns === UNKNOWN_TIME_NS) throw new LineFault("has no time of the exchange");
  return ns;
}

/** @throws LineFault for a time beyond int64; one that is not given is unknown */
export function timestampAt(bytes: Buffer, at: number): bigint {
  const ns = bytes.readBigUInt64LE(at);
  if (ns <= INT64_MAX) return ns;
  if (ns === UNDEFINED_TIME) return UNKNOWN_TIME_NS;
  throw new LineFault("time does not fit 64 bits");
}

const UNDEFINED_TIME = 0xffff_ffff_ffff_ffffn;

/**
 * A price in billionths; `undefined` where there is none.
 * @throws LineFault for one beyond what a double holds exactly
 */
export function priceAt(bytes: Buffer, at: number): number | undefined {
  const low = bytes.readUInt32LE(at);
  const high = bytes.readInt32LE(at + 4);
  if (high === 0x7fff_ffff && low === 0xffff_ffff) return undefined;
  const price = high * 2 ** 32 + low;
  if (Number.isSafeInteger(price)) return price;
  throw new LineFault("price is beyond 9,007,199");
}

/** Databento's letters are those of a book store: the side of the aggressor. @throws LineFault */
export function sideOf(letter: number): number {
  if (letter === SIDE_CODES.B || letter === SIDE_CODES.A || letter === SIDE_CODES.N) return letter;
  throw new LineFault(`side ${JSON.stringify(String.fromCharCode(letter))} is not A, B or N`);
}
