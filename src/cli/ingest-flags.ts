/** The flags of `quarry ingest`, each absent where it is not given: what a `quarry.toml` says counts then. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { SyncMode } from "../append/index.ts";
import { PARTITION_KINDS, type PartitionKind } from "../market/partition.ts";
import { PRESET_NAMES, type PresetName } from "../market/presets.ts";
import { ZSTD_LEVEL_MAX } from "../market/schema-codecs.ts";
import { LEVELS_MAX } from "../market/schemas/book.ts";
import { FORMAT_NAMES, type FormatName } from "../market/sources/index.ts";
import { STEP_TYPES, type StepType } from "../market/step-types.ts";
import { SYNC_MODES } from "../market/store-draft.ts";
import { decimalStep, wholeNumber } from "./flag-values.ts";

export interface IngestFlags {
  readonly config?: string;
  readonly format?: FormatName;
  readonly out?: string;
  readonly symbol?: string;
  readonly levels?: number;
  readonly tickSize?: string;
  readonly lotSize?: string;
  readonly priceType?: StepType;
  readonly sizeType?: StepType;
  readonly partition?: PartitionKind;
  readonly preset?: PresetName;
  readonly zstdLevel?: number;
  readonly tryCodecs?: boolean;
  readonly column?: Readonly<Record<string, string>>;
  readonly disableSharding?: boolean;
  readonly maxConcurrentReads?: number;
  readonly maxConcurrentWrites?: number;
  readonly maxRefused?: number;
  readonly lateToleranceMs?: number;
  readonly sync?: SyncMode;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** More would be as many open files, and no faster. */
const CONCURRENCY_MAX = 64;

export function addIngestFlags(command: Command): Command {
  return command
    .option("--config <file>", "settings for what no flag says (without files: quarry.toml, if it is there)")
    .addOption(
      new Option("--format <name>", "format of the captures (default: told by what they begin with)").choices(
        FORMAT_NAMES,
      ),
    )
    .option("--out <dir>", "directory that gets SYMBOL.zarr")
    .option(
      "--symbol <symbol>",
      "name of the instrument, and which to take from a capture of several; without files, the one symbol of " +
        "the settings to ingest",
    )
    .option(
      "--levels <count>",
      `levels of each side in a row, 1 to ${LEVELS_MAX} (default: 20)`,
      wholeNumber(1, LEVELS_MAX),
    )
    .option("--tick-size <step>", "price step, such as 0.1 (default: found from the data)", decimalStep)
    .option("--lot-size <step>", "size step, such as 0.001 (default: found from the data)", decimalStep)
    .addOption(
      new Option("--price-type <type>", "what prices in ticks are stored as (default: int32)").choices(
        STEP_TYPES,
      ),
    )
    .addOption(
      new Option(
        "--size-type <type>",
        "what sizes in lots are stored as: int64 where they do not fit 32 bits (default: int32)",
      ).choices(STEP_TYPES),
    )
    .addOption(
      new Option("--partition <span>", "time that one store holds, in UTC (default: week)").choices(
        PARTITION_KINDS,
      ),
    )
    .addOption(
      new Option(
        "--preset <name>",
        "compression: for every reader, for least space, for least work (default: portable)",
      ).choices(PRESET_NAMES),
    )
    .option(
      "--zstd-level <level>",
      `of the presets portable (default: 3) and small (default: 9), 1 to ${ZSTD_LEVEL_MAX}`,
      wholeNumber(1, ZSTD_LEVEL_MAX),
    )
    .option(
      "--try-codecs",
      "try codecs on the first rows of each array, and take the best for what the preset is for",
    )
    .option(
      "--column <field=name>",
      "what a column of a CSV file is called, such as time=date; once for each",
      namedColumn,
    )
    .option("--disable-sharding", "make each chunk a file")
    .option(
      "--max-concurrent-reads <count>",
      "symbols that are read at a time (default: 2)",
      wholeNumber(1, CONCURRENCY_MAX),
    )
    .option(
      "--max-concurrent-writes <count>",
      "arrays of a symbol that are written at a time (default: 4)",
      wholeNumber(1, CONCURRENCY_MAX),
    )
    .option(
      "--max-refused <count>",
      "refused lines beyond which a capture is given up (default: none)",
      wholeNumber(),
    )
    .option(
      "--late-tolerance-ms <ms>",
      "milliseconds that a row may be earlier than the latest before it (default: any)",
      wholeNumber(0, 1e12),
    )
    .addOption(
      new Option(
        "--sync <mode>",
        "whether the disk holds a store before it appears (default: always)",
      ).choices(SYNC_MODES),
    )
    .option("--overwrite", "replace stores that are there already (default: that is an error)")
    .option("--json", "print the report as one JSON document on stdout");
}

/** Adds `field=name` to those before it. */
function namedColumn(
  text: string,
  columns: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const { field, name } = /^(?<field>[a-z]+)=(?<name>.+)$/.exec(text)?.groups ?? {};
  if (field === undefined) throw new InvalidArgumentError("a column is field=name, such as time=date.");
  return { ...columns, [field]: name! };
}
