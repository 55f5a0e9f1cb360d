// The same level through all of time, out of a layout that keeps each level by itself, as Parquet does.
import oneColumn from "./one-column.mjs";

export default {
  ...oneColumn,
  name: "one-column-of-columns",
  title: "one column, all rows, out of chunks of one column",
  operation: "one-column",
  layout: "columns",
};
