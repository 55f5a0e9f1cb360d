/**
 * Bars as a picture: candles, and the volume below. Where there are more bars than candles have room, neighbours are
 * put together: the first open, the highest high, the lowest low, the last close, so that no extreme gets lost.
 */
import { scaleLinear, scaleUtc } from "d3-scale";
import type { Table } from "../market/tables/table.ts";
import { scaleOf } from "./book-data.ts";
import { type FigureParts, figure, LEFT, type Panel, PLOT_WIDTH, type Span } from "./frame.ts";
import { DOWN, UP } from "./palette.ts";
import { element, line } from "./svg.ts";
import { readableBlocks, TimeColumns } from "./time-columns.ts";

/** Six pixels each. */
const CANDLES_MAX = Math.floor(PLOT_WIDTH / 6);

interface Candles {
  readonly columns: TimeColumns;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export interface BarsFigureParts extends Pick<FigureParts, "title" | "subtitle" | "gaps"> {
  readonly tables: readonly Table[];
  readonly span: Span;
  readonly rows: number;
  /** The span of a bar, where all have one. */
  readonly regularMs: number | undefined;
  readonly priceUnits: string;
  readonly sizeUnits: string;
  readonly signal: AbortSignal | undefined;
}

export async function barsFigure(parts: BarsFigureParts): Promise<string> {
  const { tables, priceUnits, sizeUnits, signal } = parts;
  const { span, count } = candleSpans(parts);
  const candles = await candlesOf(tables, new TimeColumns(span, count), signal);
  const times = scaleUtc([span.fromMs, span.toMs], [LEFT, LEFT + PLOT_WIDTH]);
  const hasVolume = candles.volume.some((volume) => volume > 0);
  const drawn = [...candles.open.keys()].filter((column) => candles.high[column]! >= candles.low[column]!);
  const least = drawn.reduce(
    (price, column) => Math.min(price, candles.low[column]!),
    Number.POSITIVE_INFINITY,
  );
  const most = drawn.reduce(
    (price, column) => Math.max(price, candles.high[column]!),
    Number.NEGATIVE_INFINITY,
  );
  const margin = (most - least) * 0.04 || Math.abs(most) * 0.001 || 1;
  const prices = scaleLinear(drawn.length === 0 ? [0, 1] : [least - margin, most + margin], [0, 1]);
  const volumes = scaleLinear([0, Math.max(...candles.volume) || 1], [0, 1]).nice();
  const x = (column: number): number => times(candles.columns.timeMs(column));
  const width = PLOT_WIDTH / candles.columns.count;
  const colour = (column: number): string => (candles.close[column]! >= candles.open[column]! ? UP : DOWN);
  const panels: Panel[] = [
    {
      label: `price${priceUnits}`,
      share: hasVolume ? 0.78 : 1,
      values: prices,
      draw: () =>
        drawn.map((column) => candle(candles, column, x(column), width, prices, colour(column))).join(""),
    },
  ];
  if (hasVolume) {
    panels.push({
      label: `volume${sizeUnits}`,
      share: 0.22,
      values: volumes,
      draw: () =>
        drawn
          .map((column) =>
            element("rect", {
              x: x(column) - width / 2,
              y: volumes(candles.volume[column]!),
              width: Math.max(0.8, width - 1),
              height: volumes(0) - volumes(candles.volume[column]!),
              fill: colour(column),
            }),
          )
          .join(""),
    });
  }
  return figure({ ...parts, times, panels, legend: "" });
}

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** Spans of candles that people know: up to minutes, hours, days and weeks. */
const ROUND_SPANS_MS: readonly number[] = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY_MS),
];

/**
 * How many candles there are, and from when to when: each of one round span, which begins at a multiple of it, so that
 * each has as many bars in it as the others.
 */
function candleSpans({ span, rows, regularMs }: BarsFigureParts): {
  readonly span: Span;
  readonly count: number;
} {
  const { fromMs, toMs } = span;
  const barMs = regularMs ?? (rows > 1 ? (toMs - fromMs) / (rows - 1) : MINUTE_MS);
  const leastMs = Math.max(barMs, (toMs - fromMs) / CANDLES_MAX);
  const candleMs = ROUND_SPANS_MS.find((roundMs) => roundMs >= leastMs) ?? leastMs;
  const start = Math.floor(fromMs / candleMs) * candleMs;
  const count = Math.floor((toMs - start) / candleMs) + 1;
  return { span: { fromMs: start, toMs: start + count * candleMs }, count };
}

function candle(
  { open, high, low, close }: Candles,
  column: number,
  x: number,
  width: number,
  prices: (price: number) => number,
  fill: string,
): string {
  const [from, to] = [prices(open[column]!), prices(close[column]!)];
  const body = Math.max(0.8, width * 0.7);
  return (
    line(x, prices(high[column]!), x, prices(low[column]!), { stroke: fill, stroke_width: 1 }) +
    element("rect", {
      x: x - body / 2,
      y: Math.min(from, to),
      width: body,
      height: Math.max(0.8, Math.abs(to - from)),
      fill,
    })
  );
}

async function candlesOf(
  tables: readonly Table[],
  columns: TimeColumns,
  signal: AbortSignal | undefined,
): Promise<Candles> {
  const empty = (): Float64Array => new Float64Array(columns.count).fill(Number.NaN);
  const candles: Candles = {
    columns,
    open: empty(),
    high: empty(),
    low: empty(),
    close: empty(),
    volume: new Float64Array(columns.count),
  };
  for await (const { table, block, timesMs } of readableBlocks(tables, ({ columns }) => columns, signal)) {
    const { open, high, low, close, volume } = table.bar!;
    const fields = [open, high, low, close].map((field) => {
      const items = block.columns.get(field.column)!;
      const scale = scaleOf(table, field);
      return (row: number): number => items[field.first + row * field.rowItems]! * scale;
    });
    const [openOf, highOf, lowOf, closeOf] = fields as [Price, Price, Price, Price];
    const volumes = volume && block.columns.get(volume.column)!;
    for (let row = 0; row < block.count; row += 1) {
      const column = columns.at(timesMs[row]!);
      if (column === undefined) continue;
      if (Number.isNaN(candles.open[column]!)) candles.open[column] = openOf(row);
      if (!(candles.high[column]! >= highOf(row))) candles.high[column] = highOf(row);
      if (!(candles.low[column]! <= lowOf(row))) candles.low[column] = lowOf(row);
      candles.close[column] = closeOf(row);
      const traded = volumes === undefined ? Number.NaN : volumes[volume!.first + row * volume!.rowItems]!;
      if (traded > 0) candles.volume[column]! += traded * scaleOf(table, volume!);
    }
  }
  return candles;
}

type Price = (row: number) => number;
