/**
 * Bars and trades as CSV, each line a record, its columns found by the header or named by the caller.
 *
 * | column | of | found by |
 * |---|---|---|
 * | time | both | `timestamp`, `time`, `datetime`, `date`, `ts`, `ts_event`, `open_time` |
 * | open, high, low, close | bars | their names, or the first letter |
 * | volume | bars, optional | `volume`, `vol`, `v` |
 * | price, size | trades | `price`, `px`; `size`, `quantity`, `qty`, `amount`, `sz` |
 * | side | trades, optional | `side`: `buy` or `b`, `sell` or `s`, of the aggressor |
 * | id | trades, optional | `id`, `trade_id` |
 *
 * What a time may look like stands in `csv/time-text.ts`.
 */
import { type LineBlock, linesOfFiles } from "./capture-lines.ts";
import { isCsvHeader } from "./csv/csv-line.ts";
import { CsvDecoder } from "./csv/decoder.ts";
import type { CaptureFormat } from "./decoder.ts";

export const CSV: CaptureFormat<LineBlock> = {
  quotes: "check",
  recognises: ({ lines }, { columns }) => isCsvHeader(lines[0] ?? "", columns ?? {}),
  blocks: (files, { signal }) => linesOfFiles(files, signal),
  decoder: (instrument, output, { columns }) => new CsvDecoder(instrument, output, columns ?? {}),
};
