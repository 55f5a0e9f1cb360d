import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { captureTextBytes } from "../../src/cli/ingest-progress.ts";
import { Progress } from "../../src/cli/progress.ts";
import { byteText } from "../../src/cli/quantities.ts";
import { recordedStreams } from "../kit/streams.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const ERASE_LINE = "\u001b[2K";

function terminal() {
  const streams = recordedStreams();
  const stream = Object.assign(streams.stderr, { isTTY: true, columns: 120 });
  return { stream, text: () => streams.text("stderr") };
}

describe("progress", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance", "Date", "setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is a bar with rate and time left on a terminal, which goes when the job ends", () => {
    const { stream, text } = terminal();
    const progress = new Progress(stream, byteText);
    vi.advanceTimersByTime(2000);
    progress.update(() => ({ done: 30e6, total: 120e6, note: "3 faults" }));
    expect(text()).toContain(
      "██████░░░░░░░░░░░░░░░░░░ 25 %, 30.0 MB of 120.0 MB, 15.0 MB/s, 6s left, 3 faults",
    );
    vi.advanceTimersByTime(2000);
    progress.update(() => ({ done: 60e6, total: 120e6 }));
    vi.advanceTimersByTime(100);
    expect(text()).toContain("████████████░░░░░░░░░░░░ 50 %, 60.0 MB of 120.0 MB, 1");
    progress.end();
    expect(text().endsWith(ERASE_LINE)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("shows what there is where nobody knows how much that will be, or it was said wrong", () => {
    const { stream, text } = terminal();
    const progress = new Progress(stream, byteText);
    vi.advanceTimersByTime(2000);
    progress.update(() => ({ done: 30e6 }));
    expect(text()).toContain("30.0 MB, 15.0 MB/s");
    vi.advanceTimersByTime(2000);
    progress.update(() => ({ done: 40e6, total: 20e6 }));
    vi.advanceTimersByTime(100);
    progress.end();
    expect(text()).toContain("40.0 MB, ");
    expect(text()).not.toContain("left");
  });

  test("is nothing for a job that is done at once", () => {
    const { stream, text } = terminal();
    const progress = new Progress(stream, byteText);
    vi.advanceTimersByTime(400);
    progress.update(() => ({ done: 1, total: 2 }));
    progress.end();
    expect(text()).toBe("");
  });

  test("is a plain line now and then where there is no terminal", () => {
    const streams = recordedStreams();
    const progress = new Progress(streams.stderr, byteText);
    for (let second = 1; second <= 25; second += 1) {
      vi.advanceTimersByTime(1000);
      progress.update(() => ({ done: second * 1e6, total: 40e6 }));
    }
    progress.end();
    expect(streams.text("stderr")).toBe(
      "25 %, 10.0 MB of 40.0 MB, 1.0 MB/s, 30s left\n50 %, 20.0 MB of 40.0 MB, 1.0 MB/s, 20s left\n",
    );
  });
});

test("the bytes of captures are those of their text, where the files say them", async () => {
  const directory = await temporaryDirectory();
  const text = "a line of a capture\n".repeat(100);
  const files = { "a.log": text, "b.gz": gzipSync(text), "c.zst": Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0) };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, name), bytes);
  const bytesOf = (...names: string[]) => captureTextBytes(names.map((name) => join(directory, name)));
  expect(await bytesOf("a.log", "b.gz")).toBe(4000);
  expect(await bytesOf("a.log", "c.zst")).toBeUndefined();
  expect(await bytesOf("missing.log")).toBeUndefined();
});
