/**
 * Real zarr-python and xarray, from the project's pinned environment. A test file gives one Python process one JSON
 * job and gets one JSON answer: starting Python costs more than reading a hundred arrays.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type JsonValue, parseJson, stringifyJson } from "../../src/metadata/json.ts";

export const python = fileURLToPath(
  new URL(
    process.platform === "win32" ? "../../.venv/Scripts/python.exe" : "../../.venv/bin/python",
    import.meta.url,
  ),
);

/** Runs `test/interop/<script>` with `job` on its standard input; 64-bit integers survive both ways. Rejects with what it wrote to stderr when it fails. */
export async function askPython<Answer>(script: string, job: JsonValue): Promise<Answer> {
  if (!existsSync(python)) throw new Error(`${python} is missing: run "npm run setup"`);
  const child = spawn(python, [fileURLToPath(new URL(script, import.meta.url))]);
  let answer = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  child.stdin.end(stringifyJson(job, 0));
  const status = await ended;
  if (status !== 0) throw new Error(`${script} ended with status ${status}:\n${complaint}`);
  return parseJson(answer, script) as Answer;
}
