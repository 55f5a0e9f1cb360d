import { expect, test } from "vitest";
import { checkEntries, type EntryProblem } from "../../../src/zarr/verify/shard-entries.ts";

const ABSENT = 2n ** 64n - 1n;

function checked(entries: readonly (readonly [bigint, bigint])[], begin: number, end: number) {
  const problems: EntryProblem[] = [];
  const result = checkEntries(new BigUint64Array(entries.flat()), begin, end, (problem) =>
    problems.push(problem),
  );
  return { states: [...result.states], unusedBytes: result.unusedBytes, problems };
}

test("entries side by side, in any order, account for every byte", () => {
  const entries = [
    [30n, 10n],
    [0n, 20n],
    [20n, 10n],
  ] as const;
  expect(checked(entries, 0, 40)).toEqual({ states: [1, 1, 1], unusedBytes: 0, problems: [] });
});

test("absent chunks and gaps are no problem", () => {
  const entries = [
    [ABSENT, ABSENT],
    [24n, 6n],
  ] as const;
  expect(checked(entries, 20, 40)).toEqual({ states: [0, 1], unusedBytes: 14, problems: [] });
});

test("an entry that is half absent lies outside", () => {
  const entries = [
    [ABSENT, 4n],
    [0n, ABSENT],
  ] as const;
  const { states, problems } = checked(entries, 0, 40);
  expect(states).toEqual([2, 2]);
  expect(problems.map(({ position }) => position)).toEqual([0, 1]);
});

test("an entry that begins before the part of the shard for chunks, or ends behind it, lies outside", () => {
  const entries = [
    [19n, 4n],
    [36n, 5n],
    [20n, 20n],
  ] as const;
  const { states, problems } = checked(entries, 20, 40);
  expect(states).toEqual([2, 2, 1]);
  expect(problems).toEqual([
    { position: 0, offsetBytes: 19, encodedBytes: 4 },
    { position: 1, offsetBytes: 36, encodedBytes: 5 },
  ]);
});

test("of entries that share bytes, the later ones are named with the one that they reach into", () => {
  const entries = [
    [10n, 30n],
    [0n, 20n],
    [12n, 3n],
    [40n, 0n],
  ] as const;
  const { states, unusedBytes, problems } = checked(entries, 0, 50);
  expect(states).toEqual([2, 1, 2, 1]);
  expect(problems.map(({ position, overlapped }) => [position, overlapped])).toEqual([
    [0, 1],
    [2, 0],
  ]);
  expect(unusedBytes).toBe(10);
});
