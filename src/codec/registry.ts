/**
 * Which codec a name in metadata means. The built-in ones are those of `codecs/`; others are registered by
 * their authors and run in JavaScript.
 */
import { Validator } from "@cfworker/json-schema";
import type { ChunkType, CodecDefinition, CodecKind, ResolvedCodec } from "../../codecs/definition.ts";
import { CODEC_DEFINITIONS } from "../../codecs/index.ts";
import { REFUSED_CODECS } from "../../codecs/refused.ts";
import { isQuarryError, QuarryError } from "../errors.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import type { JsonObject, JsonValue } from "../metadata/json.ts";
import { checkedCodec, definitionProblem, messageOf } from "./codec-checks.ts";
import { distinctText } from "./distinct-text.ts";
import { parseCodecs, SHARDING_CODEC } from "./sharding/configuration.ts";

const definitions = new Map<string, CodecDefinition>();
const validators = new WeakMap<CodecDefinition, Validator>();
for (const definition of CODEC_DEFINITIONS) {
  for (const name of namesOf(definition)) definitions.set(name, definition);
}

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
    return checkedCodec(definition, definition.resolve(codec.configuration, input), codec.name, path);
  } catch (error) {
    const [code, message] = isQuarryError(error)
      ? [error.code, error.message]
      : (["CODEC_CONFIGURATION", `codec ${codec.name} cannot be set up: ${messageOf(error)}`] as const);
    throw new QuarryError(code, `${message} (${path})`, { path, codec: codec.name, cause: error });
  }
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
  const text = distinctText(configuration);
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
