/** `quarry doctor`: what runs here, who runs each codec, and why. */
import process from "node:process";
import type { Command } from "commander";
import type { CodecDefinition } from "../../codecs/definition.ts";
import { type BackendInfo, backend } from "../codec/backend.ts";
import type { Backend, Chain } from "../codec/chain.ts";
import { findAddon } from "../codec/native/addon.ts";
import { nativeBackend } from "../codec/native/native-chain.ts";
import { type Pipeline, resolvePipeline } from "../codec/pipeline.ts";
import { portableBackend } from "../codec/portable/portable-chain.ts";
import { registeredCodecs } from "../codec/registry.ts";
import { isQuarryError } from "../errors.ts";
import { dataTypeOf } from "../metadata/data-type.ts";
import type { JsonObject } from "../metadata/json.ts";
import { type CommandContext, type CommandStreams, type ExitCode, helpEnd, writeJson } from "./command.ts";
import { textTable } from "./text-table.ts";
import { VERSION } from "./version.ts";

export interface DoctorCommandOptions {
  readonly json?: boolean;
}

export interface CodecDiagnosis {
  readonly name: string;
  /** Whether the C++ core of this machine encodes and decodes with it, chosen or not. */
  readonly native: boolean;
  readonly portable: boolean;
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

export function registerDoctor(program: Command, context: CommandContext): void {
  program
    .command("doctor")
    .description(
      "Say which backend runs codecs here and why, and try every codec on both: the C++ addon (native) " +
        "and the TypeScript and WebAssembly implementations (portable).",
    )
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
  for (const definition of registeredCodecs()) {
    codecs.push({
      name: definition.name,
      native: native !== undefined && (await runs(native, definition)),
      portable: await runs(portableBackend, definition),
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

/** What has no default. */
const SAMPLE_CONFIGURATIONS: { readonly [codec: string]: JsonObject } = {
  transpose: { order: [1, 0] },
  "numcodecs.astype": { encode_dtype: "<i8", decode_dtype: "<i4" },
  "quarry.temporal": { transform: "delta", axis: 0 },
};

const SAMPLE = Int32Array.from({ length: 64 }, (_, item) => 1000 + (item % 7));

/** The codec as the only one of a chain, but for the `bytes` that every chain must have. */
function samplePipeline({ name, kind }: CodecDefinition): Pipeline {
  const codec = { name, configuration: SAMPLE_CONFIGURATIONS[name] ?? {} };
  const bytes = { name: "bytes", configuration: { endian: "little" } };
  const codecs = {
    "array-to-array": [codec, bytes],
    "array-to-bytes": [{ ...codec, configuration: { endian: "little", ...codec.configuration } }],
    "bytes-to-bytes": [bytes, codec],
  }[kind];
  return resolvePipeline(codecs, { dataType: dataTypeOf("int32"), shape: [8, 8] }, "the sample");
}

/** Whether a sample comes back from the codec as it went in. */
async function runs(backend: Backend, codec: CodecDefinition): Promise<boolean> {
  const chunk = new Uint8Array(SAMPLE.buffer);
  const place = { path: "the sample" };
  let chain: Chain | undefined;
  try {
    chain = await backend.createChain(samplePipeline(codec), "chunk");
    const decoded = await chain?.decode(await chain.encode(chunk, place), place);
    return decoded !== undefined && Buffer.compare(decoded, chunk) === 0;
  } catch {
    return false;
  }
}

function diagnosisText({ version, backend, threads, simd, codecs, node, platform }: Diagnosis): string {
  const mark = (works: boolean): string => (works ? "yes" : "-");
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
      ...codecs.map((codec) => [codec.name, mark(codec.native), mark(codec.portable), runner(codec)]),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}
