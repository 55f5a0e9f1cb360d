/**
 * Events of hftbacktest: npz archives (and bare npy files) of one array of rows, each a change at one price or a trade.
 *
 * | version | row |
 * |---|---|
 * | 1 | float64 (n, 6): event, exchange time, local time, side, price, quantity; times in microseconds, -1 for none |
 * | 2 | structured: `ev`, `exch_ts`, `local_ts`, `px`, `qty` and more; times in nanoseconds, flags in `ev` |
 *
 * The rows are in the order of the exchange and in the order of the local clock at once, which takes rows that are
 * for one of the two alone. Those that are not the exchange's are duplicates here.
 *
 * https://hftbacktest.readthedocs.io/en/latest/data.html
 */
import { QuarryError } from "../../errors.ts";
import { isNpy } from "../../metadata/npy/header.ts";
import { captureBytes } from "./capture-bytes.ts";
import type { CaptureOptions } from "./capture-source.ts";
import type { CaptureFormat } from "./decoder.ts";
import { isZip } from "./file-head.ts";
import { HftbacktestDecoder, type HftbacktestRows } from "./hftbacktest/decoder.ts";
import { NpyHeaderReader } from "./hftbacktest/npy-header-reader.ts";
import { rowLayoutOf } from "./hftbacktest/row-layout.ts";
import { entryName, zipEntriesOf, zipEntryBytes } from "./zip-entries.ts";

export const HFTBACKTEST: CaptureFormat<HftbacktestRows> = {
  quotes: "check",
  recognises: ({ bytes, entryNames }) => isNpy(bytes) || entryNames.some((name) => name.endsWith(".npy")),
  blocks: hftbacktestRows,
  decoder: (instrument, output) => new HftbacktestDecoder(instrument, output),
};

async function* hftbacktestRows(
  files: readonly string[],
  { signal }: CaptureOptions,
): AsyncGenerator<HftbacktestRows> {
  for (const file of files) {
    const chunks = (await isZip(file)) ? await arrayBytes(file, signal) : captureBytes(file, signal);
    yield* wholeRows(file, chunks, signal);
    if (signal?.aborted) return;
  }
}

/** The array of an archive: its only one, or the one that hftbacktest calls `data`. */
async function arrayBytes(file: string, signal: AbortSignal | undefined): Promise<AsyncIterable<Buffer>> {
  const entries = (await zipEntriesOf(file)).filter((entry) => entryName(entry).endsWith(".npy"));
  const entry = entries.length === 1 ? entries[0] : entries.find((one) => entryName(one) === "data.npy");
  if (entry !== undefined) return zipEntryBytes(file, entry, signal);
  const names = entries.map(entryName).join(", ");
  throw new QuarryError(
    "CAPTURE_INVALID",
    `${file} holds ${names === "" ? "no array" : names}; one array, or one named data, is needed`,
    { path: file },
  );
}

async function* wholeRows(
  file: string,
  chunks: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): AsyncGenerator<HftbacktestRows> {
  const headerReader = new NpyHeaderReader(file);
  let array: (Pick<HftbacktestRows, "layout"> & { readonly rowCount: number }) | undefined;
  let carried = Buffer.alloc(0);
  let rows = 0;
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (array === undefined) {
      headerReader.push(chunk);
      const read = headerReader.read();
      if (read === undefined) continue;
      array = { layout: rowLayoutOf(read.header, file), rowCount: read.header.shape[0]! };
      bytes = read.rest;
    } else if (carried.length > 0) bytes = Buffer.concat([carried, chunk]);
    const { layout } = array;
    const end = bytes.length - (bytes.length % layout.rowBytes);
    if (end > 0) yield { file, bytes: bytes.subarray(0, end), layout, firstRow: rows + 1 };
    rows += end / layout.rowBytes;
    carried = Buffer.from(bytes.subarray(end));
  }
  if (signal?.aborted) return;
  if (array === undefined || rows !== array.rowCount || carried.length > 0) {
    const promised = array === undefined ? "a header" : `${array.rowCount} rows`;
    throw new QuarryError("CAPTURE_INVALID", `${file} does not hold ${promised} as it says`, { path: file });
  }
}
