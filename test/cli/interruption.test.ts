import process from "node:process";
import { expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/command.ts";
import { interruptible } from "../../src/cli/interruption.ts";
import { interruptNextJob } from "../kit/interruption.ts";
import { recordedStreams } from "../kit/streams.ts";

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

test("a job that fails before it is interrupted fails for its own reason", async () => {
  const note = { left: "nothing was written", fields: {} };
  await expect(interruptible(() => Promise.reject(new Error("no")), note)).rejects.toThrow("no");
});

test("a job that finishes although it was interrupted has succeeded", async () => {
  const streams = recordedStreams();
  const note = { left: "nothing was written", fields: {} };
  interruptNextJob();
  const job = async (signal: AbortSignal) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return 0 as const;
  };
  expect(await exitCodeOf(streams, true, () => interruptible(job, note))).toBe(0);
  expect([streams.text("stdout"), streams.text("stderr")]).toEqual(["", ""]);
});
