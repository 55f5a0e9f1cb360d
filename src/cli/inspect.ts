/** `quarry inspect`: what a store holds, from its metadata and the sizes of its files. */
import type { Command } from "commander";
import { type BookSummary, bookSummaryOf } from "../market/book-summary.ts";
import { codecText } from "../metadata/codec-text.ts";
import type { JsonObject } from "../metadata/json.ts";
import { type InspectedArray, type Inspection, inspect as inspectLocation } from "../zarr/inspect.ts";
import { type CommandContext, type CommandStreams, type ExitCode, helpEnd, writeFaults } from "./command.ts";
import { jsonText } from "./json-text.ts";
import { byteText, grouped, plural } from "./quantities.ts";
import { textTable } from "./text-table.ts";

export interface InspectCommandOptions {
  readonly json?: boolean;
}

const EXAMPLES = [
  "quarry inspect stores/BTCUSDT.zarr",
  "quarry inspect stores/BTCUSDT.zarr/2024-W32.zarr --json",
];

export function register(command: Command, context: CommandContext): void {
  command
    .argument("<path>", "a store, an array in it, or a directory of stores (a symbol with its weeks)")
    .option("--json", "print one JSON document on stdout")
    .addHelpText("after", helpEnd(EXAMPLES))
    .action((path: string, options: InspectCommandOptions) =>
      context.run(options, () => inspect(path, options, context.streams)),
    );
}

/** Describes what is at `path`. Nodes that cannot be read are named, and the exit code is 1. */
export async function inspect(
  path: string,
  options: InspectCommandOptions,
  streams: CommandStreams,
): Promise<ExitCode> {
  const inspection = await inspectLocation(path);
  const books = inspection.hierarchies.flatMap(({ path, attributes }) => {
    const summary = bookSummaryOf(attributes);
    return summary === undefined ? [] : [{ path, ...summary }];
  });
  if (options.json === true) {
    const { hierarchies: _, ...fields } = inspection;
    streams.stdout.write(`${jsonText({ path, ...fields, books })}\n`);
  } else {
    streams.stdout.write(inspectionText(path, inspection, books));
  }
  writeFaults(streams, inspection.faults);
  return inspection.faults.length === 0 ? 0 : 1;
}

type Book = BookSummary & { readonly path: string };

function inspectionText(path: string, inspection: Inspection, books: readonly Book[]): string {
  const { kind, arrays, groups, rawBytes, storedBytes } = inspection;
  const counts =
    kind === "array" ? "" : `, ${plural(arrays.length, "array")} in ${plural(groups.length, "group")}`;
  const format = arrays.some(({ zarrFormat }) => zarrFormat === 2) ? " of Zarr v2" : "";
  const lines = [
    `${path}: ${kind}${format}${counts}, ${byteText(storedBytes)} stored${rawBytes === null ? "" : ` for ${byteText(rawBytes)} (${ratioText(rawBytes, storedBytes)} times smaller)`}`,
    ...books.flatMap(bookText),
  ];
  if (arrays.length > 0) lines.push("", ...arrayTable(inspection));
  return `${lines.join("\n")}\n`;
}

function bookText(book: Book): string[] {
  const { path, symbol, rows, levels, trades, first, last, gaps, complete, tickSize, lotSize } = book;
  const count = (value: number | null): string => (value === null ? "unknown" : grouped(value));
  const range = first === null || last === null ? "no time range recorded" : `${first} to ${last}`;
  return [
    `${path}: order book of ${symbol ?? "an unnamed symbol"}, ${count(rows)} rows of ${count(levels)} levels, ${count(trades)} trades`,
    `  ${range}`,
    `  gaps ${count(gaps)} in the whole capture${complete === false ? ", which was not read to its end" : ""}; ` +
      `tick ${tickSize ?? "unknown"}, lot ${lotSize ?? "unknown"}`,
  ];
}

const HEADING = [
  "array",
  "type",
  "shape",
  "chunk",
  "shard",
  "codecs",
  "files",
  "raw",
  "stored",
  "ratio",
  "runs on",
];
const NUMBER_COLUMNS = [6, 7, 8, 9];

/** The tree: a line a node, indented by its depth. */
function arrayTable({ groups, arrays }: Inspection): string[] {
  const rows = [
    ...groups.map((path) => ({ path, cells: [nodeLabel(path, true), ...HEADING.slice(1).map(() => "")] })),
    ...arrays.map((array) => ({ path: array.path, cells: arrayCells(array) })),
  ];
  // "/" sorts before any character of a name that matters here, so that children follow their parent.
  rows.sort((a, b) => (sortKey(a.path) < sortKey(b.path) ? -1 : 1));
  return textTable([HEADING, ...rows.map((row) => row.cells)], NUMBER_COLUMNS);
}

function sortKey(path: string): string {
  return path.replaceAll("/", "\0");
}

function arrayCells(array: InspectedArray): string[] {
  const { shape, dimensionNames, chunkShape, shardShape, codecs, rawBytes, storedBytes } = array;
  const extents = shape.map((extent, axis) => {
    const name = dimensionNames?.[axis];
    return name == null ? String(extent) : `${name} ${extent}`;
  });
  return [
    nodeLabel(array.path, false),
    dataTypeText(array),
    `[${extents.join(", ")}]`,
    `[${chunkShape.join(", ")}]`,
    shardShape === null ? "-" : `[${shardShape.join(", ")}]`,
    codecs.map(codecText).join(" "),
    grouped(array.objects),
    rawBytes === null ? "-" : byteText(rawBytes),
    byteText(storedBytes),
    ratioText(rawBytes, storedBytes),
    runnerText(array),
  ];
}

/** `native`, or `portable (numcodecs.bz2)`: with the codecs on whose account the whole chain is. */
function runnerText({ backend, codecs }: InspectedArray): string {
  if (backend === null) return "nothing here";
  const notNative = codecs.filter(({ native }) => native === false).map(({ name }) => name);
  return notNative.length === 0 ? backend : `${backend} (${notNative.join(", ")})`;
}

function nodeLabel(path: string, isGroup: boolean): string {
  const segments = path === "/" ? [] : path.slice(1).split("/");
  const label = segments.length === 0 ? "/" : `${segments.at(-1)}${isGroup ? "/" : ""}`;
  return `${"  ".repeat(segments.length)}${label}`;
}

/** `fixed_length_utf32(20 bytes)`, `numpy.datetime64(10 s)`, `struct(price size)`. */
function dataTypeText({ dataType, dataTypeConfiguration }: InspectedArray): string {
  const { length_bytes, unit, scale_factor, fields } = dataTypeConfiguration ?? {};
  if (length_bytes !== undefined) return `${dataType}(${String(length_bytes)} bytes)`;
  if (unit !== undefined)
    return `${dataType}(${scale_factor === 1 ? "" : `${String(scale_factor)} `}${String(unit)})`;
  if (!Array.isArray(fields)) return dataType;
  const names = fields.map((field) => (Array.isArray(field) ? field[0] : (field as JsonObject).name));
  return `${dataType}(${names.join(" ")})`;
}

function ratioText(rawBytes: number | null, storedBytes: number): string {
  return rawBytes === null || storedBytes === 0 ? "-" : (rawBytes / storedBytes).toFixed(1);
}
