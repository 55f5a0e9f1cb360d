// A reader that asks for the next window when it has seen the last.
import { randomWindows, rowsOfWindows } from "./random-windows.mjs";

export default {
  name: "windows-serial",
  title: "256 windows of 128 rows, one after another",
  store: "reference",
  parameters: randomWindows,
  expected: rowsOfWindows,
};
