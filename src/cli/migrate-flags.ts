/** The flags of `quarry migrate`. */
import { type Command, Option } from "commander";
import { PRESET_NAMES, type PresetName } from "../market/presets.ts";
import { STEP_TYPES, type StepType } from "../market/step-types.ts";
import { LAYOUT_NAMES, type LayoutName } from "../migrate/options.ts";
import { byteSize } from "./byte-size.ts";
import { decimalStep, shapeLengths, wholeNumber } from "./flag-values.ts";

export interface MigrateFlags {
  readonly preset: PresetName;
  readonly layout: LayoutName;
  readonly tickSize?: string;
  readonly lotSize?: string;
  readonly priceType?: StepType;
  readonly sizeType?: StepType;
  readonly exclude?: readonly string[];
  readonly dtype?: string;
  readonly shape?: readonly number[];
  readonly skipCorrupt?: boolean;
  readonly resume?: boolean;
  readonly verify: boolean;
  readonly memory?: number;
  readonly jobs?: number;
  readonly dryRun?: boolean;
  readonly plan?: string;
  readonly task?: string;
  readonly index?: number;
  readonly json?: boolean;
}

export function addMigrateFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--preset <name>", "compression: for every reader, for least space, for least work")
        .choices(PRESET_NAMES)
        .default("portable"),
    )
    .addOption(
      new Option("--layout <name>", "arrays as they are, or a collector's book in whole ticks and lots")
        .choices(LAYOUT_NAMES)
        .default("raw"),
    )
    .option("--tick-size <step>", "price step of the layout book (default: found from the data)", decimalStep)
    .option("--lot-size <step>", "size step of the layout book (default: found from the data)", decimalStep)
    .addOption(
      new Option("--price-type <type>", "what the layout book stores prices as (default: int32)").choices(
        STEP_TYPES,
      ),
    )
    .addOption(
      new Option("--size-type <type>", "what the layout book stores sizes as (default: int32)").choices(
        STEP_TYPES,
      ),
    )
    .option("--exclude <array>", "leave an array out, such as /text_pickled; may be repeated", collected)
    .option("--dtype <type>", "of a .bin file without a sidecar: NumPy's type string, such as <f4")
    .option("--shape <extents>", "of a .bin file without a sidecar, such as 400,50,3", shapeLengths)
    .option("--skip-corrupt", "keep what can be read of damaged stores (default: they are not migrated)")
    .option("--resume", "continue what was begun before, at the last finished shard")
    .option("--no-verify", "do not read back and compare what was written")
    .option("--memory <size>", "memory to stay within, at least 256MiB (default: 1GiB)", byteSize)
    .option("--jobs <count>", "stores that are migrated at the same time (default: 2)", wholeNumber())
    .option("--dry-run", "print what would be done, with estimates, and write nothing")
    .option("--plan <file>", "write the work to a file, one independent task a line, and do nothing else")
    .option("--task <task>", "run one task: a line of a plan, or the plan's file together with --index")
    .option("--index <number>", "which line of the plan's file, counted from 0", wholeNumber())
    .option("--json", "print the report as one JSON document on stdout");
}

function collected(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
