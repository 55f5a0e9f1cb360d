// What is measured, in the order of the table. A workload says:
//   store       "reference": one store, written by zarr-python, that every engine reads;
//               "own": an empty array of `rowsBefore(book)` rows that the engine fills, and zarr-python then reads
//   layout      "columns": that store in the layout of columns; by default in that of rows (measured-array.mjs)
//   operation   what the engine is asked to do, where that is not the workload's name
//   parameters  what the engine is told beside the store, from the book and `{ SeededRandom }`
//   expected    the arrays that, one after another, the result (or the written store) must equal
//   divisor     how many repetitions one measurement holds, where it is more than one
import appends from "./appends.mjs";
import oneColumn from "./one-column.mjs";
import oneColumnOfColumns from "./one-column-of-columns.mjs";
import openOneRow from "./open-one-row.mjs";
import readInto from "./read-into.mjs";
import readWhole from "./read-whole.mjs";
import sortedRows from "./sorted-rows.mjs";
import windowsConcurrent from "./windows-concurrent.mjs";
import windowsSerial from "./windows-serial.mjs";
import writeWhole from "./write-whole.mjs";

export const workloads = [
  writeWhole,
  readWhole,
  readInto,
  windowsSerial,
  windowsConcurrent,
  sortedRows,
  oneColumn,
  oneColumnOfColumns,
  appends,
  openOneRow,
];
