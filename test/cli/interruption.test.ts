import process from "node:process";
import { expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/command.ts";
import { interruptible } from "../../src/cli/interruption.ts";
import { interruptNextJob } from "../kit/interruption.ts";
import { recordedStreams } from "../kit/streams.ts";

const NOTE = { left: "nothing was written", fields: {} };

/** Resolves when `signal` is raised. */
function raised(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener("abort", resolve));
}

test("an interruption raises the job's signal once, and gives the process back its own handlers", async () => {
  const handlers = () => [process.listenerCount("SIGINT"), process.listenerCount("SIGTERM")];
  const before = handlers();
  const result = await interruptible(async (signal) => {
    expect(handlers()).toEqual(before.map((count) => count + 1));
    process.emit("SIGINT");
    expect(signal.aborted).toBe(true);
    expect(handlers()).toEqual(before);
    return "done";
  });
  expect(result).toBe("done");
  expect(handlers()).toEqual(before);
  await expect(interruptible(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(handlers()).toEqual(before);
});

test("a job that fails for another reason after it was interrupted is told for that", async () => {
  interruptNextJob();
  const job = async (signal: AbortSignal) => {
    await raised(signal);
    throw new Error("the disk is full");
  };
  await expect(interruptible(job, NOTE)).rejects.toThrow("the disk is full");
});

test("a job that finishes although it was interrupted has succeeded", async () => {
  const streams = recordedStreams();
  interruptNextJob();
  const job = async (signal: AbortSignal) => {
    await raised(signal);
    return 0 as const;
  };
  expect(await exitCodeOf(streams, true, () => interruptible(job, NOTE))).toBe(0);
  expect([streams.text("stdout"), streams.text("stderr")]).toEqual(["", ""]);
});
