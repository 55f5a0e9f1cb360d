import { expect, test } from "vitest";
import { Extremes } from "../../src/plot/extremes.ts";
import { meanLine, rangeBand } from "../../src/plot/series-lines.ts";
import { TimeColumns } from "../../src/plot/time-columns.ts";

const columns = new TimeColumns({ fromMs: 0, toMs: 100 }, 10);
const same = (value: number) => value;

function pathOf(extremes: Extremes, gaps: readonly { fromMs: number; toMs: number }[] = []): string {
  return /d="([^"]*)"/.exec(meanLine({ extremes, columns, gaps }, same, same, "black", 1))![1]!;
}

test("the line is the mean of a column, and then what came last, until the next one", () => {
  const extremes = new Extremes(10);
  extremes.add(1, 4);
  extremes.add(1, 6);
  extremes.add(4, 8);
  expect(pathOf(extremes)).toBe("M10,5L20,5L20,6L40,6L40,8L50,8L50,8");
});

test("the line does not go through a gap", () => {
  const extremes = new Extremes(10);
  extremes.add(1, 4);
  extremes.add(7, 8);
  expect(pathOf(extremes, [{ fromMs: 15, toMs: 72 }])).toBe("M10,4L20,4L20,4M70,8L80,8L80,8");
  expect(pathOf(new Extremes(10))).toBe("");
});

test("the band reaches from the least to the greatest in the columns that have both", () => {
  const extremes = new Extremes(10);
  extremes.add(1, 4);
  extremes.add(1, 6);
  extremes.add(4, 8);
  expect(rangeBand({ extremes, columns, gaps: [] }, same, same, "grey")).toContain('d="M10,4H20V6H10Z"');
});
