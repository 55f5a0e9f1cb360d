// Rows picked at random, in ascending order: a sample for training. One call where an engine has such a selection; else
// one call a row, all at once.
const COUNT = 4096;
const SEED = 11;

export default {
  name: "sorted-rows",
  title: "4096 sorted random rows",
  store: "reference",
  parameters: (book, { SeededRandom }) => {
    const random = new SeededRandom(SEED);
    const rows = new Set();
    while (rows.size < COUNT) rows.add(random.between(0, book.rows - 1));
    return { rows: [...rows].sort((a, b) => a - b) };
  },
  expected: (book, { rows }) => rows.map((row) => book.rowRange(row, row + 1)),
};
