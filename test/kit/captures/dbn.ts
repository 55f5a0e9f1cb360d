/** The market as Databento encodes it, in any version: metadata, then records of one schema. */
import type { Level } from "../../../src/market/simulate/exchange.ts";
import { ALL_LEVELS, type Moment } from "./market.ts";

export type DbnSchema = "mbo" | "mbp-1" | "mbp-10" | "trades";

export interface DbnOptions {
  readonly schema: DbnSchema;
  /** Default 3. */
  readonly version?: 1 | 2 | 3;
  readonly symbol?: string;
}

const SCHEMA_IDS = { mbo: 0, "mbp-1": 1, "mbp-10": 2, trades: 4 } as const;
const TYPES = { mbo: 0xa0, "mbp-1": 0x01, "mbp-10": 0x0a, trades: 0x00 } as const;
const INSTRUMENT_ID = 4711;
const LAST = 0x80;
const SNAPSHOT = 0x20;
const NO_PRICE = 0x7fff_ffff_ffff_ffffn;
/** Ticks are cents. */
const PRICE_PER_TICK = 10_000_000n;

export function* dbnCapture(moments: Iterable<Moment>, options: DbnOptions): Generator<Buffer> {
  yield dbnMetadata(options);
  const orders = new OrderWriter();
  for (const moment of moments) {
    for (const trade of moment.step?.trades ?? []) {
      const side = trade.buyerIsMaker ? "A" : "B";
      if (options.schema === "mbo") {
        yield mboRecord(moment, "T", side, 0n, trade.priceTicks, trade.sizeLots, 0);
      } else if (options.schema === "trades") {
        yield mbpRecord(moment, "trades", "T", side, trade.priceTicks, trade.sizeLots, 0);
      }
    }
    if (options.schema === "mbo") yield* orders.records(moment);
    else if (options.schema !== "trades") {
      yield mbpRecord(moment, options.schema, "A", "N", undefined, 0, options.schema === "mbp-1" ? 1 : 10);
    }
  }
}

export function dbnMetadata({ schema, version = 3, symbol = "SIM" }: DbnOptions): Buffer {
  const symbolBytes = version === 1 ? 22 : 71;
  const symbolText = (text: string) =>
    Buffer.concat([Buffer.from(text), Buffer.alloc(symbolBytes)], symbolBytes);
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const fixed = Buffer.alloc(100);
  fixed.write("SIM.TEST", 0);
  fixed.writeUInt16LE(SCHEMA_IDS[schema], 16);
  // Symbols are names in and numbers of instruments out.
  fixed[version === 1 ? 50 : 42] = 1;
  if (version > 1) fixed.writeUInt16LE(symbolBytes, 45);
  const body = Buffer.concat([
    fixed,
    number(0),
    ...[number(1), symbolText(symbol), number(0), number(0)],
    ...[number(1), symbolText(symbol), number(1)],
    ...[number(20240807), number(20240808), symbolText(String(INSTRUMENT_ID))],
  ]);
  const prefix = Buffer.from("DBN\0\0\0\0\0", "latin1");
  prefix[3] = version;
  prefix.writeUInt32LE(body.length, 4);
  return Buffer.concat([prefix, body]);
}

function record(moment: Moment, type: number, bytes: number): Buffer {
  const head = Buffer.alloc(bytes);
  head[0] = bytes / 4;
  head[1] = type;
  head.writeUInt16LE(1, 2);
  head.writeUInt32LE(INSTRUMENT_ID, 4);
  head.writeBigUInt64LE(BigInt(moment.eventMs) * 1_000_000n, 8);
  return head;
}

export function mboRecord(
  moment: Moment,
  action: string,
  side: string,
  orderId: bigint,
  priceTicks: number | undefined,
  size: number,
  flags: number,
): Buffer {
  const bytes = record(moment, TYPES.mbo, 56);
  bytes.writeBigUInt64LE(orderId, 16);
  bytes.writeBigInt64LE(priceOf(priceTicks), 24);
  bytes.writeUInt32LE(size, 32);
  bytes[36] = flags;
  bytes.write(action + side, 38, "latin1");
  bytes.writeBigUInt64LE(moment.recvNs, 40);
  bytes.writeUInt32LE(moment.index + 1, 52);
  return bytes;
}

function mbpRecord(
  moment: Moment,
  schema: Exclude<DbnSchema, "mbo">,
  action: string,
  side: string,
  priceTicks: number | undefined,
  size: number,
  levels: number,
): Buffer {
  const bytes = record(moment, TYPES[schema], 48 + 32 * levels);
  bytes.writeBigInt64LE(priceOf(priceTicks), 16);
  bytes.writeUInt32LE(size, 24);
  bytes.write(action + side, 28, "latin1");
  bytes[30] = LAST;
  bytes.writeBigUInt64LE(moment.recvNs, 32);
  bytes.writeUInt32LE(moment.index + 1, 44);
  const sides = [moment.bids(levels), moment.asks(levels)] as const;
  for (let level = 0; level < levels; level += 1) {
    for (const [index, side] of sides.entries()) {
      const [ticks, lots] = side[level] ?? [undefined, 0];
      bytes.writeBigInt64LE(priceOf(ticks), 48 + 32 * level + 8 * index);
      bytes.writeUInt32LE(lots, 64 + 32 * level + 4 * index);
    }
  }
  return bytes;
}

function priceOf(ticks: number | undefined): bigint {
  return ticks === undefined ? NO_PRICE : BigInt(ticks) * PRICE_PER_TICK;
}

/** Tells each level as one or two orders: a level that grows gets a second one, which goes first when it shrinks. */
class OrderWriter {
  readonly #sizes = new Map<string, number[]>();

  *records(moment: Moment): Generator<Buffer> {
    const records = [...this.#recordsOf(moment)];
    if (moment.step === undefined) records.unshift(mboRecord(moment, "R", "N", 0n, undefined, 0, SNAPSHOT));
    // An event that changes nothing is one record as well.
    if (records.length === 0) records.push(mboRecord(moment, "N", "N", 0n, undefined, 0, 0));
    records.at(-1)![36]! |= LAST;
    yield* records;
  }

  *#recordsOf(moment: Moment): Generator<Buffer> {
    const sides = {
      B: moment.step?.bids ?? moment.bids(ALL_LEVELS),
      A: moment.step?.asks ?? moment.asks(ALL_LEVELS),
    };
    for (const side of ["B", "A"] as const) {
      for (const level of sides[side]) yield* this.#levelRecords(moment, side, level);
    }
  }

  *#levelRecords(moment: Moment, side: "B" | "A", [ticks, lots]: Level): Generator<Buffer> {
    const key = `${side}${ticks}`;
    const sizes = this.#sizes.get(key) ?? [];
    // Beyond 2^53 as well, where a double no longer tells ids apart.
    const id = (order: number) => (1n << 60n) + BigInt(ticks) * 8n + (side === "B" ? 0n : 4n) + BigInt(order);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const flags = moment.step === undefined ? SNAPSHOT : 0;
    const emit = (action: string, order: number, size: number) =>
      mboRecord(moment, action, side, id(order), ticks, size, flags);
    if (lots === 0) {
      for (const [order, size] of sizes.entries()) yield emit("C", order, size);
      this.#sizes.delete(key);
    } else if (total === 0) {
      yield emit("A", 0, lots);
      this.#sizes.set(key, [lots]);
    } else if (lots > total && sizes.length === 1) {
      yield emit("A", 1, lots - total);
      this.#sizes.set(key, [sizes[0]!, lots - total]);
    } else if (lots < sizes[0]!) {
      if (sizes.length === 2) yield emit("C", 1, sizes[1]!);
      yield emit("C", 0, sizes[0]! - lots);
      this.#sizes.set(key, [lots]);
    } else {
      const [first, second = 0] = sizes as [number, number?];
      if (second > 0 && lots > first) yield emit("M", 1, lots - first);
      else if (second > 0) yield emit("C", 1, second);
      if (lots === total && second === 0) yield emit("M", 0, lots);
      this.#sizes.set(key, second > 0 && lots > first ? [first, lots - first] : [first]);
    }
  }
}
