/**
 * LOBSTER: for each day a file of messages and a file of the book after each of them, line by line, named
 * `TICKER_YYYY-MM-DD_start_end_message_LEVELS.csv` and `…_orderbook_LEVELS.csv`. Neither has a header.
 *
 * | file | fields |
 * |---|---|
 * | messages | seconds since midnight in New York, type, order id, size, price, direction |
 * | order book | ask price, ask size, bid price, bid size, from the best level to the last |
 *
 * Prices are ten-thousandths of a dollar. Several messages may have one time, and may be equal in all fields: each is
 * a row, and its number in the capture is its sequence.
 *
 * https://lobsterdata.com/info/DataStructure.php
 */
import { QuarryError } from "../../errors.ts";
import { captureBytes } from "./capture-bytes.ts";
import type { CaptureOptions } from "./capture-source.ts";
import type { CaptureFormat } from "./decoder.ts";
import { type LobsterDay, LobsterDecoder, type LobsterLines } from "./lobster/decoder.ts";
import { pairedLines } from "./lobster/paired-lines.ts";
import { NewYorkDay } from "./new-york-day.ts";

const NAME =
  /(?<ticker>[^_/\\]+)_(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)_\d+_\d+_(?<kind>message|orderbook)_(?<levels>\d+)\.csv[^/\\]*$/;

/** What each line of the two files looks like: neither has a header. */
const MESSAGE_LINE = /^\d+\.\d+,[1-7],\d+,\d+,-?\d+,-?\d+$/;
const BOOK_LINE = /^(-?\d+,\d+,-?\d+,\d+)(,-?\d+,\d+,-?\d+,\d+)*$/;

export const LOBSTER: CaptureFormat<LobsterLines> = {
  quotes: "check",
  recognises: ({ lines }) => MESSAGE_LINE.test(lines[0] ?? "") || BOOK_LINE.test(lines[0] ?? ""),
  blocks: lobsterLines,
  decoder: (instrument, output) => new LobsterDecoder(instrument, output),
};

async function* lobsterLines(
  files: readonly string[],
  { signal }: CaptureOptions,
): AsyncGenerator<LobsterLines> {
  for (const { messages, orderbook, day } of pairsOf(files)) {
    const sources = {
      messages: { file: messages, chunks: captureBytes(messages, signal) },
      orderbook: { file: orderbook, chunks: captureBytes(orderbook, signal) },
    };
    for await (const block of pairedLines(sources.messages, sources.orderbook, signal)) {
      yield { ...block, day };
    }
    if (signal?.aborted) return;
  }
}

interface FilePair {
  readonly messages: string;
  readonly orderbook: string;
  readonly day: LobsterDay;
}

/** Days in the order of their message files; the two files of a day may stand in any order. */
function pairsOf(files: readonly string[]): readonly FilePair[] {
  const orderbooks = new Set(files.filter((file) => partsOf(file).kind === "orderbook"));
  const pairs: FilePair[] = [];
  for (const messages of files.filter((file) => partsOf(file).kind === "message")) {
    const orderbook = messages.replace(/_message_(?=[^/\\]*$)/, "_orderbook_");
    if (!orderbooks.delete(orderbook)) throw invalid(messages, `needs ${orderbook} beside it`);
    pairs.push({ messages, orderbook, day: dayOf(messages) });
  }
  const [alone] = orderbooks;
  if (alone !== undefined) throw invalid(alone, "comes without its file of messages");
  return pairs;
}

function dayOf(file: string): LobsterDay {
  const { ticker, year, month, day, levels } = partsOf(file);
  const levelCount = Number(levels);
  if (levelCount < 1 || levelCount > LEVELS_MAX) throw invalid(file, `says that it has ${levels} levels`);
  try {
    const newYork = new NewYorkDay(Number(year), Number(month), Number(day));
    return { symbol: ticker!, levels: levelCount, newYork };
  } catch (cause) {
    throw invalid(file, (cause as Error).message);
  }
}

/** LOBSTER itself stops at 200. */
const LEVELS_MAX = 1000;

function partsOf(file: string): Readonly<Record<string, string>> {
  const parts = NAME.exec(file)?.groups;
  if (parts !== undefined) return parts;
  throw invalid(
    file,
    "is not named as LOBSTER names its files, TICKER_YYYY-MM-DD_start_end_message_LEVELS.csv",
  );
}

function invalid(file: string, reason: string): QuarryError {
  return new QuarryError("CAPTURE_INVALID", `${file} ${reason}`, { path: file });
}
