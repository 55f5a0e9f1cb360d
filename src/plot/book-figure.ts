/** A book as a picture: its depth over time with mid price and trades on top, the spread, and what was traded. */
import { scaleLinear, scaleUtc } from "d3-scale";
import type { BookData } from "./book-data.ts";
import { type FigureParts, figure, LEFT, type Panel, PLOT_WIDTH, RIGHT, type Span, WIDTH } from "./frame.ts";
import { type DepthScale, depthScale, heatMap } from "./heat-map.ts";
import { BUY, depthColour, FAINT_INK, INK, LIGHT_INK, SELL } from "./palette.ts";
import { meanLine, rangeBand, type Series } from "./series-lines.ts";
import { element, text } from "./svg.ts";
import type { TradeData } from "./trade-data.ts";
import { tradeDots, tradedPanel } from "./trade-marks.ts";

export interface BookFigureParts extends Pick<FigureParts, "title" | "subtitle" | "gaps"> {
  readonly span: Span;
  readonly book: BookData;
  /** Absent where the store has none. */
  readonly trades: TradeData | undefined;
  /** Units, in brackets, or nothing. */
  readonly priceUnits: string;
  readonly sizeUnits: string;
}

export async function bookFigure(parts: BookFigureParts): Promise<string> {
  const { span, gaps, book, trades, priceUnits, sizeUnits } = parts;
  const times = scaleUtc([span.fromMs, span.toMs], [LEFT, LEFT + PLOT_WIDTH]);
  const x = (timeMs: number): number => times(timeMs);
  const { columns } = book;
  const { low, binSize, count } = book.bids.bins;
  const prices = scaleLinear([low * book.priceScale, (low + binSize * count) * book.priceScale], [0, 1]);
  const depth = depthScale([book.bids, book.asks]);
  const image = await heatMap(book.bids, book.asks, depth);
  const shares = trades === undefined ? [0.8, 0.2] : [0.66, 0.16, 0.18];
  const panels: Panel[] = [
    {
      label: `price${priceUnits}`,
      share: shares[0]!,
      values: prices,
      draw: () => {
        const [bottom, top] = prices.range() as [number, number];
        return [
          element("image", {
            x: LEFT,
            y: top,
            width: PLOT_WIDTH,
            height: bottom - top,
            preserveAspectRatio: "none",
            image_rendering: "optimizeSpeed",
            href: image,
          }),
          ...(trades === undefined ? [] : [tradeDots(trades, x, prices)]),
          meanLine({ extremes: book.mid, columns, gaps }, x, prices, INK, 1.2),
        ].join("");
      },
    },
    spreadPanel({ extremes: book.spread, columns, gaps }, shares[1]!, x, priceUnits),
    ...(trades === undefined ? [] : [tradedPanel(trades, shares[2]!, x, sizeUnits)]),
  ];
  const legend = depthLegend(depth, book.sizeScale, sizeUnits, trades !== undefined);
  return figure({ ...parts, times, panels, legend });
}

function spreadPanel(
  spread: Series,
  share: number,
  x: (timeMs: number) => number,
  priceUnits: string,
): Panel {
  const { filled, least, greatest } = spread.extremes;
  const lowest = filled.reduce((value, column) => Math.min(value, least[column]!), 0);
  const highest = filled.reduce((value, column) => Math.max(value, greatest[column]!), 0);
  const values = scaleLinear([lowest, highest > lowest ? highest : lowest + 1], [0, 1]).nice();
  return {
    label: `spread${priceUnits}`,
    share,
    values,
    draw: () => rangeBand(spread, x, values, LIGHT_INK) + meanLine(spread, x, values, INK, 1),
  };
}

const RAMP_WIDTH = 200;

/** Two ramps of colours with the sizes at their ends, and what the dots are. */
function depthLegend(scale: DepthScale, sizeScale: number, sizeUnits: string, hasTrades: boolean): string {
  const right = WIDTH - RIGHT;
  const dots = right - RAMP_WIDTH - 300;
  const ramp = (side: "bid" | "ask", y: number): string => {
    const steps = 30;
    const cells = Array.from({ length: steps }, (_, step) =>
      element("rect", {
        x: right - RAMP_WIDTH + (step * RAMP_WIDTH) / steps,
        y,
        width: RAMP_WIDTH / steps + 0.5,
        height: 12,
        fill: `rgb(${depthColour(side, step / (steps - 1)).join(",")})`,
      }),
    );
    const name = text(right - RAMP_WIDTH - 8, y + 11, `${side}s`, { text_anchor: "end", font_size: 12 });
    return cells.join("") + name;
  };
  const sizes = [scale.least, scale.greatest].map((size) => sizeText(size * sizeScale));
  const dot = (x: number, fill: string, name: string): string =>
    element("circle", { cx: x, cy: 46, r: 5, fill, fill_opacity: 0.75 }) +
    text(x + 10, 50, name, { font_size: 12 });
  return element(
    "g",
    {},
    ramp("bid", 20),
    ramp("ask", 36),
    text(right - RAMP_WIDTH, 64, sizes[0]!, { font_size: 12, fill: FAINT_INK }),
    text(right, 64, sizes[1]!, { font_size: 12, text_anchor: "end", fill: FAINT_INK }),
    text(right - RAMP_WIDTH - 8, 64, `mean size, log${sizeUnits}`, {
      font_size: 12,
      text_anchor: "end",
      fill: FAINT_INK,
    }),
    ...(hasTrades ? [dot(dots, BUY, "bought"), dot(dots + 80, SELL, "sold")] : []),
  );
}

function sizeText(size: number): string {
  return size >= 1000 ? Math.round(size).toLocaleString("en") : String(Number(size.toPrecision(2)));
}
