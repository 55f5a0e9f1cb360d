import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { afterEach, describe, expect, test, vi } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { runProgram } from "../../src/cli/program.ts";
import { byteText, grouped, plural } from "../../src/cli/quantities.ts";
import { VERSION } from "../../src/cli/version.ts";
import { recordedStreams } from "../kit/streams.ts";

describe("the program", () => {
  test("is of the package's version", async () => {
    const { version } = JSON.parse((await readFile("package.json")).toString());
    expect(VERSION).toBe(version);
    const streams = recordedStreams();
    expect(await runProgram(["--version"], streams)).toBe(0);
    expect(streams.text("stdout")).toBe(`${version}\n`);
  });

  test("helps on stdout when it is asked, and on stderr when it is not", async () => {
    const asked = recordedStreams();
    expect(await runProgram(["--help"], asked)).toBe(0);
    await expect(asked.text("stdout")).toMatchFileSnapshot("golden/help.txt");
    const unasked = recordedStreams();
    expect(await runProgram([], unasked)).toBe(2);
    expect(unasked.text("stdout")).toBe("");
    expect(unasked.text("stderr")).toContain("Usage: quarry");
  });

  test("does not know commands that are none", async () => {
    const streams = recordedStreams();
    expect(await runProgram(["dig"], streams)).toBe(2);
    expect(streams.text("stderr")).toBe("error: unknown command 'dig'\n");
  });

  test("suggests the command that was meant", async () => {
    const streams = recordedStreams();
    expect(await runProgram(["insect"], streams)).toBe(2);
    expect(streams.text("stderr")).toBe("error: unknown command 'insect'\n(Did you mean inspect?)\n");
  });

  test("explains quarry ingest", async () => {
    const streams = recordedStreams();
    expect(await runProgram(["ingest", "--help"], streams)).toBe(0);
    await expect(streams.text("stdout")).toMatchFileSnapshot("golden/ingest-help.txt");
    const asked = recordedStreams();
    expect(await runProgram(["help", "ingest"], asked)).toBe(0);
    expect(asked.text("stdout")).toBe(streams.text("stdout"));
  });
});

describe("the list of commands", () => {
  afterEach(() => vi.restoreAllMocks());

  test.each(COMMANDS)("shows $name with the arguments that it takes", async ({ name, usage, load }) => {
    const command = new Command(name);
    (await load()).register(command, { streams: recordedStreams(), run: () => Promise.resolve() });
    expect(command.usage()).toBe(usage);
  });

  test.each([
    [["--version"], []],
    [["--help"], []],
    [["insect"], []],
    [["help", "tree"], ["tree"]],
    [["tree", "--help"], ["tree"]],
    [["inspect", "tree"], ["inspect"]],
  ])("loads for %j only %j", async (args, expected) => {
    const loads = COMMANDS.map((entry) => vi.spyOn(entry, "load"));
    await runProgram(args, recordedStreams());
    const loaded = COMMANDS.filter((_, index) => loads[index]!.mock.calls.length > 0);
    expect(loaded.map(({ name }) => name)).toEqual(expected);
  });
});

test("quantities are as people read them", () => {
  expect([0, 135.8, 999, 1000, 999_949, 999_951, 32_264_535, 2.5e12, 5e15].map(byteText)).toEqual([
    ...["0 B", "136 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "32.3 MB", "2.5 TB", "5000.0 TB"],
  ]);
  expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(["0", "999", "1,000", "1,234,567"]);
  expect([0, 1, 2345].map((count) => plural(count, "row"))).toEqual(["0 rows", "1 row", "2,345 rows"]);
});
