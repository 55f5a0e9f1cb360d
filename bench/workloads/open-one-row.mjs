// From a path to the first row, with nothing kept from before but what the operating system caches.
const OPENINGS = 100;

export default {
  name: "open-one-row",
  title: "open + 1 row",
  store: "reference",
  parameters: (book) => ({ row: Math.floor(book.rows / 3), openings: OPENINGS }),
  /** One measurement is so many openings. */
  divisor: OPENINGS,
  expected: (book, { row }) => [book.rowRange(row, row + 1)],
};
