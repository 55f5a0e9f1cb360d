/**
 * What checksums promise: of an array whose every byte is under a crc32c, damage to bytes is an error or nothing at
 * all; and damage elsewhere in the store changes no array. Whole files that were swapped, copied or deleted are valid
 * to Zarr, which knows no checksum over files, and metadata may say anything: there all that is asked is that reading
 * comes to an end.
 */
import { isDocument, type Mutation } from "./mutations.ts";
import type { Reading } from "./read-everything.ts";
import type { Victim } from "./victim.ts";

const OF_WHOLE_FILES = new Set<Mutation["kind"]>(["delete", "copy", "swap"]);

/** What is wrong with `reading`, in words; undefined where nothing is. */
export function verdictOn(
  reading: Reading,
  unharmed: Reading,
  { checksummed, isZip }: Victim,
  mutations: readonly Mutation[],
): string | undefined {
  if (isZip) return undefined;
  const touched = mutations.flatMap(keysOf);
  if (touched.some((key) => isDocument(key))) return undefined;
  for (const [path, expected] of unharmed.values) {
    const isTouched = (key: string): boolean => path === "" || key.startsWith(`${path}/`);
    const harm = mutations.filter((mutation) => keysOf(mutation).some(isTouched));
    const isJudged =
      harm.length === 0 || (checksummed.includes(path) && !harm.some(({ kind }) => OF_WHOLE_FILES.has(kind)));
    const actual = reading.values.get(path);
    if (!isJudged || (actual === undefined && harm.length > 0)) continue;
    if (actual === undefined) return `array "${path}" was not touched and cannot be read`;
    if (!actual.equals(expected)) return `array "${path}" has other values, and no error was raised`;
  }
  return undefined;
}

/** The keys that a mutation writes to. */
function keysOf(mutation: Mutation): string[] {
  if (mutation.kind === "copy") return [mutation.to];
  if (mutation.kind === "swap") return [mutation.key, mutation.other];
  return [mutation.key];
}
