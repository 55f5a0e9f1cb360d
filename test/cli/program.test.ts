import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { afterEach, describe, expect, test, vi } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { byteText, grouped, plural } from "../../src/cli/quantities.ts";
import { VERSION } from "../../src/cli/version.ts";
import { quarry } from "../kit/command-line.ts";
import { recordedStreams } from "../kit/streams.ts";

describe("the program", () => {
  test("is of the package's version", async () => {
    const { version } = JSON.parse((await readFile("package.json")).toString());
    expect(VERSION).toBe(version);
    expect(await quarry("--version")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("helps on stdout when it is asked, and on stderr when it is not", async () => {
    const { exitCode, stdout, stderr } = await quarry("--help");
    expect([exitCode, stderr]).toEqual([0, ""]);
    await expect(stdout).toMatchFileSnapshot("golden/help.txt");
    expect(await quarry()).toEqual({ exitCode: 2, stdout: "", stderr: stdout });
  });

  test("does not know commands that are none", async () => {
    const stderr = "error: unknown command 'dig'\n";
    expect(await quarry("dig")).toEqual({ exitCode: 2, stdout: "", stderr });
  });

  test("suggests the command that was meant", async () => {
    const stderr = "error: unknown command 'insect'\n(Did you mean inspect?)\n";
    expect(await quarry("insect")).toEqual({ exitCode: 2, stdout: "", stderr });
  });

  test("explains quarry ingest", async () => {
    const asked = await quarry("ingest", "--help");
    expect(asked.exitCode).toBe(0);
    await expect(asked.stdout).toMatchFileSnapshot("golden/ingest-help.txt");
    expect(await quarry("help", "ingest")).toEqual(asked);
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
    await quarry(...args);
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
