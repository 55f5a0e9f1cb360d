/** Listings of stores that know all their keys and have no directories. */
import { checkPrefix } from "./key.ts";
import type { AbsolutePath, DirectoryEntry } from "./store.ts";

export function isBelow(key: AbsolutePath, prefix: AbsolutePath): boolean {
  return prefix === "/" || key.startsWith(`${prefix}/`);
}

/**
 * What `listDirectory` gives for `prefix`, of a store that holds `keys`.
 * @throws QuarryError `KEY_INVALID`
 */
export function childrenOf(keys: Iterable<AbsolutePath>, prefix: AbsolutePath): DirectoryEntry[] {
  checkPrefix(prefix);
  const kinds = new Map<string, DirectoryEntry["kind"]>();
  for (const key of keys) {
    if (!isBelow(key, prefix)) continue;
    const [name, ...deeper] = key.slice(prefix === "/" ? 1 : prefix.length + 1).split("/");
    const kind = deeper.length > 0 ? "directory" : "object";
    if (kind === "directory" || !kinds.has(name!)) kinds.set(name!, kind);
  }
  return Array.from(kinds, ([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
