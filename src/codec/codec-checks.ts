/**
 * What is checked of a codec that anyone may have written, in a language that checks no types, before it is given a
 * chunk: the definition when it is registered, the codec when it is resolved, its implementation when it is started.
 * What it makes of a chunk is checked by `portable/codec-step.ts`.
 */
import { configurationError } from "../../codecs/configuration.ts";
import type { CodecDefinition, CodecKind, PortableCodec, ResolvedCodec } from "../../codecs/definition.ts";
import { isQuarryError, QuarryError } from "../errors.ts";
import { isJsonObject, type JsonValue } from "../metadata/json.ts";

const KINDS: readonly CodecKind[] = ["array-to-array", "array-to-bytes", "bytes-to-bytes"];

/** What is wrong with what somebody takes for a definition, undefined for one that may be right. */
export function definitionProblem(
  definition: Partial<Record<keyof CodecDefinition, unknown>>,
): string | undefined {
  if (typeof definition !== "object" || definition === null) return "it is no object";
  const { name, aliases = [], kind, configurationSchema, resolve } = definition;
  const isName = (value: unknown): boolean => typeof value === "string" && value !== "";
  if (!isName(name)) return '"name" must be a string that is not empty';
  if (!Array.isArray(aliases) || !aliases.every(isName)) return '"aliases" must be a list of names';
  if (!KINDS.includes(kind as CodecKind)) return `"kind" must be one of ${KINDS.join(", ")}`;
  if (typeof resolve !== "function") return '"resolve" must be a function';
  if (!isJsonObject(configurationSchema as JsonValue)) {
    return '"configurationSchema" must be a JSON Schema; { type: "object" } lets every configuration through';
  }
  return undefined;
}

/**
 * What `definition` resolved to, found to be a codec as far as one can tell before it works. A plain object, whatever
 * class the author's may be of.
 * @param name as metadata spells it
 * @throws QuarryError `CODEC_CONFIGURATION`
 */
export function checkedCodec(
  { kind }: CodecDefinition,
  resolved: ResolvedCodec,
  name: string,
  path: string,
): ResolvedCodec {
  if (typeof resolved !== "object" || resolved === null || typeof resolved.portable !== "function") {
    throw configurationError(name, "its resolve() gave no codec");
  }
  if (resolved.kind !== kind) {
    throw configurationError(name, `its resolve() gave the kind ${resolved.kind}, but it is ${kind}`);
  }
  if (!isJsonObject(resolved.configuration)) {
    throw configurationError(name, "its resolve() gave no configuration");
  }
  const { encodedType, verifiesContent, native } = resolved;
  return {
    kind,
    name: resolved.name,
    configuration: resolved.configuration,
    ...(encodedType && { encodedType }),
    ...(resolved.encodedBytes && {
      encodedBytes: (decodedBytes: number) => resolved.encodedBytes!(decodedBytes),
    }),
    ...(resolved.encodedBytesMax && {
      encodedBytesMax: (decodedBytes: number) => resolved.encodedBytesMax!(decodedBytes),
    }),
    ...(verifiesContent !== undefined && { verifiesContent }),
    ...(native && { native }),
    portable: (heap) => startedCodec(() => resolved.portable(heap), name, path),
  };
}

/** @throws QuarryError `CODEC_CONFIGURATION` */
async function startedCodec(
  start: () => Promise<PortableCodec>,
  name: string,
  path: string,
): Promise<PortableCodec> {
  const fail = (problem: string, cause?: unknown): QuarryError =>
    new QuarryError("CODEC_CONFIGURATION", `codec ${name} of ${path}: ${problem}`, {
      path,
      codec: name,
      cause,
    });
  let portable: PortableCodec;
  try {
    portable = await start();
  } catch (cause) {
    if (isQuarryError(cause)) throw cause;
    throw fail(`its portable() failed: ${messageOf(cause)}`, cause);
  }
  if (typeof portable?.encode !== "function" || typeof portable.decode !== "function") {
    throw fail("its portable() gave no encode() and decode()");
  }
  return portable;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
