import { describe, expect, test } from "vitest";
import { QuarryError } from "../../src/errors.ts";
import { ingestSymbols } from "../../src/market/ingest-symbols.ts";

/** A job that ends with `error` as soon as its options are asked for, or when `until` is settled. */
function job(symbol: string, error: Error, begun: string[], until: Promise<void> = Promise.resolve()) {
  return {
    symbol,
    async options(): Promise<never> {
      begun.push(symbol);
      await until;
      throw error;
    },
  };
}

const refusal = new QuarryError("NOT_FOUND", "no file");

describe("symbols side by side", () => {
  test("begin in their order, no more at a time than is allowed, and end in any", async () => {
    const begun: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const jobs = [job("A", refusal, begun, held), ...["B", "C"].map((name) => job(name, refusal, begun))];
    const ended = ingestSymbols([...jobs, job("D", refusal, begun, held)], { maxConcurrentReads: 2 });
    while (begun.length < 4) await new Promise(setImmediate);
    release();
    expect((await ended).map(({ symbol, error }) => [symbol, error])).toEqual(
      ["A", "B", "C", "D"].map((symbol) => [symbol, refusal]),
    );
    expect(begun).toEqual(["A", "B", "C", "D"]);
  });

  test("are not begun after an interruption, nor after a fault of the program", async () => {
    const begun: string[] = [];
    const names = ["A", "B", "C"];
    const aborted = { signal: AbortSignal.abort() };
    expect(
      await ingestSymbols(
        names.map((name) => job(name, refusal, begun)),
        aborted,
      ),
    ).toEqual([]);
    const fault = new RangeError("levels");
    const jobs = names.map((name) => job(name, name === "B" ? fault : refusal, begun));
    await expect(ingestSymbols(jobs, { maxConcurrentReads: 1 })).rejects.toBe(fault);
    expect(begun).toEqual(["A", "B"]);
  });
});
