import { expect, test } from "vitest";
import { distinctText } from "../../src/codec/distinct-text.ts";

const DIFFERENT = [
  0,
  -0,
  1,
  1n,
  2n ** 64n,
  2n ** 64n + 1n,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  null,
  false,
  "0",
  "NaN",
  "Infinity",
  [],
  {},
];

test("settings that differ in anything have different texts", () => {
  const settings = DIFFERENT.flatMap((value) => [
    value,
    [value],
    [[value], 7],
    { level: value },
    { a: [value] },
  ]);
  expect(new Set(settings.map(distinctText)).size).toBe(settings.length);
});

test("equal settings have one text", () => {
  for (const value of DIFFERENT) {
    expect(distinctText({ level: [value, 3] })).toBe(distinctText({ level: [value, 3] }));
  }
});
