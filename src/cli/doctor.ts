/** `quarry doctor`: what runs here, who runs each codec, and why. */
import process from "node:process";
import type { Command } from "commander";
import type { CodecDefinition } from "../../codecs/definition.ts";
import { ItemHeap } from "../../codecs/item-heap.ts";
import { type BackendInfo, backend } from "../codec/backend.ts";
import type { Backend } from "../codec/chain.ts";
import { findAddon } from "../codec/native/addon.ts";
import { nativeBackend } from "../codec/native/native-chain.ts";
import { type Pipeline, resolvePipeline } from "../codec/pipeline.ts";
import { portableBackend } from "../codec/portable/portable-chain.ts";
import { registeredCodecs } from "../codec/registry.ts";
import { isQuarryError } from "../errors.ts";
import { type CodecSample, chunkOfSample, codecSample, isChunkOfSample } from "./codec-samples.ts";
import { type CommandContext, type CommandStreams, type ExitCode, helpEnd, writeJson } from "./command.ts";
import { textTable } from "./text-table.ts";
import { VERSION } from "./version.ts";

export interface DoctorCommandOptions {
  readonly json?: boolean;
}

export interface CodecDiagnosis {
  readonly name: string;
  /** Whether the C++ core of this machine has it and it works, whichever backend is chosen. */
  readonly native: boolean;
  readonly portable: boolean;
  /** False for a codec of others that is decoded and not encoded. */
  readonly writes: boolean;
}

export interface Diagnosis {
  readonly version: string;
  /** `unavailable`: the backend that was asked for is not there, and nothing can be read or written. */
  readonly backend: { readonly name: BackendInfo["name"] | "unavailable"; readonly reason: string };
  readonly threads: number;
  readonly simd: string;
  readonly codecs: readonly CodecDiagnosis[];
  readonly node: string;
  readonly platform: string;
}

const EXAMPLES = ["quarry doctor", "QUARRY_BACKEND=portable quarry doctor --json"];

export function register(command: Command, context: CommandContext): void {
  command
    .option("--json", "print one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((options: DoctorCommandOptions) => context.run(options, () => doctor(options, context.streams)));
}

/** Reports on this machine; the exit code is 1 where the chosen backend, or a codec on it, does not work. */
export async function doctor(options: DoctorCommandOptions, streams: CommandStreams): Promise<ExitCode> {
  const diagnosis = await diagnose();
  if (options.json === true) writeJson(streams, diagnosis);
  else streams.stdout.write(diagnosisText(diagnosis));
  return diagnosis.backend.name !== "unavailable" && diagnosis.codecs.every((codec) => codec.portable)
    ? 0
    : 1;
}

export async function diagnose(): Promise<Diagnosis> {
  const { name, reason, threads, simd } = chosenBackend();
  const { addon } = findAddon();
  const native = addon && nativeBackend(addon);
  const codecs: CodecDiagnosis[] = [];
  for (const definition of registeredCodecs().filter(({ internal }) => internal !== true)) {
    codecs.push({
      name: definition.name,
      native: native !== undefined && (await runs(native, definition)),
      portable: await runs(portableBackend, definition),
      writes: codecSample(definition.name).encoded === undefined,
    });
  }
  return {
    version: VERSION,
    backend: { name, reason },
    threads,
    simd,
    codecs,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

function chosenBackend(): Omit<BackendInfo, "name"> & Diagnosis["backend"] {
  try {
    return backend();
  } catch (error) {
    if (!isQuarryError(error, "BACKEND_UNAVAILABLE")) throw error;
    return { name: "unavailable", reason: error.message, threads: 0, simd: "none" };
  }
}

/** The codec as the only one of a chain, but for the `bytes` that every chain must have. */
function samplePipeline({ name, kind }: CodecDefinition, sample: CodecSample): Pipeline {
  const codec = { name, configuration: sample.configuration };
  const bytes = { name: "bytes", configuration: { endian: "little" } };
  const codecs = {
    "array-to-array": [codec, bytes],
    "array-to-bytes": [codec],
    "bytes-to-bytes": [bytes, codec],
  }[kind];
  return resolvePipeline(codecs, sample, "the sample");
}

/** Whether a sample comes back from the codec as it went in, or as another implementation encoded it. */
async function runs(backend: Backend, codec: CodecDefinition): Promise<boolean> {
  const sample = codecSample(codec.name);
  const place = { path: "the sample" };
  const heap = new ItemHeap(null);
  try {
    const chain = await backend.createChain(samplePipeline(codec, sample), "chunk", heap);
    if (chain === undefined) return false;
    const encoded = sample.encoded ?? (await chain.encode(chunkOfSample(sample, heap), place));
    return isChunkOfSample(await chain.decode(encoded, place), sample, heap);
  } catch {
    return false;
  }
}

function diagnosisText({ version, backend, threads, simd, codecs, node, platform }: Diagnosis): string {
  const mark = (works: boolean, { writes }: CodecDiagnosis): string =>
    works ? (writes ? "yes" : "reads") : "-";
  const runner = (codec: CodecDiagnosis): string => {
    if (backend.name === "native" && codec.native) return "native";
    return backend.name !== "unavailable" && codec.portable ? "portable" : "nothing";
  };
  const lines = [
    ...textTable([
      ["quarry", version],
      ["backend", `${backend.name}: ${backend.reason}`],
      ["threads", String(threads)],
      ["simd", simd],
      ["node", `${node} on ${platform}`],
    ]),
    "",
    ...textTable([
      ["codec", "native", "portable", "runs on"],
      ...codecs.map((codec) => [
        codec.name,
        mark(codec.native, codec),
        mark(codec.portable, codec),
        runner(codec),
      ]),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}
