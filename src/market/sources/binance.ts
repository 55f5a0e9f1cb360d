/**
 * Raw captures of Binance's websocket streams: COIN-M and USD-M futures, and spot.
 *
 * Several files are one stream: a file without a snapshot goes on with the book of the one before.
 * What a line is stands in `binance/message.ts`, how diffs become a book in `binance/depth-sync.ts`.
 */
import { BinanceDecoder } from "./binance/decoder.ts";
import { type LineBlock, linesOfFiles } from "./capture-lines.ts";
import type { CaptureFormat } from "./decoder.ts";
import { isOkxMessage } from "./okx/message.ts";

export const BINANCE: CaptureFormat<LineBlock> = {
  quotes: "check",
  recognises: ({ lines }) => lines.some((line) => /^\d{1,19} \{/.test(line) && !isOkxMessage(line)),
  blocks: (files, { signal }) => linesOfFiles(files, signal),
  decoder: (instrument, output) => new BinanceDecoder(instrument, output),
};
