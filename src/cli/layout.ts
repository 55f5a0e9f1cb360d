/** `quarry layout`: chunks, shards and codecs that suit an array, with the reasons. */
import { statfs } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { isQuarryError } from "../errors.ts";
import { CODEC_AIMS, type CodecAim } from "../layout/suggest-codecs.ts";
import { ACCESSES, type Access, suggestLayout } from "../layout/suggest-layout.ts";
import { type DataTypeSpelling, parseDataType } from "../metadata/parse-data-type.ts";
import {
  asUsage,
  type CommandContext,
  type CommandStreams,
  type ExitCode,
  helpEnd,
  UsageError,
  writeFaults,
  writeJson,
} from "./command.ts";
import { shapeLengths, wholeNumber } from "./flag-values.ts";
import { type ArrayAdvice, adviseOnStore } from "./layout-advice.ts";
import { adviceText, chainList, reasonText, shapeText } from "./layout-text.ts";

export interface LayoutCommandOptions {
  readonly shape?: readonly number[];
  readonly type?: DataTypeSpelling;
  readonly rows?: number;
  readonly access: Access;
  readonly ratio?: number;
  readonly itemBytes?: number;
  readonly blockBytes?: number;
  readonly disableSharding?: boolean;
  readonly codecs?: CodecAim;
  readonly json?: boolean;
}

const EXAMPLES = [
  "quarry layout --shape 0,20 --type int32 --ratio 14",
  "quarry layout stores/BTCUSDT.zarr/2024-W32.zarr --access point --codecs both",
];

export function register(command: Command, context: CommandContext): void {
  command
    .argument("[store]", "a store, an array in it, or a directory of stores (a symbol with its weeks)")
    .option(
      "--shape <lengths>",
      "of an array to be made, such as 0,20; rows are appended along the first",
      shapeLengths,
    )
    .option("--type <name>", "data type of an array to be made, such as int32", dataTypeNamed)
    .option(
      "--rows <count>",
      "rows in the end (default: not known; those of the store that is there)",
      wholeNumber(),
    )
    .addOption(new Option("--access <kind>", "what it is read for").choices(ACCESSES).default("window"))
    .option(
      "--ratio <factor>",
      "raw bytes for each stored byte (default: 1; as measured in the store)",
      factorOf,
    )
    .option(
      "--item-bytes <bytes>",
      "bytes that filters such as astype leave of an item (default: all)",
      factorOf,
    )
    .option(
      "--block-bytes <bytes>",
      "block of the file system (default: of that of the store, or of this directory)",
      wholeNumber(),
    )
    .option("--disable-sharding", "make each chunk a file")
    .addOption(
      new Option("--codecs <aim>", "also try codecs on the first rows of a store").choices(CODEC_AIMS),
    )
    .option("--json", "print one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((store: string | undefined, options: LayoutCommandOptions) =>
      context.run(options, () => layout(store, options, context.streams)),
    );
}

/** Suggests for the store, or for what the options describe. Nodes that cannot be read are named, and the exit code is 1. */
export async function layout(
  store: string | undefined,
  options: LayoutCommandOptions,
  streams: CommandStreams,
): Promise<ExitCode> {
  const blockBytes = options.blockBytes ?? (await statfs(store ?? ".").catch(() => undefined))?.bsize;
  const known = {
    access: options.access,
    estimatedRows: options.rows,
    blockBytes,
    disableSharding: options.disableSharding ?? false,
  };
  if (store === undefined) return suggestForShape(options, known, streams);
  for (const option of ["shape", "type", "ratio", "itemBytes"] as const) {
    if (options[option] !== undefined)
      throw new UsageError(`--${optionName(option)} is not for a store that is there`);
  }
  const { arrays, faults } = await adviseOnStore(store, { ...known, codecAim: options.codecs });
  if (options.json === true) {
    writeJson(streams, { path: store, ...known, arrays: arrays.map(adviceJson), faults });
  } else {
    streams.stdout.write(adviceText(store, arrays, options.access, options.codecs));
  }
  writeFaults(streams, faults);
  return faults.length === 0 ? 0 : 1;
}

function optionName(member: string): string {
  return member.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

async function suggestForShape(
  options: LayoutCommandOptions,
  known: Pick<
    Parameters<typeof suggestLayout>[0],
    "access" | "estimatedRows" | "blockBytes" | "disableSharding"
  >,
  streams: CommandStreams,
): Promise<ExitCode> {
  const { shape, type, ratio, itemBytes, codecs } = options;
  if (shape === undefined || type === undefined) {
    throw new UsageError("give a store, or --shape and --type of an array to be made");
  }
  if (codecs !== undefined) throw new UsageError("--codecs tries them on the rows of a store: give one");
  const {
    chunks,
    shards = null,
    reasons,
  } = await asUsage(async () =>
    suggestLayout({
      ...known,
      shape,
      dataType: type,
      compressionRatioHint: ratio,
      effectiveItemSize: itemBytes,
    }),
  );
  if (options.json === true) {
    writeJson(streams, { shape, dataType: type, ...known, chunkShape: chunks, shardShape: shards, reasons });
  } else {
    const lines = [
      `chunks ${shapeText(chunks)}`,
      `shards ${shapeText(shards)}`,
      "",
      ...reasons.map(reasonText),
    ];
    streams.stdout.write(`${lines.join("\n")}\n`);
  }
  return 0;
}

function adviceJson({ trial, ...advice }: ArrayAdvice): object {
  if (trial === null) return { ...advice, trial };
  const { codecs, present, tried, ...facts } = trial;
  return {
    ...advice,
    trial: {
      ...facts,
      codecs: chainList(codecs),
      present: present && chainList(present),
      tried: tried.map((chain) => ({ ...chain, codecs: chainList(chain.codecs) })),
    },
  };
}

function dataTypeNamed(text: string): DataTypeSpelling {
  try {
    parseDataType(text);
    return text as DataTypeSpelling;
  } catch (error) {
    if (!isQuarryError(error)) throw error;
    throw new InvalidArgumentError(error.message);
  }
}

function factorOf(text: string): number {
  const factor = Number(text);
  if (text.trim() !== "" && Number.isFinite(factor) && factor > 0) return factor;
  throw new InvalidArgumentError("it takes a number above 0.");
}
