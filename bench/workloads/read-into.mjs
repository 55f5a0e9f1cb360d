// The whole array in one call, into memory of the caller's that has been written to before.
export default {
  name: "read-into",
  title: "read whole, into `out`",
  store: "reference",
  parameters: () => ({}),
  expected: (book) => [book.values],
};
