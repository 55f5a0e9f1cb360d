// The whole array in one call, into an empty store.
export default {
  name: "write-whole",
  title: "write whole",
  store: "own",
  rowsBefore: (book) => book.rows,
  parameters: (book) => ({ data: book.file }),
  expected: (book) => [book.values],
};
