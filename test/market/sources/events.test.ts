import { describe, expect, test } from "vitest";
import { simulateCapture } from "../../../src/market/simulate/index.ts";
import {
  type BookLevel,
  type FormatName,
  type MarketEvent,
  openCapture,
  UNKNOWN_TIME_NS,
} from "../../../src/market/sources/index.ts";
import { dbnCapture } from "../../kit/captures/dbn.ts";
import { marketMoments } from "../../kit/captures/market.ts";
import { okxCapture } from "../../kit/captures/okx.ts";
import { readCapture } from "../../kit/captures/read-capture.ts";
import { writtenCapture } from "../../kit/captures/written-capture.ts";

async function eventsOf(format: FormatName, path: string): Promise<MarketEvent[]> {
  const capture = openCapture(format, [path], { symbol: "SIM", levels: 10 });
  const events: MarketEvent[] = [];
  for await (const event of capture.events()) {
    expect(capture.scale).toBeDefined();
    events.push(event);
  }
  return events;
}

/** A book kept by the events alone, as anyone would who reads them. */
function booksOf(events: readonly MarketEvent[]): number[][] {
  const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  const rows: number[][] = [];
  for (const event of events) {
    if (event.kind !== "snapshot" && event.kind !== "delta") continue;
    for (const side of ["bids", "asks"] as const) {
      if (event.kind === "snapshot") sides[side].clear();
      put(sides[side], event[side]);
    }
    if (!event.endsChange) continue;
    const best = (side: Map<number, number>, sign: 1 | -1) =>
      [...side].sort(([a], [b]) => (a - b) * sign).slice(0, 10);
    rows.push([...best(sides.bids, -1), ...best(sides.asks, 1)].flat());
  }
  return rows;
}

function put(side: Map<number, number>, levels: readonly BookLevel[]): void {
  for (const { priceTicks, sizeLots } of levels) {
    if (sizeLots === 0) side.delete(priceTicks);
    else side.set(priceTicks, sizeLots);
  }
}

describe("the events of a capture", () => {
  test.each([
    ["binance", () => `${[...simulateCapture({ steps: 300 })].join("\n")}\n`],
    ["okx", () => `${[...okxCapture(marketMoments(200))].join("\n")}\n`],
    ["dbn", () => Buffer.concat([...dbnCapture(marketMoments(200), { schema: "mbo" })])],
  ] as const)("make the same books and trades as its blocks, %s", async (format, content) => {
    const path = await writtenCapture(content());
    const events = await eventsOf(format, path);
    const { books, trades, statistics } = await readCapture(format, [path]);
    expect(books.length).toBeGreaterThan(100);
    expect(booksOf(events)).toEqual(
      books.map(({ bids, asks }) =>
        [bids, asks].flatMap((side) =>
          Array.from({ length: 10 }, (_, level) => [side[level]!, side[level + 10]!]).flat(),
        ),
      ),
    );
    const traded = events.filter((event) => event.kind === "trade");
    expect(
      traded.map(({ priceTicks, sizeLots, kind: _, ...trade }) => ({
        ...trade,
        ticks: priceTicks,
        lots: sizeLots,
      })),
    ).toEqual(trades);
    expect(traded).toHaveLength(statistics.trades);
  });

  test("come in the order of the capture, with the exchange's own best levels as quotes", async () => {
    const lines = [...simulateCapture({ steps: 50 })];
    const events = await eventsOf("binance", await writtenCapture(lines));
    const kinds: MarketEvent["kind"][] = lines.flatMap((line): MarketEvent["kind"][] => {
      if (line.includes("@trade")) return ["trade"];
      return line.includes("@bookTicker") ? ["quote"] : [];
    });
    expect(events.filter(({ kind }) => kind === "trade" || kind === "quote").map(({ kind }) => kind)).toEqual(
      kinds,
    );
    const quote = events.find((event) => event.kind === "quote")!;
    const { u, b, a, B, A, T } = JSON.parse(
      lines.find((line) => line.includes("bookTicker"))!.replace(/^\d+ /, ""),
    ).data;
    expect(quote).toMatchObject({
      sequence: BigInt(u),
      eventNs: BigInt(T) * 1_000_000n,
      bid: { priceTicks: Math.round(b * 100), sizeLots: Math.round(B * 1000) },
      ask: { priceTicks: Math.round(a * 100), sizeLots: Math.round(A * 1000) },
    });
  });

  test("say of a quote which side it is of, and of spot's that it has no time", async () => {
    const mbp1 = await eventsOf(
      "dbn",
      await writtenCapture(Buffer.concat([...dbnCapture(marketMoments(3), { schema: "mbp-1" })])),
    );
    expect(mbp1.map(({ kind }) => kind)).toEqual(["quote", "quote", "quote"]);
    const spot = '1 {"stream":"sim@bookTicker","data":{"u":5,"s":"SIM","b":"1.0","B":"2","a":"1.5","A":"3"}}';
    expect(await eventsOf("binance", await writtenCapture([spot]))).toEqual([
      {
        kind: "quote",
        eventNs: UNKNOWN_TIME_NS,
        recvNs: 1n,
        sequence: 5n,
        bid: { priceTicks: 2, sizeLots: 2 },
        ask: { priceTicks: 3, sizeLots: 3 },
      },
    ]);
  });

  test("are given once: two views of one capture would count everything twice", async () => {
    const capture = openCapture("okx", [await writtenCapture([...okxCapture(marketMoments(3))])], {
      symbol: "SIM-USDT",
      levels: 1,
    });
    for await (const _ of capture.events()) break;
    await expect(capture.blocks()[Symbol.asyncIterator]().next()).rejects.toThrow(TypeError);
  });

  test("are bars of a file of bars", async () => {
    const path = await writtenCapture(["time,open,high,low,close,volume", "1723039201,1.5,2.5,0.5,1.0,7.25"]);
    expect(await eventsOf("csv", path)).toEqual([
      {
        kind: "bar",
        eventNs: 1_723_039_201_000_000_000n,
        openTicks: 3,
        highTicks: 5,
        lowTicks: 1,
        closeTicks: 2,
        volume: 7.25,
      },
    ]);
  });
});
