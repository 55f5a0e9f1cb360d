/** Trades in a picture: as dots at their prices, and as bars of what was bought and sold. */
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { type Panel, PLOT_WIDTH } from "./frame.ts";
import { BUY, FAINT_INK, SELL } from "./palette.ts";
import { element } from "./svg.ts";
import type { TradeData } from "./trade-data.ts";

/** What was bought upwards, what was sold downwards. */
export function tradedPanel(
  { spans, bought, sold }: TradeData,
  share: number,
  x: (timeMs: number) => number,
  sizeUnits: string,
): Panel {
  const most = Math.max(...bought, ...sold) || 1;
  const values = scaleLinear([sold.some((size) => size > 0) ? -most : 0, most], [0, 1]).nice();
  const width = PLOT_WIDTH / spans.count;
  const bar = (span: number, from: number, to: number, fill: string): string =>
    from === to
      ? ""
      : element("rect", {
          x: x(spans.timeMs(span)) - width / 2,
          y: Math.min(values(from), values(to)),
          width: Math.max(1, width - 1),
          height: Math.abs(values(to) - values(from)),
          fill,
        });
  return {
    label: `sold | bought${sizeUnits}`,
    share,
    values,
    isTwoSided: true,
    draw: () =>
      [...bought.keys()]
        .map((span) => bar(span, 0, bought[span]!, BUY) + bar(span, 0, -sold[span]!, SELL))
        .join(""),
  };
}

/** Trades as dots whose areas are their sizes; those outside of the prices shown are not. */
export function tradeDots(
  { largest }: TradeData,
  x: (timeMs: number) => number,
  prices: ScaleLinear<number, number>,
): string {
  const [low, high] = prices.domain() as [number, number];
  const shown = largest.all.filter(({ price }) => price >= low && price <= high);
  const greatest = shown[0]?.size ?? 1;
  const fills = { buy: BUY, sell: SELL, unknown: FAINT_INK };
  const circles = shown.map(({ timeMs, price, size, side }) =>
    element("circle", {
      cx: x(timeMs),
      cy: prices(price),
      r: 1 + 8 * Math.sqrt(size / greatest),
      fill: fills[side],
    }),
  );
  return element("g", { fill_opacity: 0.65, stroke: "#ffffff", stroke_width: 0.4 }, ...circles);
}
