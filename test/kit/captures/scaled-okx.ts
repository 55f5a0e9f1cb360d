/**
 * A capture of OKX in which all sizes of one instrument are so many times as large. Their checksums are those of the
 * book that they then make, so that it is a whole capture of a market of larger trades.
 */
import { ChecksumBook } from "../../../src/market/sources/okx/checksum-book.ts";

type Level = [price: string, size: string];

interface BookData {
  readonly bids: Level[];
  readonly asks: Level[];
  checksum?: number;
}

/** @param factor a whole number */
export function withScaledSizes(capture: string, symbol: string, factor: bigint): string {
  const book = new ChecksumBook();
  const lines = capture.split("\n").map((line) => {
    const [, clock, json] = /^([\d.]+: )(\{.*"data".*)$/.exec(line) ?? [];
    if (json === undefined) return line;
    const message = JSON.parse(json);
    const { channel, instId } = message.arg;
    if (instId !== symbol) return line;
    if (channel === "trades") {
      for (const trade of message.data) trade.sz = times(trade.sz, factor);
    } else if (channel === "books") {
      if (message.action === "snapshot") book.clear();
      for (const data of message.data as BookData[]) {
        for (const level of [...data.bids, ...data.asks]) level[1] = times(level[1], factor);
        book.apply(data.bids, data.asks);
        if (data.checksum !== undefined) data.checksum = book.checksum;
      }
    }
    return `${clock}${JSON.stringify(message)}`;
  });
  return lines.join("\n");
}

/** Decimal text, with as many decimals as it has. */
function times(text: string, factor: bigint): string {
  const decimals = text.length - 1 - (text.indexOf(".") === -1 ? text.length - 1 : text.indexOf("."));
  const digits = String(BigInt(text.replace(".", "")) * factor).padStart(decimals + 1, "0");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
