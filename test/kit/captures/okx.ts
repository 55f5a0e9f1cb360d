/** The market as OKX's websocket tells it: a snapshot of `books`, updates, and trades. */
import { crc32 } from "node:zlib";
import type { Level } from "../../../src/market/simulate/exchange.ts";
import { ALL_LEVELS, type Moment, priceText } from "./market.ts";

export interface OkxOptions {
  readonly symbol?: string;
  /** Default both. */
  readonly guards?: readonly ("checksum" | "seqId")[];
}

const FIRST_SEQUENCE_ID = 500;

/** Lines without line feeds: for each moment its trades, then its book message. */
export function* okxCapture(moments: Iterable<Moment>, options: OkxOptions = {}): Generator<string> {
  const { symbol = "SIM-USDT", guards = ["checksum", "seqId"] } = options;
  for (const moment of moments) {
    const clock = `${moment.recvNs / 1_000_000_000n}.${String(moment.recvNs % 1_000_000_000n).padStart(9, "0")}`;
    const line = (message: unknown) => `${clock}: ${JSON.stringify(message)}`;
    const ts = String(moment.eventMs);
    for (const trade of moment.step?.trades ?? []) {
      const side = trade.buyerIsMaker ? "sell" : "buy";
      const data = [
        {
          instId: symbol,
          tradeId: String(trade.tradeId),
          px: priceText(trade.priceTicks),
          sz: String(trade.sizeLots),
          side,
          ts,
        },
      ];
      yield line({ arg: { channel: "trades", instId: symbol }, data });
    }
    const [bids, asks] = [moment.step?.bids, moment.step?.asks];
    const data = {
      asks: levels(asks ?? moment.asks(ALL_LEVELS)),
      bids: levels(bids ?? moment.bids(ALL_LEVELS)),
      ts,
      ...(guards.includes("checksum") && { checksum: checksumOf(moment.bids(25), moment.asks(25)) }),
      ...(guards.includes("seqId") && {
        seqId: FIRST_SEQUENCE_ID + moment.index,
        prevSeqId: moment.index === 0 ? -1 : FIRST_SEQUENCE_ID + moment.index - 1,
      }),
    };
    const action = moment.step === undefined ? "snapshot" : "update";
    yield line({ arg: { channel: "books", instId: symbol }, action, data: [data] });
  }
}

/** As OKX's page says, by the strings that are sent; zlib's CRC-32 is not the one under test. */
function checksumOf(bids: readonly Level[], asks: readonly Level[]): number {
  const parts: string[] = [];
  for (let level = 0; level < 25; level += 1) {
    for (const side of [bids, asks]) {
      const [ticks, lots] = side[level] ?? [];
      if (ticks !== undefined) parts.push(`${priceText(ticks)}:${lots}`);
    }
  }
  return crc32(parts.join(":")) | 0;
}

function levels(list: readonly Level[]): string[][] {
  return list.map(([ticks, lots]) => [priceText(ticks), String(lots), "0", lots === 0 ? "0" : "1"]);
}
