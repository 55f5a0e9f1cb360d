/** The market as hftbacktest's arrays hold it: rows of either version, and the npy file around them. */
import { ALL_LEVELS, type Moment } from "./market.ts";

export type HftbacktestVersion = 1 | 2;

const VERSION_2_FIELDS =
  "[('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), ('px', '<f8'), ('qty', '<f8'), " +
  "('order_id', '<u8'), ('ival', '<i8'), ('fval', '<f8')]";
const ROW_BYTES = { 1: 48, 2: 64 } as const;
const EXCHANGE_AND_LOCAL = 0xc000_0000;
const BUY = 0x2000_0000;
const SELL = 0x1000_0000;
export const KINDS = { depth: 1, trade: 2, clear: 3, snapshot: 4 } as const;

/** The rows of all moments. */
export function* hftbacktestRows(moments: Iterable<Moment>, version: HftbacktestVersion): Generator<Buffer> {
  for (const moment of moments) {
    const { step } = moment;
    const row = (kind: number, isBuy: boolean, ticks: number, lots: number) =>
      hftbacktestRow(version, kind, moment.eventMs, moment.recvNs, isBuy, ticks * 0.01, lots);
    for (const trade of step?.trades ?? []) {
      yield row(KINDS.trade, !trade.buyerIsMaker, trade.priceTicks, trade.sizeLots);
    }
    if (step === undefined) {
      yield row(KINDS.clear, true, 0, 0);
      yield row(KINDS.clear, false, 0, 0);
    }
    const kind = step === undefined ? KINDS.snapshot : KINDS.depth;
    for (const [ticks, lots] of step?.bids ?? moment.bids(ALL_LEVELS)) yield row(kind, true, ticks, lots);
    for (const [ticks, lots] of step?.asks ?? moment.asks(ALL_LEVELS)) yield row(kind, false, ticks, lots);
  }
}

/** @param price such as 0.01 times a whole number gives it, with all its noise */
export function hftbacktestRow(
  version: HftbacktestVersion,
  kind: number,
  eventMs: number,
  recvNs: bigint,
  isBuy: boolean,
  price: number,
  quantity: number,
): Buffer {
  const bytes = Buffer.alloc(ROW_BYTES[version]);
  if (version === 1) {
    const values = [kind, eventMs * 1000, Number(recvNs / 1000n), isBuy ? 1 : -1, price, quantity];
    for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, index * 8);
    return bytes;
  }
  bytes.writeUInt32LE(EXCHANGE_AND_LOCAL + (isBuy ? BUY : SELL) + kind);
  bytes.writeBigInt64LE(BigInt(eventMs) * 1_000_000n, 8);
  bytes.writeBigInt64LE(recvNs, 16);
  bytes.writeDoubleLE(price, 24);
  bytes.writeDoubleLE(quantity, 32);
  return bytes;
}

/** What stands before the rows in a npy file. */
export function npyHeader(version: HftbacktestVersion, rows: number): Buffer {
  const [descr, shape] = version === 1 ? ["'<f8'", `(${rows}, 6)`] : [VERSION_2_FIELDS, `(${rows},)`];
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.from("\x93NUMPY\x01\x00\x00\x00", "latin1");
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded)]);
}
