// One level through all of time, out of a layout that keeps rows together.
export default {
  name: "one-column",
  title: "one column, all rows",
  store: "reference",
  parameters: () => ({ column: 3 }),
  expected: (book, { column }) => [book.column(column)],
};
