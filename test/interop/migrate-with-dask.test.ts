/** The page on Dask in `spec/migration.md`, run as it stands: its program, a real scheduler and workers, real processes. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { runProgram } from "../../src/cli/program.ts";
import { migrate } from "../../src/migrate/index.ts";
import { directoryState } from "../kit/directory-state.ts";
import { recordedStreams } from "../kit/streams.ts";
import { createBook } from "../migrate/source-stores.ts";

const inRepository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PAGE = readFileSync(inRepository("spec/migration.md"), "utf8");

it("spreads a migration over workers, each of which runs tasks of a plan", async () => {
  const folder = await mkdtemp(join(tmpdir(), "quarry-dask-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const symbol = join(folder, "BTCUSDT.zarr");
  for (const week of ["2024-W32.zarr", "2024-W33.zarr", "2024-W34.zarr"])
    await createBook(join(symbol, week));
  const plan = join(folder, "plan.jsonl");
  const out = join(folder, "out");
  expect(await runProgram(["migrate", symbol, out, "--plan", plan], recordedStreams())).toBe(0);

  // What an installed package calls `quarry`: here the sources as they are.
  const quarry = join(folder, "quarry");
  const viteNode = inRepository("node_modules/vite-node/vite-node.mjs");
  const main = inRepository("src/cli/main.ts");
  await writeFile(quarry, `#!/bin/sh\nexec "${process.execPath}" "${viteNode}" "${main}" "$@"\n`, {
    mode: 0o755,
  });
  const program = join(folder, "migrate_with_dask.py");
  await writeFile(program, /^```python\n([\s\S]*?)^```/m.exec(PAGE)![1]!);
  const { status, output } = await run(inRepository(".venv/bin/python"), [program, plan], folder);
  expect(output).toContain("3 migrated");
  expect(status).toBe(0);

  await migrate(symbol, join(folder, "direct"));
  expect(await readdir(out)).toHaveLength(3);
  expect(await directoryState(out)).toEqual(await directoryState(join(folder, "direct")));
}, 180_000);

async function run(command: string, args: readonly string[], programs: string) {
  const child = spawn(command, args, { env: { ...process.env, PATH: `${programs}:${process.env.PATH}` } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      output += text;
    });
  }
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { status, output };
}
