/** `quarry create`: an empty store from a schema. */
import { type Command, Option } from "commander";
import { ACCESSES, type Access } from "../layout/suggest-layout.ts";
import { createStore } from "../market/create-from-schema.ts";
import { ZSTD_LEVEL_MAX } from "../market/schema-codecs.ts";
import { readSchemaFile } from "../market/schema-file.ts";
import { StoreDraft } from "../market/store-draft.ts";
import { hierarchyText, readHierarchies } from "../zarr/hierarchy-tree.ts";
import { inspect } from "../zarr/inspect.ts";
import { asUsage, type CommandContext, type CommandStreams, type ExitCode, helpEnd } from "./command.ts";
import { wholeNumber } from "./flag-values.ts";
import { jsonText } from "./json-text.ts";

export interface CreateCommandOptions {
  readonly schema: string;
  readonly zstdLevel?: number;
  readonly rows?: number;
  readonly access?: Access;
  readonly disableSharding?: boolean;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = [
  "quarry create bars.zarr --schema bars.toml",
  "quarry create features.zarr --schema features.json --rows 2000000 --access scan --zstd-level 19",
];

export function register(command: Command, context: CommandContext): void {
  command
    .argument("<store>", "directory that becomes the store; it appears whole or not at all")
    .requiredOption("--schema <file>", "the schema, .json or .toml (spec/schemas.md)")
    .option(
      "--zstd-level <level>",
      `of arrays that give no compressors, 1 to ${ZSTD_LEVEL_MAX} (default: 9)`,
      wholeNumber(1, ZSTD_LEVEL_MAX),
    )
    .option("--rows <count>", "rows that the arrays will have, about (default: not known)", wholeNumber())
    .addOption(
      new Option("--access <kind>", "what they are mostly read for (default: window)").choices(ACCESSES),
    )
    .option("--disable-sharding", "make each chunk a file")
    .option("--overwrite", "replace a store that is there already (default: that is an error)")
    .option("--json", "print what was made as one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((store: string, options: CreateCommandOptions) =>
      context.run(options, () => create(store, options, context.streams)),
    );
}

/** Makes the store at `path` and says what is in it. */
export async function create(
  path: string,
  options: CreateCommandOptions,
  streams: CommandStreams,
): Promise<ExitCode> {
  const { zstdLevel, rows: estimatedRows, access, disableSharding, overwrite = false } = options;
  const schema = await asUsage(() => readSchemaFile(options.schema, { zstdLevel }));
  const draft = await StoreDraft.begin(path, overwrite);
  try {
    await createStore(draft.path, schema, { estimatedRows, access, disableSharding });
    await draft.publish();
  } catch (error) {
    await draft.discard();
    throw error;
  }
  if (options.json === true) {
    const { groups, arrays } = await inspect(path);
    streams.stdout.write(`${jsonText({ path, schema: schema.name, groups, arrays })}\n`);
  } else {
    streams.stderr.write(`${path}: an empty store of the schema ${schema.name}\n`);
    for (const root of await readHierarchies(path)) streams.stderr.write(`${hierarchyText(root)}\n`);
  }
  return 0;
}
