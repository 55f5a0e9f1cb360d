/**
 * Which codec a name in metadata means. The built-in ones are those of `codecs/`; others are registered by
 * their authors and run in JavaScript.
 */
import { Validator } from "@cfworker/json-schema";
import { configurationError } from "../../codecs/configuration.ts";
import type {
  ChunkType,
  CodecDefinition,
  CodecKind,
  PortableCodec,
  ResolvedCodec,
} from "../../codecs/definition.ts";
import { CODEC_DEFINITIONS } from "../../codecs/index.ts";
import type { ItemHeap } from "../../codecs/item-heap.ts";
import { REFUSED_CODECS } from "../../codecs/refused.ts";
import { isQuarryError, QuarryError } from "../errors.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../metadata/json.ts";
import { parseCodecs, SHARDING_CODEC } from "./sharding/configuration.ts";

const definitions = new Map<string, CodecDefinition>();
const validators = new WeakMap<CodecDefinition, Validator>();
for (const definition of CODEC_DEFINITIONS) {
  for (const name of namesOf(definition)) definitions.set(name, definition);
}

const KINDS: readonly CodecKind[] = ["array-to-array", "array-to-bytes", "bytes-to-bytes"];

/**
 * Makes `definition` known under its name and aliases, in this process.
 * @throws TypeError if it is no codec definition, or one of the names is taken by another codec
 */
export function registerCodec(definition: CodecDefinition): void {
  const problem = definitionProblem(definition);
  if (problem !== undefined) throw new TypeError(`registerCodec() needs a codec definition: ${problem}`);
  const names = namesOf(definition);
  for (const name of names) {
    const other = definitions.get(name);
    // Sharding is no definition: it is made of chains, and resolved with them.
    if (name === SHARDING_CODEC || (other !== undefined && other !== definition)) {
      throw new TypeError(`codec ${name} is already registered`);
    }
  }
  validators.set(definition, validatorOf(definition));
  for (const name of names) definitions.set(name, definition);
}

function namesOf({ name, aliases = [] }: CodecDefinition): string[] {
  return [name, ...aliases];
}

/** What is wrong with what somebody takes for a definition: code without types may give anything. */
function definitionProblem(definition: Partial<Record<keyof CodecDefinition, unknown>>): string | undefined {
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

/** @throws TypeError where the schema is none */
function validatorOf({ name, configurationSchema }: CodecDefinition): Validator {
  const validator = new Validator(configurationSchema as object, "2020-12");
  try {
    validator.validate({});
  } catch (cause) {
    throw new TypeError(`the "configurationSchema" of codec ${name} is no JSON Schema`, { cause });
  }
  return validator;
}

/** Every known codec once, by its own name. */
export function registeredCodecs(): CodecDefinition[] {
  return [...new Set(definitions.values())];
}

/**
 * The definition that `name` means.
 * @throws QuarryError `UNSUPPORTED_CODEC`
 */
export function codecDefinition(name: string, path: string): CodecDefinition {
  const definition = definitions.get(name);
  if (definition === undefined) {
    const reason = REFUSED_CODECS.get(name);
    throw new QuarryError(
      "UNSUPPORTED_CODEC",
      reason !== undefined
        ? `codec ${name} of ${path} is refused: ${reason}`
        : `codec ${JSON.stringify(name)} of ${path} is not known here; registerCodec() adds one, \`quarry doctor\` lists those there are`,
      { path, codec: name },
    );
  }
  return definition;
}

/** The kind of the codec that `name` means, undefined for one that is not known. */
export function codecKindOf(name: string): CodecKind | undefined {
  return definitions.get(name)?.kind;
}

/**
 * Checks a codec's configuration and resolves it against the chunk that it will meet.
 * @throws QuarryError `UNSUPPORTED_CODEC`, `CODEC_CONFIGURATION`
 */
export function resolveCodec(codec: CodecMetadata, input: ChunkType, path: string): ResolvedCodec {
  const definition = codecDefinition(codec.name, path);
  const problem = configurationProblem(definition, codec.configuration);
  if (problem !== undefined) {
    throw new QuarryError("CODEC_CONFIGURATION", `codec ${codec.name} of ${path}: ${problem}`, {
      path,
      codec: codec.name,
    });
  }
  try {
    return checkedCodec(definition, definition.resolve(codec.configuration, input));
  } catch (error) {
    const [code, message] = isQuarryError(error)
      ? [error.code, error.message]
      : (["CODEC_CONFIGURATION", `codec ${codec.name} cannot be set up: ${messageOf(error)}`] as const);
    throw new QuarryError(code, `${message} (${path})`, { path, codec: codec.name, cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * What `definition` resolved to, found to be a codec as far as one can tell before it works. A plain object, whatever
 * class the author's may be of.
 */
function checkedCodec(definition: CodecDefinition, resolved: ResolvedCodec): ResolvedCodec {
  const { name, kind } = definition;
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
    portable: (heap) => startedCodec(resolved, heap),
  };
}

/** @throws QuarryError `CODEC_CONFIGURATION` */
async function startedCodec(resolved: ResolvedCodec, heap: ItemHeap | undefined): Promise<PortableCodec> {
  const { name } = resolved;
  let portable: PortableCodec;
  try {
    portable = await resolved.portable(heap);
  } catch (cause) {
    if (isQuarryError(cause)) throw cause;
    throw configurationError(name, `its portable() failed: ${messageOf(cause)}`, { cause });
  }
  if (typeof portable?.encode !== "function" || typeof portable.decode !== "function") {
    throw configurationError(name, "its portable() gave no encode() and decode()");
  }
  return portable;
}

/**
 * Refuses codecs that only Quarry puts into chains, in `codecs` and inside shards: what a document of Zarr v3 may hold
 * others can read.
 * @throws QuarryError `UNSUPPORTED_CODEC`
 */
export function refuseInternalCodecs(codecs: readonly CodecMetadata[], path: string): void {
  for (const { name, configuration } of codecs) {
    if (definitions.get(name)?.internal === true) {
      throw new QuarryError(
        "UNSUPPORTED_CODEC",
        `codec ${name} of ${path} is for what Quarry reads of other formats; no array of Zarr v3 has it`,
        { path, codec: name },
      );
    }
    if (name !== SHARDING_CODEC) continue;
    refuseInternalCodecs(parseCodecs(configuration.codecs) ?? [], path);
    refuseInternalCodecs(parseCodecs(configuration.index_codecs) ?? [], path);
  }
}

/**
 * Configurations that have been found valid: the arrays of a hierarchy have few different ones, and checking one takes
 * longer than resolving it.
 */
const validConfigurations = new WeakMap<CodecDefinition, Set<string>>();

/** For each codec. More are checked each time that they are met. */
const VALID_CONFIGURATIONS_MAX = 64;

function configurationProblem(definition: CodecDefinition, configuration: JsonObject): string | undefined {
  const text = JSON.stringify(configuration, beyondJson);
  let valid = validConfigurations.get(definition);
  if (valid === undefined) {
    valid = new Set();
    validConfigurations.set(definition, valid);
  }
  if (valid.has(text)) return undefined;
  const problem = schemaProblem(definition, configuration);
  if (problem === undefined && valid.size < VALID_CONFIGURATIONS_MAX) valid.add(text);
  return problem;
}

/** Numbers for which JSON has no word, so that they are not taken for others. */
function beyondJson(_: string, value: unknown): unknown {
  const isPlain = typeof value !== "bigint" && (typeof value !== "number" || Number.isFinite(value));
  return isPlain ? value : `number ${value}`;
}

function schemaProblem(definition: CodecDefinition, configuration: JsonObject): string | undefined {
  let validator = validators.get(definition);
  if (validator === undefined) {
    validator = validatorOf(definition);
    validators.set(definition, validator);
  }
  const { valid, errors } = validator.validate(withoutBigint(configuration));
  if (valid) return undefined;
  // Errors are listed from the outside in: the last is the innermost.
  const innermost = errors.at(-1)!;
  const field = innermost.instanceLocation.replace(/^#\/?/, "").replaceAll("/", ".");
  return `configuration${field === "" ? "" : `.${field}`} is not valid: ${innermost.error}`;
}

/** The validator cannot handle `bigint`. */
function withoutBigint(value: JsonValue): JsonValue {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(withoutBigint);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutBigint(item)]));
}
