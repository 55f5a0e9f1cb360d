/** Trades without a book as a picture: each where and when it was made, and how much was traded below. */
import { scaleLinear, scaleUtc } from "d3-scale";
import { type FigureParts, figure, LEFT, PLOT_WIDTH, type Span } from "./frame.ts";
import { LIGHT_INK } from "./palette.ts";
import { meanLine, rangeBand } from "./series-lines.ts";
import type { TradeData } from "./trade-data.ts";
import { tradeDots, tradedPanel } from "./trade-marks.ts";

export interface TradesFigureParts extends Pick<FigureParts, "title" | "subtitle" | "gaps"> {
  readonly span: Span;
  readonly data: TradeData;
  readonly priceUnits: string;
  readonly sizeUnits: string;
}

export function tradesFigure(parts: TradesFigureParts): string {
  const { span, gaps, data, priceUnits, sizeUnits } = parts;
  const times = scaleUtc([span.fromMs, span.toMs], [LEFT, LEFT + PLOT_WIDTH]);
  const [least, most] = data.prices.range ?? [0, 1];
  const margin = (most - least) * 0.04 || Math.abs(most) * 0.001;
  const values = scaleLinear([least - margin, most + margin], [0, 1]);
  const paid = { extremes: data.prices, columns: data.columns, gaps };
  const x = (timeMs: number): number => times(timeMs);
  const panels = [
    {
      label: `price${priceUnits}`,
      share: 0.78,
      values,
      draw: () =>
        meanLine(paid, x, values, LIGHT_INK, 1) +
        rangeBand(paid, x, values, LIGHT_INK) +
        tradeDots(data, x, values),
    },
    tradedPanel(data, 0.22, x, sizeUnits),
  ];
  return figure({ ...parts, times, panels, legend: "" });
}
