/** What all pictures have: a title, panels below each other over one axis of time, and the gaps of the data hatched. */
import type { ScaleLinear, ScaleTime } from "d3-scale";
import { utcFormat } from "d3-time-format";
import { FAINT_INK, GRID, INK, PAPER } from "./palette.ts";
import { element, line, text } from "./svg.ts";

/** Pixels. */
export const WIDTH = 1600;
export const HEIGHT = 900;
const TOP = 84;
const BOTTOM = 58;
export const LEFT = 96;
export const RIGHT = 84;
const PANEL_SPACE = 16;
export const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const FONT_FAMILY = "DejaVu Sans, Verdana, sans-serif";

export interface Panel {
  /** What its values are, with the unit. */
  readonly label: string;
  /** Share of the height. */
  readonly share: number;
  readonly values: ScaleLinear<number, number>;
  /** Whether values below zero are amounts as well, drawn downwards. */
  readonly isTwoSided?: boolean;
  /** What is drawn, between the grid and the labels. */
  draw(): string;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface FigureParts {
  readonly title: string;
  readonly subtitle: string;
  readonly times: ScaleTime<number, number>;
  readonly gaps: readonly Span[];
  readonly panels: readonly Panel[];
  /** Drawn at the right of the title. */
  readonly legend: string;
}

/** The whole picture. Sets the ranges of the panels' scales. */
export function figure({ title, subtitle, times, gaps, panels, legend }: FigureParts): string {
  const height = HEIGHT - TOP - BOTTOM - PANEL_SPACE * (panels.length - 1);
  let top = TOP;
  const drawn = panels.map((panel) => {
    const bottom = top + height * panel.share;
    panel.values.range([bottom, top]);
    const result = panelOf(panel, times, gaps, top, bottom);
    top = bottom + PANEL_SPACE;
    return result;
  });
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: WIDTH,
      height: HEIGHT,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      font_family: FONT_FAMILY,
      font_size: 14,
      fill: INK,
    },
    element("title", {}, text(0, 0, title).replace(/<[^>]+>/g, "")),
    element("defs", {}, hatching()),
    element("rect", { width: WIDTH, height: HEIGHT, fill: PAPER }),
    text(LEFT, 38, title, { font_size: 24, font_weight: "bold" }),
    text(LEFT, 62, subtitle, { fill: FAINT_INK }),
    legend,
    ...drawn,
    timeLabels(times),
  );
}

function hatching(): string {
  const attributes = { width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  return element(
    "pattern",
    { id: "gap", ...attributes },
    element("rect", { width: 8, height: 8, fill: "#f4f4f4" }),
    line(0, 0, 0, 8, { stroke: "#bbbbbb", stroke_width: 3 }),
  );
}

function panelOf(
  { label, values, isTwoSided = false, draw }: Panel,
  times: ScaleTime<number, number>,
  gaps: readonly Span[],
  top: number,
  bottom: number,
): string {
  const right = LEFT + PLOT_WIDTH;
  const ticks = values.ticks(Math.max(2, Math.round((bottom - top) / 60)));
  const format = valueFormat(values, ticks, isTwoSided);
  const grid = ticks.map((tick) => line(LEFT, values(tick), right, values(tick), { stroke: GRID }));
  const labels = ticks.map((tick) => text(LEFT - 8, values(tick) + 5, format(tick), { text_anchor: "end" }));
  const verticals = times
    .ticks(TIME_TICKS)
    .map((tick) => line(times(tick), top, times(tick), bottom, { stroke: GRID }));
  const hatched = gaps.map(({ fromMs, toMs }) =>
    element("rect", {
      x: times(fromMs),
      y: top,
      width: Math.max(1, times(toMs) - times(fromMs)),
      height: bottom - top,
      fill: "url(#gap)",
    }),
  );
  const middle = (top + bottom) / 2;
  return element(
    "g",
    {},
    ...grid,
    ...verticals,
    ...hatched,
    draw(),
    element("rect", {
      x: LEFT,
      y: top,
      width: PLOT_WIDTH,
      height: bottom - top,
      fill: "none",
      stroke: FAINT_INK,
    }),
    ...labels,
    text(22, middle, label, {
      text_anchor: "middle",
      transform: `rotate(-90 22 ${middle})`,
      fill: FAINT_INK,
    }),
  );
}

/** `61,750`, `1.582`; `150M` where the digits would have no room. */
function valueFormat(
  values: Panel["values"],
  ticks: readonly number[],
  isTwoSided: boolean,
): (value: number) => string {
  const isLarge = ticks.some((tick) => Math.abs(tick) >= 1e7);
  const format = values.tickFormat(ticks.length, isLarge ? "~s" : undefined);
  return (value) => {
    if (value === 0) return "0";
    return format(isTwoSided ? Math.abs(value) : value)
      .replace("−", "-")
      .replace("G", "B");
  };
}

const TIME_TICKS = 10;

/** Times below the last panel; the date below the first tick, and below each at which a day begins. */
function timeLabels(times: ScaleTime<number, number>): string {
  const ticks = times.ticks(TIME_TICKS);
  const format = timeFormat(ticks);
  const date = utcFormat("%Y-%m-%d");
  const y = HEIGHT - BOTTOM;
  let shown = "";
  const labels = ticks.flatMap((tick) => {
    const day = date(tick);
    const isNew = day !== shown;
    shown = day;
    const x = times(tick);
    return [
      line(x, y, x, y + 5, { stroke: FAINT_INK }),
      text(x, y + 20, format(tick), { text_anchor: "middle" }),
      ...(isNew && format(tick) !== day
        ? [text(x, y + 38, day, { text_anchor: "middle", fill: FAINT_INK, font_size: 12 })]
        : []),
    ];
  });
  return element(
    "g",
    {},
    ...labels,
    text(WIDTH - 12, y + 20, "UTC", { text_anchor: "end", fill: FAINT_INK }),
  );
}

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/** With what the ticks need to be told apart. */
function timeFormat(ticks: readonly Date[]): (time: Date) => string {
  const stepMs = ticks.length > 1 ? ticks[1]!.getTime() - ticks[0]!.getTime() : DAY_MS;
  if (stepMs < SECOND_MS) return utcFormat("%H:%M:%S.%L");
  if (stepMs < 60 * SECOND_MS) return utcFormat("%H:%M:%S");
  return stepMs < DAY_MS ? utcFormat("%H:%M") : utcFormat("%Y-%m-%d");
}
