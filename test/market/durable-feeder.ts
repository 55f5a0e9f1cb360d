/**
 * Appends rows to a durable book until it is killed: `node durable-feeder.mjs PATH FIRST_SECOND`. A line on stdout for
 * each batch that has been acknowledged: how many rows there have been.
 */
import { BookRows, BookWriter, TradeRows } from "../../src/market/index.ts";
import { DURABLE_SCALE, fillRow, ROWS_OF_A_BATCH, timeOfRow } from "./durable-rows.ts";

const [path, firstRow] = [process.argv[2]!, Number(process.argv[3])];
const writer = new BookWriter({ path, ...DURABLE_SCALE, durable: true, publishIntervalMs: 5 });
for (let next = firstRow; ; next += ROWS_OF_A_BATCH) {
  const rows = new BookRows(DURABLE_SCALE.levels);
  const trades = new TradeRows();
  for (let row = next; row < next + ROWS_OF_A_BATCH; row += 1) fillRow(rows, row);
  trades.add(timeOfRow(next), 0n, BigInt(next), 1, 1, 66);
  await writer.append(rows, trades);
  process.stdout.write(`${next + ROWS_OF_A_BATCH}\n`);
}
