/**
 * `quarry.toml`: which captures `quarry ingest` reads, and how it stores them. The keys are those of
 * `spec/schemas/quarry-toml.schema.json`, and an unknown one is an error. Paths in it are relative to it.
 */
import { dirname } from "node:path";
import quarryTomlSchema from "../../../spec/schemas/quarry-toml.schema.json" with { type: "json" };
import type { SyncMode } from "../../append/index.ts";
import { DescribedSchema, fieldName } from "../../metadata/described-schema.ts";
import { DecimalGrid } from "../decimal-grid.ts";
import type { PartitionKind } from "../partition.ts";
import type { PresetName } from "../presets.ts";
import { FORMAT_NAMES, type FormatName } from "../sources/index.ts";
import type { StepType, StepTypeOptions } from "../step-types.ts";
import { readSettingsText } from "./settings-text.ts";
import { TomlDocument } from "./toml-document.ts";

/** What a symbol and the whole file may both say; a symbol's own word counts. */
interface CaptureSettings extends StepTypeOptions {
  readonly format?: FormatName | undefined;
  readonly levels?: number | undefined;
  /** Refused lines beyond which a capture is given up. */
  readonly maxRefused?: number | undefined;
}

export interface SymbolSettings extends CaptureSettings {
  readonly name: string;
  /** Below the input directory; default: all files of its directory of the symbol's name. */
  readonly files?: readonly string[] | undefined;
  /** Decimal text. */
  readonly tickSize?: string | undefined;
  readonly lotSize?: string | undefined;
  readonly priceUnits?: string | undefined;
  readonly sizeUnits?: string | undefined;
  /** What the columns of a CSV file are, by the names in its header. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
}

export interface QuarrySettings extends CaptureSettings {
  /** The file, for messages. */
  readonly file: string;
  /** That `input` and `output` are relative to. */
  readonly directory: string;
  readonly input?: string | undefined;
  readonly output?: string | undefined;
  readonly symbols: readonly SymbolSettings[];
  readonly partition?: PartitionKind | undefined;
  readonly preset?: PresetName | undefined;
  readonly zstdLevel?: number | undefined;
  readonly tryCodecs?: boolean | undefined;
  readonly disableSharding?: boolean | undefined;
  readonly maxConcurrentReads?: number | undefined;
  readonly maxConcurrentWrites?: number | undefined;
  readonly lateToleranceMs?: number | undefined;
  readonly sync?: SyncMode | undefined;
  readonly overwrite?: boolean | undefined;
}

const SCHEMA = new DescribedSchema(quarryTomlSchema);

/** @throws QuarryError `NOT_FOUND`, `STORE_FAILED`; `CONFIG_INVALID` with file, line and key */
export async function readQuarryToml(file: string): Promise<QuarrySettings> {
  return parseQuarryToml(await readSettingsText(file, "CONFIG_INVALID"), file);
}

/** @throws QuarryError `CONFIG_INVALID` with file, line and key */
export function parseQuarryToml(text: string, file: string): QuarrySettings {
  const toml = new TomlDocument(text, file, "CONFIG_INVALID");
  const problem = SCHEMA.problemOf(toml.value);
  if (problem !== undefined) throw toml.faultAt(problem.place, problem.message);
  const document = toml.value as unknown as TomlSettings;
  if (document.preset === "fast" && document.zstd_level !== undefined) {
    throw toml.faultAt(["zstd_level"], "zstd_level is for the presets portable and small; fast has no zstd");
  }
  if (document.try_codecs === true && document.zstd_level !== undefined) {
    throw toml.faultAt(
      ["zstd_level"],
      "zstd_level is for the chains of a preset; try_codecs has levels of its own",
    );
  }
  return {
    file,
    directory: dirname(file),
    input: document.input,
    output: document.output,
    symbols: symbolsOf(document.symbols ?? [], toml),
    format: formatOf(document.format, ["format"], toml),
    levels: document.levels,
    maxRefused: document.max_refused,
    priceType: document.price_type,
    sizeType: document.size_type,
    partition: document.partition,
    preset: document.preset,
    zstdLevel: document.zstd_level,
    tryCodecs: document.try_codecs,
    disableSharding: document.disable_sharding,
    maxConcurrentReads: document.max_concurrent_reads,
    maxConcurrentWrites: document.max_concurrent_writes,
    lateToleranceMs: document.late_tolerance_ms,
    sync: document.sync,
    overwrite: document.overwrite,
  };
}

/** What the file holds, once its schema has been kept. */
interface TomlSettings {
  readonly input?: string;
  readonly output?: string;
  readonly symbols?: readonly (string | TomlSymbol)[];
  readonly format?: string;
  readonly levels?: number;
  readonly price_type?: StepType;
  readonly size_type?: StepType;
  readonly partition?: PartitionKind;
  readonly preset?: PresetName;
  readonly zstd_level?: number;
  readonly try_codecs?: boolean;
  readonly disable_sharding?: boolean;
  readonly max_concurrent_reads?: number;
  readonly max_concurrent_writes?: number;
  readonly max_refused?: number;
  readonly late_tolerance_ms?: number;
  readonly sync?: SyncMode;
  readonly overwrite?: boolean;
}

interface TomlSymbol {
  readonly name: string;
  readonly files?: readonly string[];
  readonly format?: string;
  readonly levels?: number;
  readonly tick_size?: string | number | bigint;
  readonly lot_size?: string | number | bigint;
  readonly price_type?: StepType;
  readonly size_type?: StepType;
  readonly price_units?: string;
  readonly size_units?: string;
  readonly max_refused?: number;
  readonly columns?: Readonly<Record<string, string>>;
}

function symbolsOf(symbols: readonly (string | TomlSymbol)[], toml: TomlDocument): SymbolSettings[] {
  const settings = symbols.map((symbol, index) => {
    const place = ["symbols", String(index)];
    return typeof symbol === "string" ? { name: symbol } : symbolOf(symbol, place, toml);
  });
  const names = settings.map(({ name }) => name);
  const repeated = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (repeated >= 0) {
    throw toml.faultAt(["symbols", String(repeated)], `symbols: ${names[repeated]} is there twice`);
  }
  return settings;
}

function symbolOf(symbol: TomlSymbol, place: readonly string[], toml: TomlDocument): SymbolSettings {
  const { name, files, levels, columns } = symbol;
  return {
    name,
    files,
    format: formatOf(symbol.format, [...place, "format"], toml),
    levels,
    tickSize: stepOf(symbol.tick_size, [...place, "tick_size"], toml),
    lotSize: stepOf(symbol.lot_size, [...place, "lot_size"], toml),
    priceType: symbol.price_type,
    sizeType: symbol.size_type,
    priceUnits: symbol.price_units,
    sizeUnits: symbol.size_units,
    maxRefused: symbol.max_refused,
    columns,
  };
}

function formatOf(
  name: string | undefined,
  place: readonly string[],
  toml: TomlDocument,
): FormatName | undefined {
  if (name === undefined || (FORMAT_NAMES as readonly string[]).includes(name)) return name as FormatName;
  throw toml.faultAt(
    place,
    `${fieldName(place)} must be one of ${FORMAT_NAMES.join(", ")}, not ${JSON.stringify(name)}`,
  );
}

function stepOf(
  step: string | number | bigint | undefined,
  place: readonly string[],
  toml: TomlDocument,
): string | undefined {
  if (step === undefined) return undefined;
  try {
    return new DecimalGrid(String(step)).step;
  } catch {
    throw toml.faultAt(
      place,
      `${fieldName(place)} must be a positive decimal number such as "0.1", not ${step}`,
    );
  }
}
