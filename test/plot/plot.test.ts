import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { PICTURE_ENDINGS } from "../../src/plot/picture-endings.ts";
import { plot } from "../../src/plot/plot.ts";
import { createGroup, openGroup } from "../../src/zarr/open.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import {
  START_NS,
  soundBook,
  TIME_ATTRIBUTES,
  writeBook,
  writeTable,
} from "../market/audit/written-tables.ts";

/** The picture as text, known to be well-formed: a renderer has read it. */
async function svgOf(store: string, options: Parameters<typeof plot>[2] = {}): Promise<string> {
  const file = join(await temporaryDirectory(), "picture.svg");
  await plot(store, file, options);
  const svg = (await readFile(file)).toString();
  const { width, height } = new Resvg(svg, { font: { loadSystemFonts: false } });
  expect([width, height]).toEqual([1600, 900]);
  return svg;
}

async function storeOf(write: (path: string) => Promise<void>): Promise<string> {
  const path = join(await temporaryDirectory(), "BTCUSDT.zarr");
  await write(path);
  return path;
}

describe("a picture of a book", () => {
  const writeSound = (path: string) => writeBook(path, soundBook(600, 5, Int32Array));

  test("shows the depth of both sides where it rests, in their colours", async () => {
    const svg = await svgOf(await storeOf(writeSound));
    const [, base64] = /data:image\/png;base64,([^"]+)/.exec(svg)!;
    const { width, height, data } = decode(Buffer.from(base64!, "base64"));
    // From the lowest bid, 59,996 ticks, to the highest ask, 60,012.
    expect([width, height]).toEqual([1420, 17]);
    const colour = (fromTop: number) => [...data.subarray(fromTop * width * 4, fromTop * width * 4 + 4)];
    // The first row has its best ask at 60,002 and its best bid at 60,000 ticks.
    const ask = height - 1 - (60_002 - 59_996);
    const [red, , blue, isThere] = colour(ask);
    expect(isThere).toBe(255);
    expect(red! > blue!).toBe(true);
    const bid = colour(ask + 2);
    expect(bid[2]! > bid[0]!).toBe(true);
    expect(colour(ask + 1)[3]).toBe(0);
  });

  test("has a title, units, an axis of time in UTC, and the spread", async () => {
    const svg = await svgOf(await storeOf(writeSound), { title: 'a < b & "c"' });
    for (const words of [
      "a &lt; b &amp; &quot;c&quot;",
      "price",
      "spread",
      "UTC",
      "2024-08-05",
      "600 rows",
    ]) {
      expect(svg).toContain(words);
    }
    expect(svg).toContain("00:02");
    expect(await svgOf(await storeOf(writeSound))).toContain(">BTCUSDT order book<");
  });

  test("shows the part of the time that is asked for, and nothing where there is none", async () => {
    const path = await storeOf(writeSound);
    const file = join(await temporaryDirectory(), "x.svg");
    const fromNs = START_NS + 60_000_000_000n;
    const report = await plot(path, file, { fromNs, toNs: fromNs + 30_000_000_000n });
    expect(report).toMatchObject({ kind: "book", rows: 31, from: "2024-08-05T00:01:00.000000000Z" });
    await expect(
      plot(path, file, { overwrite: true, toNs: START_NS - 1_000_000_000n }),
    ).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("hatches silences", async () => {
    const book = soundBook(600, 5, Int32Array);
    for (let row = 300; row < 600; row += 1) book.times[row]! += 600_000_000_000n;
    const hatched = await svgOf(await storeOf((path) => writeBook(path, book)));
    expect(hatched.match(/fill="url\(#gap\)"/g)).toHaveLength(2);
    expect(await svgOf(await storeOf(writeSound))).not.toContain('fill="url(#gap)"');
  });

  test("shows trades, the largest as the largest dots, and what was bought and sold", async () => {
    const path = await storeOf(writeSound);
    const group = await openGroup(path, { mode: "r+" });
    await group.createGroup("trades");
    const at = (seconds: number) => START_NS + BigInt(seconds) * 1_000_000_000n;
    await writeTable(
      join(path, "trades"),
      "ts_event",
      {
        ts_event: { data: BigInt64Array.of(at(10), at(20), at(30)), shape: [3], attributes: TIME_ATTRIBUTES },
        px: { data: Int32Array.of(60_002, 60_000, 60_001), shape: [3] },
        sz: { data: Int32Array.of(1, 100, 4), shape: [3] },
        side: { data: Int32Array.of(66, 65, 78), shape: [3] },
      },
      { mode: "w" },
    );
    const svg = await svgOf(path);
    const radii = [...svg.matchAll(/<circle [^>]*r="([\d.]+)" fill="([^"]+)"\/>/g)].map(([, r, fill]) => [
      Number(r),
      fill,
    ]);
    expect(radii).toEqual([
      [9, "#c2187b"],
      [2.6, "#666666"],
      [1.8, "#00875a"],
    ]);
    expect(svg).toContain("sold | bought");
  });
});

test("bars are candles of round spans, in which no extreme gets lost", async () => {
  const rows = 3000;
  const column = (valueAt: (row: number) => number) => ({
    data: Float64Array.from({ length: rows }, (_, row) => valueAt(row)),
    shape: [rows],
  });
  const path = await storeOf((location) =>
    writeTable(location, "ts_event", {
      ts_event: {
        data: BigInt64Array.from({ length: rows }, (_, row) => START_NS + BigInt(row) * 60_000_000_000n),
        shape: [rows],
        attributes: TIME_ATTRIBUTES,
      },
      open: column(() => 10),
      high: column((row) => (row === 1234 ? 50 : 11)),
      low: column((row) => (row === 2222 ? 2 : 9)),
      close: column(() => 10.5),
    }),
  );
  const svg = await svgOf(path);
  const wicks = [
    ...svg.matchAll(/<line x1="([\d.]+)" y1="([\d.]+)" x2="\1" y2="([\d.]+)" stroke="#2171b5"/g),
  ];
  // 3,000 minutes in candles of a quarter of an hour.
  expect(wicks).toHaveLength(200);
  const [tops, bottoms] = [2, 3].map((group) => wicks.map((wick) => Number(wick[group])));
  expect(tops!.indexOf(Math.min(...tops!))).toBe(Math.floor(1234 / 15));
  expect(bottoms!.indexOf(Math.max(...bottoms!))).toBe(Math.floor(2222 / 15));
  expect(svg).not.toContain("volume");
});

describe("a picture", () => {
  test("appears whole or not at all, and leaves a file that is there", async () => {
    const path = await storeOf((location) => writeBook(location, soundBook(20, 3, Float32Array)));
    const directory = await temporaryDirectory();
    for (const ending of PICTURE_ENDINGS) {
      const file = join(directory, `x${ending}`);
      await writeFile(file, "mine");
      await expect(plot(path, file)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
      expect((await readFile(file)).toString()).toBe("mine");
      await plot(path, file, { overwrite: true });
      expect((await readFile(file)).length).toBeGreaterThan(5000);
    }
    await createGroup(join(directory, "empty.zarr"));
    await expect(plot(join(directory, "empty.zarr"), join(directory, "y.png"))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(plot(path, join(directory, "y.gif"))).rejects.toThrow(RangeError);
    expect((await readdir(directory)).sort()).toEqual(["empty.zarr", "x.png", "x.svg"]);
  });

  test("is of one symbol", async () => {
    const directory = await temporaryDirectory();
    for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
      await writeBook(join(directory, `${symbol}.zarr`), soundBook(20, 3, Int32Array));
    }
    await expect(plot(directory, join(directory, "x.png"))).rejects.toMatchObject({ code: "VALUE_INVALID" });
    await plot(join(directory, "ETHUSDT.zarr"), join(directory, "x.png"));
  });

  test("of one row is a picture", async () => {
    const path = await storeOf((location) => writeBook(location, soundBook(1, 3, Int32Array)));
    expect(await svgOf(path)).toContain("1 rows");
  });
});

const LEGACY = sharedPath("legacy");

describeShared("a picture of stores of the older layout", LEGACY, () => {
  test("is that of a book, and leaves out what cannot be read", async () => {
    const file = join(await temporaryDirectory(), "x.png");
    const report = await plot(join(LEGACY, "weekly-v2/BTCUSDT.zarr"), file);
    expect(report).toMatchObject({ kind: "snapshots", rows: 4700, trades: 0 });
    expect(report.skipped.map(({ path }) => path)).toEqual([
      "/2024-W34.zarr",
      "/2024-W36.zarr",
      "/2024-W38.zarr/data",
    ]);
    const { width, height } = decode(await readFile(file));
    expect([width, height]).toEqual([1600, 900]);
  });
});
