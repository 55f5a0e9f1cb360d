import { describe, expect, test } from "vitest";
import { asUsage, type ExitCode, exitCodeOf } from "../../src/cli/command.ts";
import { QuarryError } from "../../src/errors.ts";
import { recordedStreams } from "../kit/streams.ts";

async function told(work: () => Promise<ExitCode>) {
  const streams = recordedStreams();
  const exitCode = await exitCodeOf(streams, true, work);
  return { exitCode, document: JSON.parse(streams.text("stdout")), stderr: streams.text("stderr") };
}

describe("a failure", () => {
  test("of the data ends with 1 and is told with its place", async () => {
    const failure = new QuarryError("NOT_FOUND", "there is nothing at x.zarr", { path: "x.zarr" });
    expect(await told(() => Promise.reject(failure))).toEqual({
      exitCode: 1,
      document: { error: { code: "NOT_FOUND", message: failure.message, path: "x.zarr" } },
      stderr: "quarry: there is nothing at x.zarr [NOT_FOUND]\n",
    });
  });

  test("of settings, or of arguments that no call of the library can have, is wrong usage", async () => {
    const settings = new QuarryError("CONFIG_INVALID", "no symbols", { path: "quarry.toml" });
    expect((await told(() => Promise.reject(settings))).exitCode).toBe(2);
    const refused = () => Promise.reject(new RangeError("levels is 0"));
    expect(await told(() => asUsage(refused))).toEqual({
      exitCode: 2,
      document: { error: { code: "USAGE", message: "levels is 0", path: null } },
      stderr: "quarry: levels is 0 [USAGE]\n",
    });
  });

  test("that is a fault of ours is not told as one of the user's", async () => {
    const fault = () => Promise.reject(new RangeError("Array buffer allocation failed"));
    await expect(told(fault)).rejects.toThrow("Array buffer allocation failed");
  });
});
