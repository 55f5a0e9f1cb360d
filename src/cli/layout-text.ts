/** Layouts and codecs as people read them. */
import type { ChainCodecs, CodecAim, TriedChain } from "../layout/suggest-codecs.ts";
import type { Access } from "../layout/suggest-layout.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import { codecText } from "../metadata/codec-text.ts";
import type { ArrayAdvice, CodecTrial } from "./layout-advice.ts";
import { grouped, plural } from "./quantities.ts";
import { textTable } from "./text-table.ts";

/** A table of what the arrays have and what suits them, the reasons, and the codecs that were tried. */
export function adviceText(
  path: string,
  arrays: readonly ArrayAdvice[],
  access: Access,
  codecs: CodecAim | undefined,
): string {
  const changed = arrays.filter(({ differs }) => differs).length;
  const lines = [
    `${path}: ${plural(arrays.length, "array")}, read for ${USE[access]}; ${changed} would be laid out otherwise`,
  ];
  if (arrays.length > 0) lines.push("", ...layoutTable(arrays));
  for (const [reasons, paths] of byReasons(arrays))
    lines.push("", `${paths.join(", ")}:`, ...reasons.map(reasonText));
  if (codecs !== undefined) lines.push("", ...codecTable(arrays, codecs));
  return `${lines.join("\n")}\n`;
}

const USE: Readonly<Record<Access, string>> = {
  scan: "scans",
  window: "windows of rows",
  point: "single rows",
};

function layoutTable(arrays: readonly ArrayAdvice[]): string[] {
  const rows = arrays.map(({ path, dataType, shape, chunkShape, shardShape, suggested, differs }) => [
    path,
    dataType,
    shapeText(shape),
    shapeText(chunkShape),
    shapeText(shardShape),
    ...suggestionCells(suggested, differs),
  ]);
  return textTable([
    ["array", "type", "shape", "chunk", "shard", "suggested chunk", "suggested shard"],
    ...rows,
  ]);
}

function suggestionCells(suggested: ArrayAdvice["suggested"], differs: boolean): [string, string] {
  if (suggested === null) return ["no rule", ""];
  return differs ? [shapeText(suggested.chunkShape), shapeText(suggested.shardShape)] : ["as it is", ""];
}

/** Arrays that share their rows have the same reasons: these are told once. */
function byReasons(arrays: readonly ArrayAdvice[]): Map<readonly string[], string[]> {
  const told = new Map<string, [readonly string[], string[]]>();
  for (const { path, reasons } of arrays) {
    const entry = told.get(reasons.join("\n")) ?? [reasons, []];
    entry[1].push(path);
    told.set(reasons.join("\n"), entry);
  }
  return new Map(told.values());
}

/** The best few of each array, and what it has. */
const CHAINS_SHOWN = 3;

function codecTable(arrays: readonly ArrayAdvice[], aim: CodecAim): string[] {
  const rows = arrays.flatMap(({ path, trial }) => {
    const isShown = (chain: TriedChain, index: number) =>
      index < CHAINS_SHOWN || chain.codecs === trial?.present;
    const shown = trial?.tried.filter(isShown) ?? [];
    return shown.map((chain, index) => [index === 0 ? path : "", ...chainCells(chain, trial!)]);
  });
  const heading = [
    "array",
    `codecs, the best for ${aim} first`,
    "bytes a row",
    "ratio",
    "encode MB/s",
    "decode MB/s",
  ];
  return textTable([heading, ...rows], [2, 3, 4, 5]);
}

function chainCells({ codecs, storedBytes, encodeMs, decodeMs }: TriedChain, trial: CodecTrial): string[] {
  const { rows, rawBytes, present } = trial;
  const chain = chainList(codecs).map(codecText).join(" ") || "none";
  return [
    codecs === present ? `${chain} (as it is)` : chain,
    (storedBytes / rows).toFixed(2),
    (rawBytes / storedBytes).toFixed(1),
    grouped(Math.round(rawBytes / 1000 / encodeMs)),
    grouped(Math.round(rawBytes / 1000 / decodeMs)),
  ];
}

export function chainList({ filters, compressors }: ChainCodecs): readonly CodecMetadata[] {
  return [...filters, ...compressors];
}

export function shapeText(shape: readonly number[] | null): string {
  return shape === null ? "-" : `[${shape.join(", ")}]`;
}

export function reasonText(reason: string): string {
  return `  ${reason}`;
}
