import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { onAbort } from "../../src/store/on-abort.ts";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

test("a signal has one listener, however many wait for it", () => {
  const abort = new AbortController();
  const told: number[] = [];
  for (let nth = 0; nth < 100; nth++) onAbort(abort.signal, () => told.push(nth));
  expect(listeners(abort.signal)).toBe(1);
  abort.abort();
  expect(told).toEqual(Array.from({ length: 100 }, (_, nth) => nth));
});

test("a signal that nobody waits for any more has none, and can be waited for again", () => {
  const abort = new AbortController();
  const told: string[] = [];
  const ends = ["first", "second"].map((name) => onAbort(abort.signal, () => told.push(name)));
  ends[0]!();
  ends[0]!();
  expect(listeners(abort.signal)).toBe(1);
  ends[1]!();
  expect(listeners(abort.signal)).toBe(0);
  onAbort(abort.signal, () => told.push("third"));
  abort.abort();
  expect(told).toEqual(["third"]);
});

test("the same callback may wait twice, and each time ends by itself", () => {
  const abort = new AbortController();
  let calls = 0;
  const count = (): void => {
    calls += 1;
  };
  const end = onAbort(abort.signal, count);
  onAbort(abort.signal, count);
  end();
  abort.abort();
  expect(calls).toBe(1);
});
