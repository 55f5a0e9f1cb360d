/**
 * A value over time: its mean as a line, and its extremes as a band behind it. The mean holds until the next one, and
 * not through a gap.
 */
import { curveStepAfter, line as path } from "d3-shape";
import type { Extremes } from "./extremes.ts";
import type { Span } from "./frame.ts";
import { element } from "./svg.ts";
import type { TimeColumns } from "./time-columns.ts";

export interface Series {
  readonly extremes: Extremes;
  readonly columns: TimeColumns;
  readonly gaps: readonly Span[];
}

type X = (timeMs: number) => number;
type Y = (value: number) => number;

export function meanLine(series: Series, x: X, y: Y, stroke: string, width: number): string {
  const draw = path<Point>(
    ({ timeMs }) => x(timeMs),
    ({ value }) => y(value),
  ).curve(curveStepAfter);
  const d = runsOf(series).map((run) => shortened(draw(run)!));
  return element("path", { d: d.join(""), fill: "none", stroke, stroke_width: width });
}

/** From the least to the greatest value of each column, which is what the mean hides. It does not hold. */
export function rangeBand({ extremes, columns }: Series, x: X, y: Y, fill: string): string {
  const { least, greatest, filled } = extremes;
  const bars = filled
    .filter((column) => least[column] !== greatest[column])
    .map((column) => {
      const [from, to] = [x(columns.startMs(column)), x(columns.startMs(column + 1))];
      return shortened(`M${from},${y(least[column]!)}H${to}V${y(greatest[column]!)}H${from}Z`);
    });
  return element("path", { d: bars.join(""), fill });
}

/** A value begins to hold. */
interface Point {
  readonly timeMs: number;
  readonly value: number;
}

/** The mean of each column, and after it, where the next one is empty, what came last. No run goes through a gap. */
function runsOf({ extremes, columns, gaps }: Series): Point[][] {
  const runs: Point[][] = [];
  let run: Point[] = [];
  let before = -1;
  for (const column of extremes.filled) {
    const timeMs = columns.startMs(column);
    if (run.length > 0 && column > before + 1) {
      run.push({ timeMs: columns.startMs(before + 1), value: extremes.last[before]! });
    }
    // It begins in the column of the value before, and ends in this one's.
    const isGap = (gap: Span): boolean =>
      gap.fromMs >= columns.startMs(before) && gap.toMs >= timeMs && gap.toMs <= columns.startMs(column + 1);
    if (run.length > 0 && gaps.some(isGap)) {
      runs.push(run);
      run = [];
    }
    run.push({ timeMs, value: extremes.mean(column) });
    before = column;
  }
  if (run.length > 0) {
    const end = { timeMs: columns.startMs(before + 1), value: extremes.last[before]! };
    runs.push([...run, end]);
  }
  return runs;
}

/** Coordinates to a tenth of a pixel: half the file. */
function shortened(d: string): string {
  return d.replace(/\d+\.\d+/g, (number) => String(Math.round(Number(number) * 10) / 10));
}
