// A collector: 100 batches of 1000 rows, each readable by others before the next comes.
const BATCHES = 100;
const BATCH_ROWS = 1000;

export default {
  name: "appends",
  title: "100 appends of 1000 rows",
  store: "own",
  rowsBefore: () => 0,
  parameters: (book) => ({ data: book.file, batches: BATCHES, batchRows: BATCH_ROWS }),
  expected: (book) => [book.rowRange(0, BATCHES * BATCH_ROWS)],
};
