// What both workloads of windows read: 256 times 128 rows, at random.
const COUNT = 256;
const ROWS = 128;
const SEED = 7;

export function randomWindows(book, { SeededRandom }) {
  const random = new SeededRandom(SEED);
  const starts = Array.from({ length: COUNT }, () => random.between(0, book.rows - ROWS));
  return { starts, windowRows: ROWS };
}

export const rowsOfWindows = (book, { starts, windowRows }) =>
  starts.map((start) => book.rowRange(start, start + windowRows));
