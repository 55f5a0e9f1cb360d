/**
 * A value over time: its mean as a line, and its extremes as a band behind it. A value holds until the next one, and
 * not through a gap.
 */
import { area, curveStepAfter, line as path } from "d3-shape";
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
    ({ column }) => y(series.extremes.mean(column)),
  ).curve(curveStepAfter);
  const d = runsOf(series).map((run) => shortened(draw(run)!));
  return element("path", { d: d.join(""), fill: "none", stroke, stroke_width: width });
}

/** From the least to the greatest value of each column: what the mean hides. */
export function rangeBand(series: Series, x: X, y: Y, fill: string): string {
  const { least, greatest } = series.extremes;
  const draw = area<Point>(
    ({ timeMs }) => x(timeMs),
    ({ column }) => y(least[column]!),
    ({ column }) => y(greatest[column]!),
  ).curve(curveStepAfter);
  const d = runsOf(series).map((run) => shortened(draw(run)!));
  return element("path", { d: d.join(""), fill, stroke: fill, stroke_width: 0.5 });
}

/** A value begins to hold. */
interface Point {
  readonly timeMs: number;
  readonly column: number;
}

/** Points between which there is no gap; each run reaches to the end of its last column. */
function runsOf({ extremes, columns, gaps }: Series): Point[][] {
  const runs: Point[][] = [];
  let run: Point[] = [];
  const end = (): void => {
    const last = run.at(-1);
    if (last !== undefined) runs.push([...run, { ...last, timeMs: columns.startMs(last.column + 1) }]);
    run = [];
  };
  for (const column of extremes.filled) {
    const timeMs = columns.startMs(column);
    const lastMs = run.length === 0 ? timeMs : columns.startMs(run.at(-1)!.column);
    const endMs = columns.startMs(column + 1);
    // The gap begins in the column of the value before and ends in this one's.
    if (
      run.length > 0 &&
      gaps.some(({ fromMs, toMs }) => fromMs >= lastMs && toMs >= timeMs && toMs <= endMs)
    )
      end();
    run.push({ timeMs, column });
  }
  end();
  return runs;
}

/** Coordinates to a tenth of a pixel: half the file. */
function shortened(d: string): string {
  return d.replace(/\d+\.\d+/g, (number) => String(Math.round(Number(number) * 10) / 10));
}
