// The whole array in one call, into memory that the engine allocates.
export default {
  name: "read-whole",
  title: "read whole, new memory",
  store: "reference",
  parameters: () => ({}),
  expected: (book) => [book.values],
};
