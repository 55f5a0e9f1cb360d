/** Lines of a capture that did not go in: all counted, the first ones named. In a binary file a line is a record. */
import { QuarryError } from "../../errors.ts";

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
  readonly #countMax: number;

  /** @param countMax lines beyond which the capture is hopeless */
  constructor(countMax = Number.POSITIVE_INFINITY) {
    this.#countMax = countMax;
  }

  /** @throws QuarryError `CAPTURE_INVALID` at the line that is one too many */
  add(place: LinePlace, reason: string): void {
    this.count += 1;
    if (this.count > this.#countMax) {
      throw new QuarryError(
        "CAPTURE_INVALID",
        `more than ${this.#countMax} lines refused, the last one ${place.file}:${place.line}: ${reason}`,
        { path: place.file },
      );
    }
    if (this.lines.length < NAMED_LINES_MAX) {
      this.lines.push({ file: place.file, line: place.line, reason });
    }
  }
}
