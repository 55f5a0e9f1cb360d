import { join } from "node:path";
import { expect, test } from "vitest";
import { BookWriter } from "../../src/market/book-writer.ts";
import { findTables } from "../../src/market/tables/find-tables.ts";
import type { Table } from "../../src/market/tables/table.ts";
import { bookData } from "../../src/plot/book-data.ts";
import { TimeColumns } from "../../src/plot/time-columns.ts";
import { FileSystemStore } from "../../src/store/file-system-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { NO_TRADES, plainRows, SCALE, START_NS } from "../market/typed-books.ts";

/** 60 rows of one week as they are, and 60 of the next in steps that are so many times as small. */
async function weeks(finer: number): Promise<Table[]> {
  const path = join(await temporaryDirectory(), "BTCUSDT.zarr");
  for (const [firstRow, factor] of [
    [0, 1],
    [60, finer],
  ] as const) {
    const types = { priceType: "int64", sizeType: "int64" } as const;
    const rows = plainRows(60, types, firstRow);
    for (const name of ["bidTicks", "bidLots", "askTicks", "askLots"] as const) {
      rows[name] = rows[name].map((step) =>
        step === rows.missingTicks ? step : step * factor,
      ) as Float64Array<ArrayBuffer>;
    }
    const [tickSize, lotSize] = [0.1, 1e-8].map((step) => (step / factor).toFixed(12)) as [string, string];
    const writer = new BookWriter({ ...SCALE, ...types, path, tickSize, lotSize });
    await writer.append(rows, NO_TRADES);
    await writer.publish();
  }
  const tables: Table[] = [];
  for await (const table of findTables(new FileSystemStore(path))) {
    if (!("error" in table) && table.kind === "book") tables.push(table);
  }
  return tables;
}

test("weeks whose ticks and lots differ are drawn in the money and the coins that they are", async () => {
  const fromMs = Number(START_NS / 1_000_000n);
  const columns = new TimeColumns({ fromMs, toMs: fromMs + 119_000 }, 40);
  const drawn = async (finer: number) => {
    const data = (await bookData(await weeks(finer), columns, [], undefined, undefined))!;
    const coins = (sizes: Float64Array) => sizes.reduce((sum, size) => sum + size, 0) * data.sizeScale;
    return {
      mids: columnsOf(data.mid.least).concat(columnsOf(data.mid.greatest)),
      spreads: columnsOf(data.spread.greatest),
      coins: [coins(data.bids.sizes), coins(data.asks.sizes)],
      lowest: data.bids.bins.low * data.priceScale,
    };
  };
  const columnsOf = (values: Float64Array) => [...values];
  const [same, different] = [await drawn(1), await drawn(100)];
  expect(same.mids[0]).toBeCloseTo(60_000.5, 6);
  expect(same.spreads[39]).toBeCloseTo(1, 6);
  for (const name of ["mids", "spreads", "coins"] as const) {
    for (const [index, value] of same[name].entries())
      expect(different[name][index], name).toBeCloseTo(value, 6);
  }
  // A bin begins half a tick below its price, and the finest tick decides.
  expect(same.lowest).toBeCloseTo(59_997.95, 6);
  expect(different.lowest).toBeCloseTo(59_997.9995, 6);
});
