// A loader that asks for all windows at once.
import { randomWindows, rowsOfWindows } from "./random-windows.mjs";

export default {
  name: "windows-concurrent",
  title: "256 windows of 128 rows, concurrent",
  store: "reference",
  parameters: randomWindows,
  expected: rowsOfWindows,
};
