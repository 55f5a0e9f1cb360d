/** Goes through the lines of a block. A line with a fault is refused by itself; the next one goes on. */
import { LINE_BYTES_MAX, type LineBlock } from "./capture-lines.ts";
import { LineFault, type RefusedLines } from "./refused-lines.ts";

/** @param addLine reads the line in `block.bytes[start, end)`, without its line end; empty lines are passed over */
export function decodeLines(
  block: LineBlock,
  refused: RefusedLines,
  addLine: (start: number, end: number, line: number) => void,
): void {
  const { bytes, file } = block;
  let line = block.firstLine;
  if (block.tooLong) refused.add({ file, line }, `is longer than ${LINE_BYTES_MAX} bytes`);
  for (let start = 0; start < bytes.length; line += 1) {
    const lineFeed = bytes.indexOf(10, start);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    const textEnd = end > start && bytes[end - 1] === 13 ? end - 1 : end;
    if (textEnd > start) {
      try {
        addLine(start, textEnd, line);
      } catch (fault) {
        if (!(fault instanceof LineFault)) throw fault;
        refused.add({ file, line }, fault.message);
      }
    }
    start = end + 1;
  }
}
