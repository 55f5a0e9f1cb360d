/** `quarry tree`: the nodes of a store, a line each. */
import type { Command } from "commander";
import { type HierarchyNode, hierarchyText, readHierarchies } from "../zarr/hierarchy-tree.ts";
import { type CommandContext, type CommandStreams, type ExitCode, helpEnd, writeFaults } from "./command.ts";
import { wholeNumber } from "./flag-values.ts";
import { jsonText } from "./json-text.ts";

export interface TreeCommandOptions {
  readonly depth?: number;
  readonly json?: boolean;
}

const EXAMPLES = [
  "quarry tree stores/BTCUSDT.zarr/2024-W32.zarr",
  "quarry tree stores/BTCUSDT.zarr --depth 1",
];

export function register(command: Command, context: CommandContext): void {
  command
    .argument("<path>", "a store, an array in it, or a directory of stores (a symbol with its weeks)")
    .option("--depth <levels>", "levels below the top to show (default: all)", wholeNumber())
    .option("--json", "print one JSON document on stdout, attributes included")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((path: string, options: TreeCommandOptions) =>
      context.run(options, () => tree(path, options, context.streams)),
    );
}

/** Shows what is at `path`. Nodes that cannot be read are named, and the exit code is 1. */
export async function tree(
  path: string,
  { depth, json }: TreeCommandOptions,
  streams: CommandStreams,
): Promise<ExitCode> {
  const roots = await readHierarchies(path, depth);
  if (json === true) {
    streams.stdout.write(`${jsonText({ path, hierarchies: roots })}\n`);
  } else {
    for (const root of roots) streams.stdout.write(`${hierarchyText(root)}\n`);
  }
  const faults = roots.flatMap(faultsOf);
  writeFaults(streams, faults);
  return faults.length === 0 ? 0 : 1;
}

function faultsOf(node: HierarchyNode): (HierarchyNode & { readonly kind: "unreadable" })[] {
  if (node.kind === "array") return [];
  return [...(node.kind === "unreadable" ? [node] : []), ...node.children.flatMap(faultsOf)];
}
