/** `quarry doctor` where the backend is forced: a file, and so a process, of its own, which chooses but once. */
import { afterEach, expect, test, vi } from "vitest";
import { type Diagnosis, doctor } from "../../src/cli/doctor.ts";
import { recordedStreams } from "../kit/streams.ts";

async function doctorWith(choice: string) {
  vi.stubEnv("QUARRY_BACKEND", choice);
  const streams = recordedStreams();
  const exitCode = await doctor({ json: true }, streams);
  return { exitCode, diagnosis: JSON.parse(streams.text("stdout")) as Diagnosis };
}
afterEach(() => {
  vi.unstubAllEnvs();
});

test("says that the backend asked for is not there and fails, or that it is there and was forced", async () => {
  // A choice that fails is none, so that the next one counts.
  const unavailable = await doctorWith("fpga");
  expect(unavailable.exitCode).toBe(1);
  expect(unavailable.diagnosis).toMatchObject({
    backend: { name: "unavailable", reason: expect.stringContaining("fpga") },
    threads: 0,
  });

  const portable = await doctorWith("portable");
  expect(portable.diagnosis.backend).toEqual({ name: "portable", reason: "QUARRY_BACKEND=portable" });
  expect(portable.diagnosis.codecs.filter((codec) => !codec.portable)).toEqual([]);
  expect(portable.exitCode).toBe(0);
});
