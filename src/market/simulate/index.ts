/** The simulated exchange, for demonstrations, benchmarks and tests without anybody's data. */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type SimulationOptions, simulateCapture } from "./capture.ts";

export {
  SIMULATED_LOT_SIZE,
  SIMULATED_TICK_SIZE,
  type SimulationOptions,
  simulateCapture,
} from "./capture.ts";
export { type Level, type MarketStep, SimulatedExchange, type SimulatedTrade } from "./exchange.ts";

/**
 * Writes a simulated capture to `path`, compressed with gzip where the name ends in `.gz`.
 * @throws the file system's error where that fails
 */
export async function writeSimulatedCapture(path: string, options: SimulationOptions = {}): Promise<void> {
  const lines = Readable.from(textBlocks(options), { objectMode: false });
  const file = createWriteStream(path);
  await (path.endsWith(".gz") ? pipeline(lines, createGzip(), file) : pipeline(lines, file));
}

/** Lines in blocks: a stream event for each line would cost more than making it. */
function* textBlocks(options: SimulationOptions): Generator<Buffer> {
  let text = "";
  for (const line of simulateCapture(options)) {
    text += `${line}\n`;
    if (text.length >= 65_536) {
      yield Buffer.from(text);
      text = "";
    }
  }
  yield Buffer.from(text);
}
