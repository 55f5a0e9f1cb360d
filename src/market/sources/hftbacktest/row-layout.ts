/** Where the fields of an event lie in a row of either version, and what their values mean. */
import { QuarryError } from "../../../errors.ts";
import type { NpyHeader } from "../../../metadata/npy/header.ts";
import { UNKNOWN_TIME_NS } from "../events.ts";
import { LineFault } from "../refused-lines.ts";

export interface HftbacktestRow {
  /** 1 depth, 2 trade, 3 clear, 4 snapshot; others are passed over. */
  readonly kind: number;
  /** Whether the row is one of the exchange's, and not of the local clock alone. */
  readonly isExchanges: boolean;
  readonly eventNs: bigint;
  readonly recvNs: bigint;
  readonly side: "buy" | "sell" | "none";
  readonly price: number;
  readonly quantity: number;
}

export interface RowLayout {
  readonly rowBytes: number;
  /** @throws LineFault */
  read(bytes: Buffer, at: number): HftbacktestRow;
}

const VERSION_1_ROW_BYTES = 48;

/** @throws QuarryError `CAPTURE_INVALID` for an array of anything else */
export function rowLayoutOf({ descr, order, shape }: NpyHeader, file: string): RowLayout {
  const fields = fieldsOf(descr);
  if (order === "C") {
    if (descr === "<f8" && shape.length === 2 && shape[1] === 6) {
      return { rowBytes: VERSION_1_ROW_BYTES, read: readVersion1 };
    }
    const layout = shape.length === 1 ? structuredLayout(fields) : undefined;
    if (layout !== undefined) return layout;
  }
  const type =
    typeof descr === "string"
      ? descr
      : fields.map(({ name, type }) => `${name} ${type ?? "of several items"}`).join(", ");
  throw new QuarryError(
    "CAPTURE_INVALID",
    `${file} holds an array (${shape.join(", ")}) of ${type}, which is none of hftbacktest's: ` +
      "they are (n, 6) of <f8, or (n) with the fields ev, exch_ts, local_ts, px and qty, in C order",
    { path: file },
  );
}

interface RowField {
  readonly name: string;
  /** As numpy writes it, `<f8`; undefined for a struct, or several items. */
  readonly type: string | undefined;
}

function fieldsOf(descr: NpyHeader["descr"]): readonly RowField[] {
  const entries = Array.isArray(descr) ? descr : [];
  return entries.map((entry) => {
    const [name, type, ...shape] = Array.isArray(entry) ? entry : [];
    return { name: String(name), type: typeof type === "string" && shape.length === 0 ? type : undefined };
  });
}

/** Microseconds of the years 2001 to 2286: any other time is in another unit. */
const MICROSECONDS = { min: 1e15, max: 1e16 } as const;

function readVersion1(bytes: Buffer, at: number): HftbacktestRow {
  const [kind, exchangeUs, localUs, side, price, quantity] = [0, 8, 16, 24, 32, 40].map((offset) =>
    bytes.readDoubleLE(at + offset),
  ) as [number, number, number, number, number, number];
  return {
    kind,
    isExchanges: exchangeUs !== -1,
    eventNs: usToNs(exchangeUs),
    recvNs: usToNs(localUs),
    side: side === 1 ? "buy" : side === -1 ? "sell" : "none",
    price,
    quantity,
  };
}

function usToNs(us: number): bigint {
  if (us === -1) return UNKNOWN_TIME_NS;
  if (Number.isInteger(us) && us >= MICROSECONDS.min && us < MICROSECONDS.max) return BigInt(us) * 1000n;
  throw new LineFault(`time ${us} is not in microseconds`);
}

const FIELD_TYPES: Readonly<Record<string, string>> = {
  ev: "<u8",
  exch_ts: "<i8",
  local_ts: "<i8",
  px: "<f8",
  qty: "<f8",
};
const FIELD_BYTES = 8;
/** Flags in the upper half of `ev`, whose lower half is the kind. */
const FLAGS = { sell: 1 << 28, buy: 1 << 29, local: 1 << 30, exchange: 1 << 31 } as const;
const KIND_MASK = 0xff;

/** Fields of 8 bytes each, whichever there are beside those that are read. */
function structuredLayout(fields: readonly RowField[]): RowLayout | undefined {
  if (fields.some(({ type }) => !/^[<|][uif]8$/.test(type ?? ""))) return undefined;
  if (new Set(fields.map(({ name }) => name)).size < fields.length) return undefined;
  const offsets: Record<string, number> = {};
  for (const [name, type] of Object.entries(FIELD_TYPES)) {
    const index = fields.findIndex((field) => field.name === name && field.type === type);
    if (index < 0) return undefined;
    offsets[name] = index * FIELD_BYTES;
  }
  const { ev, exch_ts, local_ts, px, qty } = offsets as Record<string, number>;
  return {
    rowBytes: fields.length * FIELD_BYTES,
    read(bytes, at) {
      const flags = bytes.readUInt32LE(at + ev!);
      return {
        kind: flags & KIND_MASK,
        // Data that has not been put in order yet has neither flag: there every row is the exchange's.
        isExchanges: (flags & FLAGS.exchange) !== 0 || (flags & FLAGS.local) === 0,
        eventNs: nsAt(bytes, at + exch_ts!),
        recvNs: nsAt(bytes, at + local_ts!),
        side: (flags & FLAGS.buy) !== 0 ? "buy" : (flags & FLAGS.sell) !== 0 ? "sell" : "none",
        price: bytes.readDoubleLE(at + px!),
        quantity: bytes.readDoubleLE(at + qty!),
      };
    },
  };
}

function nsAt(bytes: Buffer, at: number): bigint {
  const ns = bytes.readBigInt64LE(at);
  return ns > 0n ? ns : UNKNOWN_TIME_NS;
}
