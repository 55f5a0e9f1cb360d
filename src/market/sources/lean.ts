/**
 * Ticks in the layout of QuantConnect's LEAN: zip archives of CSV files without a header, one file a day, named
 * `YYYYMMDD_symbol_Quote_Tick.csv` or `…_Trade_Tick.csv`.
 *
 * | file | fields |
 * |---|---|
 * | quotes | ms, bid price, bid size, ask price, ask size, exchange, condition, suspicious |
 * | trades | ms, price, size, exchange, condition, suspicious |
 *
 * Time is milliseconds since midnight in New York; prices are ten-thousandths of a dollar. A quote has one side, or
 * both: 0 is a side that has not changed. Like LEAN itself, the book takes the last quote of each side, whichever
 * exchange it came from. Ticks that are marked suspicious are ignored, as LEAN does.
 *
 * https://github.com/QuantConnect/Lean/tree/master/Data/equity
 */
import { QuarryError } from "../../errors.ts";
import { captureLines, type LineBlock } from "./capture-lines.ts";
import type { CaptureOptions } from "./capture-source.ts";
import type { CaptureFormat } from "./decoder.ts";
import { LeanDecoder, type LeanLines, type LeanTicks } from "./lean/decoder.ts";
import { NewYorkDay } from "./new-york-day.ts";
import { entryName, zipEntriesOf, zipEntryBytes } from "./zip-entries.ts";

/** Name of a tick file inside an archive. */
const LEAN_TICKS =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)_(?<symbol>[^_]+)_(?:(?<kind>quote|trade)_tick|tick_(?<otherKind>quote|trade))\.csv$/i;

export const LEAN: CaptureFormat<LeanLines> = {
  quotes: "book",
  recognises: ({ entryNames }) => entryNames.some((name) => LEAN_TICKS.test(name)),
  blocks: leanLines,
  decoder: (instrument, output) => new LeanDecoder(instrument, output),
};

async function* leanLines(files: readonly string[], { signal }: CaptureOptions): AsyncGenerator<LeanLines> {
  for (const file of files) {
    for (const entry of await zipEntriesOf(file)) {
      const ticks = ticksOf(entryName(entry), file);
      const lines: AsyncIterable<LineBlock> = captureLines(file, zipEntryBytes(file, entry, signal), signal);
      for await (const block of lines) yield { ...block, ticks };
      if (signal?.aborted) return;
    }
  }
}

function ticksOf(name: string, path: string): LeanTicks {
  const { year, month, day, symbol, kind, otherKind } = LEAN_TICKS.exec(name)?.groups ?? {};
  try {
    if (symbol === undefined)
      throw new RangeError("its name is not YYYYMMDD_symbol_Quote_Tick.csv or …_Trade_Tick.csv");
    return {
      symbol: symbol.toUpperCase(),
      kind: (kind ?? otherKind)!.toLowerCase() as LeanTicks["kind"],
      day: new NewYorkDay(Number(year), Number(month), Number(day)),
    };
  } catch (cause) {
    const message = `${name} in ${path} is no LEAN tick file: ${(cause as Error).message}`;
    throw new QuarryError("CAPTURE_INVALID", message, { path, cause });
  }
}
