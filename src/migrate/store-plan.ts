/**
 * What becomes of a source, settled before anything is written: the documents of the destination, how each array is
 * copied within the memory there is, and all that stands against it.
 */

import { createHash } from "node:crypto";
import { backend } from "../codec/backend.ts";
import { isQuarryError } from "../errors.ts";
import type { PresetName } from "../market/presets.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { serializeArrayMetadata } from "../metadata/array-metadata.ts";
import { stringifyJson } from "../metadata/json.ts";
import type { NodePath } from "../metadata/node-name.ts";
import { missingInWeek } from "./book-week.ts";
import { destinationArray, layoutRowBytes } from "./destination-array.ts";
import { namesOfDimensions } from "./dimension-names.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { MigrationRefusal, SourceFault } from "./report.ts";
import type { MigrationSource, SourceArray } from "./source.ts";
import { type WindowSizes, windowSizes } from "./windows.ts";

export interface ArrayPlan {
  readonly source: SourceArray;
  readonly destination: ArrayMetadata;
  readonly sizes: WindowSizes;
}

export interface StorePlan {
  readonly source: MigrationSource;
  readonly arrays: readonly ArrayPlan[];
  /** What cannot be migrated at all: nothing is, where there is one. */
  readonly refusals: readonly MigrationRefusal[];
  /** What is damaged or missing as far as metadata tells. */
  readonly faults: readonly SourceFault[];
  /** Hash of all that decides which bytes are written: two plans of one identity give the same store. */
  readonly identity: string;
}

export interface StorePlanOptions {
  readonly preset: PresetName;
  /** Paths of arrays that are left out. */
  readonly exclude: readonly string[];
  /** What this store should make do with, where it can, and what there is. */
  readonly shareBytes: number;
  readonly totalBytes: number;
  /** Further facts that belong to the identity. */
  readonly identity: readonly string[];
}

export async function planStore(source: MigrationSource, options: StorePlanOptions): Promise<StorePlan> {
  const isTaken = ({ path }: { readonly path: NodePath }): boolean => !options.exclude.includes(path);
  const taken = source.arrays.filter(isTaken);
  const refusals: MigrationRefusal[] = source.refusals
    .filter(isTaken)
    .map(({ path, code, reason }) => ({ array: path, code, reason }));
  const faults: SourceFault[] = (source.salvaged ?? [])
    .filter(isTaken)
    .map(({ path, code, reason }) => ({ array: path, chunk: null, rows: null, code, message: reason }));
  const names = namesOfDimensions(taken);
  const arrays: ArrayPlan[] = [];
  for (const array of taken) {
    try {
      const destination = destinationArray(
        array,
        names.get(array.path)!,
        widestRowBytes(array, taken),
        options.preset,
      );
      const sizes = windowSizes(array, destination, { ...options, threads: backend().threads });
      const excess = memoryRefusal(array, sizes, options.totalBytes);
      if (excess !== undefined) refusals.push(excess);
      else arrays.push({ source: array, destination, sizes });
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      refusals.push({ array: array.path, code: error.code, reason: error.message });
    }
  }
  return {
    source,
    arrays,
    refusals: refusals.sort((a, b) => (a.array < b.array ? -1 : 1)),
    faults: [...faults, ...missingInWeek(taken)],
    identity: identityOf(source, arrays, options, await fingerprintOf(source.location)),
  };
}

/** Bytes that a migration of any array takes beside its windows: Node, the core, the metadata of many arrays. */
export const PROCESS_BYTES = 160 << 20;

function memoryRefusal(
  { path, chunkShape }: SourceArray,
  { windowBytes, decodingBytes }: WindowSizes,
  totalBytes: number,
): MigrationRefusal | undefined {
  const neededBytes = windowBytes + decodingBytes;
  if (neededBytes <= totalBytes) return undefined;
  const neededMiB = Math.ceil((neededBytes + PROCESS_BYTES) / 2 ** 20);
  return {
    array: path,
    code: "CHUNK_TOO_LARGE",
    reason: `${path}: a chunk of [${chunkShape.join(", ")}] takes more memory to decode than there is; --memory ${neededMiB}MiB would do`,
  };
}

/** Of the arrays of the same group that have as many rows: they are read together, and get chunks of the same rows. */
function widestRowBytes(array: SourceArray, arrays: readonly SourceArray[]): number {
  const group = (path: NodePath): string => path.slice(0, path.lastIndexOf("/"));
  return Math.max(
    ...arrays
      .filter((other) => group(other.path) === group(array.path) && other.shape[0] === array.shape[0])
      .map(layoutRowBytes),
  );
}

function identityOf(
  source: MigrationSource,
  arrays: readonly ArrayPlan[],
  options: StorePlanOptions,
  fingerprint: string,
): string {
  const facts = [
    source.format,
    fingerprint,
    ...options.identity,
    stringifyJson([...options.exclude]),
    ...source.groups.map(({ path, attributes }) => stringifyJson([path, attributes])),
    ...arrays.map(({ destination, source: { path } }) =>
      stringifyJson([path, serializeArrayMetadata(destination)]),
    ),
  ];
  return createHash("sha256").update(facts.join("\n")).digest("hex");
}
