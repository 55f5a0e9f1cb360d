import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openGroup } from "../../src/index.ts";
import { BarRows } from "../../src/market/bar-rows.ts";
import { BarWriter, type BarWriterOptions } from "../../src/market/bar-writer.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const MINUTE_NS = 60_000_000_000n;
/** Sunday 2024-12-29, 23:58 UTC: two minutes before ISO week 1 of 2025. */
const START_NS = BigInt(Date.UTC(2024, 11, 29, 23, 58)) * 1_000_000n;

function barsFrom(startNs: bigint, count: number): BarRows {
  const bars = new BarRows();
  for (let minute = 0; minute < count; minute += 1) {
    bars.add(startNs + BigInt(minute) * MINUTE_NS, minute, minute + 2, minute - 1, minute + 1, minute / 3);
  }
  return bars;
}

async function writerFor(options: Partial<BarWriterOptions> = {}) {
  const path = join(await temporaryDirectory(), "SIM.zarr");
  return { path, writer: new BarWriter({ path, symbol: "SIM", tickSize: "0.5", ...options }) };
}

async function columnsOf(store: string) {
  const group = await openGroup(store);
  const columns: Record<string, unknown> = {};
  for (const name of ["ts_event", "open", "high", "low", "close", "volume"]) {
    columns[name] = [...((await (await group.array(name)).get()).data as Iterable<unknown>)];
  }
  return { columns, attributes: group.attributes };
}

describe("bars", () => {
  test("go to the ISO weeks that they begin in, each a complete store", async () => {
    const { path, writer } = await writerFor();
    await writer.append(barsFrom(START_NS, 4));
    const stores = await writer.publish({ origin: "test" });
    expect(stores).toMatchObject([
      {
        path: join(path, "2024-W52.zarr"),
        symbol: "SIM",
        rows: 2,
        trades: 0,
        first: "2024-12-29T23:58:00.000000000Z",
      },
      { path: join(path, "2025-W01.zarr"), rows: 2, last: "2024-12-30T00:01:00.000000000Z", rawBytes: 64 },
    ]);
    expect(await columnsOf(stores[1]!.path)).toMatchObject({
      columns: {
        ts_event: [START_NS + 2n * MINUTE_NS, START_NS + 3n * MINUTE_NS],
        open: [2, 3],
        high: [4, 5],
        low: [1, 2],
        close: [3, 4],
        volume: [2 / 3, 1],
      },
      attributes: { symbol: "SIM", tick_size: "0.5", rows: 2, ts_event_in_order: true, origin: "test" },
    });
    expect((await openGroup(stores[0]!.path)).attributes.schema).toMatchObject({ name: "quarry.bars" });
  });

  test("that come after those of a later week go to their own all the same", async () => {
    const { writer } = await writerFor();
    await writer.append(barsFrom(START_NS, 3));
    await writer.append(barsFrom(START_NS, 1));
    const [first] = await writer.publish();
    expect(await columnsOf(first!.path)).toMatchObject({
      columns: { open: [0, 1, 0] },
      attributes: { rows: 3, ts_event_in_order: false },
    });
  });

  test("that are too late are refused with those beside them", async () => {
    const { writer } = await writerFor({ lateToleranceNs: MINUTE_NS });
    await writer.append(barsFrom(START_NS, 3));
    await expect(writer.append(barsFrom(START_NS, 1))).rejects.toMatchObject({ code: "VALUE_INVALID" });
    await writer.append(barsFrom(START_NS + MINUTE_NS, 1));
    expect((await writer.publish()).map(({ rows }) => rows)).toEqual([3, 1]);
  });

  test("may be one store, with the chains that suit them", async () => {
    const { path, writer } = await writerFor({ partition: "none", tryCodecs: true });
    await writer.append(barsFrom(START_NS, 5000));
    expect(await writer.publish()).toMatchObject([{ path, rows: 5000 }]);
    const { attributes } = await (await openGroup(path)).array("close");
    expect(attributes).toHaveProperty("codec_trial");
    expect((await columnsOf(path)).columns.close).toEqual(
      Array.from({ length: 5000 }, (_, minute) => minute + 1),
    );
  });

  test("do not touch a store that is there, and leave nothing behind when they are discarded", async () => {
    const { path, writer } = await writerFor();
    await writer.append(barsFrom(START_NS, 1));
    await writer.publish();
    await expect(writer.append(barsFrom(START_NS, 1))).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    await writer.append(barsFrom(START_NS + 5n * MINUTE_NS, 1));
    await writer.discard();
    expect(await readdir(path)).toEqual(["2024-W52.zarr"]);
    const replacing = new BarWriter({ path, symbol: "SIM", tickSize: "1", overwrite: true });
    await replacing.append(barsFrom(START_NS, 2));
    expect(await replacing.publish()).toMatchObject([{ rows: 2 }]);
    expect(await readdir(path)).toEqual(["2024-W52.zarr"]);
  });

  test("whose times are damaged are an error and no thousand stores", async () => {
    const { writer } = await writerFor({ partition: "day" });
    const bars = new BarRows();
    for (let day = 0; day < 1100; day += 1)
      bars.add(START_NS + BigInt(day) * 1440n * MINUTE_NS, 1, 1, 1, 1, 0);
    await expect(writer.append(bars)).rejects.toMatchObject({ code: "VALUE_INVALID" });
    expect(await writer.publish()).toEqual([]);
  });
});
