/**
 * Colours, told apart by the colour-blind: blue against orange for the two sides, green against red-violet for the
 * trades on top of them. Depth goes from nearly white to dark (ColorBrewer's Blues and Oranges).
 */
export const INK = "#222222";
export const FAINT_INK = "#666666";
export const LIGHT_INK = "#c9c9c9";
export const GRID = "#e4e4e4";
export const PAPER = "#ffffff";
export const BUY = "#00875a";
export const SELL = "#c2187b";
export const UP = "#2171b5";
export const DOWN = "#d9630f";

type Rgb = readonly [number, number, number];

const BID_STOPS: readonly Rgb[] = [
  [239, 246, 252],
  [198, 219, 239],
  [107, 174, 214],
  [33, 113, 181],
  [8, 48, 107],
];
const ASK_STOPS: readonly Rgb[] = [
  [255, 245, 236],
  [253, 208, 162],
  [253, 141, 60],
  [217, 72, 1],
  [127, 39, 4],
];

/** The colour of a share from 0 to 1. */
export function depthColour(side: "bid" | "ask", share: number): Rgb {
  const stops = side === "bid" ? BID_STOPS : ASK_STOPS;
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(place));
  const between = place - below;
  const mix = (channel: 0 | 1 | 2): number =>
    Math.round(stops[below]![channel] * (1 - between) + stops[below + 1]![channel] * between);
  return [mix(0), mix(1), mix(2)];
}
