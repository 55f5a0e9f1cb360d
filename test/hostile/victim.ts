import { MemoryStore, ZipStore } from "../../src/index.ts";
import type { Location } from "../../src/zarr/open.ts";
import type { Files } from "./mutations.ts";

/** A small store, whose arrays read without an error as long as nobody has touched it. */
export interface Victim {
  readonly name: string;
  readonly files: Files;
  /** Paths of arrays (`""` for the root) whose every byte in chunks and indexes lies under a crc32c. */
  readonly checksummed: readonly string[];
  /** The one file is a zip archive of the store. */
  readonly isZip: boolean;
}

/** A store of one array, at its root. */
export async function victimOf(name: string, store: MemoryStore, isChecksummed: boolean): Promise<Victim> {
  return { name, files: await filesOf(store), checksummed: isChecksummed ? [""] : [], isZip: false };
}

export async function filesOf(store: MemoryStore): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  for await (const key of store.list("/")) files.set(key.slice(1), (await store.get(key))!);
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** `files` in the place of the victim's. */
export function inMemory(victim: Victim, files: Files): Location {
  if (victim.isZip) return new ZipStore(new Blob([files.get("store.zip") ?? new Uint8Array()]));
  const store = new MemoryStore();
  for (const [key, bytes] of files) void store.set(`/${key}`, bytes);
  return store;
}
