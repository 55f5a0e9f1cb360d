/** `quarry verify`: is everything in a store what was written? */
import type { Command } from "commander";
import { isQuarryError } from "../errors.ts";
import { inspect } from "../zarr/inspect.ts";
import { type VerifyFault, type VerifyReport, verify as verifyLocation } from "../zarr/verify.ts";
import { type CommandContext, type CommandStreams, type ExitCode, helpEnd, writeJson } from "./command.ts";
import { Progress } from "./progress.ts";
import { byteText, grouped, plural } from "./quantities.ts";
import { textList } from "./text-list.ts";

export interface VerifyCommandOptions {
  readonly json?: boolean;
}

/** Lines of a list that people are shown; `--json` has them all. */
const LISTED_MAX = 100;

const EXAMPLES = [
  "quarry verify stores/BTCUSDT.zarr",
  "quarry verify stores/BTCUSDT.zarr/2024-W32.zarr --json > faults.json",
];

export function register(command: Command, context: CommandContext): void {
  command
    .argument(
      "<path>",
      "a store, an array in it, or a directory of stores (a symbol with its weeks: all of them)",
    )
    .option("--json", "print the report as one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((path: string, options: VerifyCommandOptions) =>
      context.run(options, () => verify(path, options, context.streams)),
    );
}

/** Verifies what is at `path`; the exit code is 1 if there is a fault. */
export async function verify(
  path: string,
  options: VerifyCommandOptions,
  streams: CommandStreams,
): Promise<ExitCode> {
  const progress = new Progress(streams.stderr, byteText);
  const total = streams.stderr.isTTY === true ? await storedBytesAt(path) : undefined;
  const startedMs = performance.now();
  let report: VerifyReport;
  try {
    report = await verifyLocation(path, {
      onProgress: ({ chunks, bytes, faults }) =>
        progress.update(() => ({
          done: bytes,
          total,
          note: `${plural(chunks, "chunk")}, ${plural(faults, "fault")}`,
        })),
    });
  } finally {
    progress.end();
  }
  const seconds = (performance.now() - startedMs) / 1000;
  if (options.json === true) writeJson(streams, { path, ...report, seconds });
  else streams.stdout.write(reportText(path, report, seconds));
  return report.ok ? 0 : 1;
}

/** What there is to read; undefined where that cannot be told, which is then for the report to say. */
async function storedBytesAt(path: string): Promise<number | undefined> {
  try {
    return (await inspect(path)).storedBytes;
  } catch (error) {
    if (!isQuarryError(error)) throw error;
    return undefined;
  }
}

function reportText(path: string, report: VerifyReport, seconds: number): string {
  const { arrays, chunks, bytes, faultCount, faults, strays, unchecked, unsealed, details } = report;
  const verdict = faultCount === 0 ? "no faults" : plural(faultCount, "fault");
  const lines = [
    `${path}: ${verdict}; ${plural(arrays, "array")}, ${plural(chunks, "chunk")}, ${byteText(bytes)} read in ${seconds.toFixed(2)} s`,
    ...textList(faults, faultText, LISTED_MAX, faultCount),
  ];
  const sparse = details.filter((array) => array.missingChunks > 0);
  if (sparse.length > 0) {
    lines.push("chunks that are not stored, and read as the fill value (no fault in itself):");
    lines.push(...textList(sparse, (array) => `${array.path}: ${grouped(array.missingChunks)}`, LISTED_MAX));
  }
  const loose = details.filter((array) => array.unusedBytes > 0);
  if (loose.length > 0) {
    lines.push("bytes in shards that belong to no chunk (no fault, but no checksum covers them):");
    lines.push(...textList(loose, (array) => `${array.path}: ${byteText(array.unusedBytes)}`, LISTED_MAX));
  }
  if (unchecked.length > 0) {
    lines.push("arrays without checksums, where a flipped bit may decode to wrong values unnoticed:");
    lines.push(...textList(unchecked, String, LISTED_MAX));
  }
  if (unsealed.length > 0) {
    lines.push(
      "metadata without checksums, where a flipped bit may go unnoticed (consolidating Zarr v3 adds them):",
    );
    lines.push(...textList(unsealed, String, LISTED_MAX));
  }
  if (strays.length > 0) {
    lines.push("files that no reader looks at:");
    lines.push(
      ...textList(strays, (stray) => `${stray.path} (${stray.kind}, ${byteText(stray.bytes)})`, LISTED_MAX),
    );
  }
  return `${lines.join("\n")}\n`;
}

function faultText({ array, shard, chunk, code, message }: VerifyFault): string {
  const place = [
    array,
    ...(shard === null ? [] : [`shard [${shard.join(", ")}]`]),
    ...(chunk === null ? [] : [`chunk [${chunk.join(", ")}]`]),
  ];
  return `${place.join(" ")}: ${code}: ${message}`;
}
