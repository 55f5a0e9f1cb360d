/** Lines of a capture that did not go in: all counted, the first ones named. */

/** Where a line is: what a person needs to look at it. */
export interface LinePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface RefusedLine extends LinePlace {
  readonly reason: string;
}

/** As many lines are named one by one; beyond that only {@link RefusedLines.count} grows. */
export const NAMED_LINES_MAX = 1000;

/** Thrown by whoever finds a fault in a line; the line has then changed nothing. */
export class LineFault extends Error {
  override readonly name = "LineFault";
}

export class RefusedLines {
  count = 0;
  readonly lines: RefusedLine[] = [];

  add(place: LinePlace, reason: string): void {
    this.count += 1;
    if (this.lines.length < NAMED_LINES_MAX) {
      this.lines.push({ file: place.file, line: place.line, reason });
    }
  }
}
