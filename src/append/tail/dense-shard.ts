/** Rewrites a shard without a byte that is not needed: inner chunks in C order without gaps, and the index. */
import { dirname } from "node:path";
import { encodeEntries } from "../../codec/sharding/shard.ts";
import type { ErrorPlace } from "../../errors.ts";
import { partialName } from "../../store/partial-name.ts";
import type { AppendFile, AppendFiles } from "../files.ts";
import {
  copyBytes,
  denseBytes,
  denseEntries,
  type Entries,
  type ShardFormat,
  samePlaces,
} from "./shard-file.ts";

/** Whether the shard in `file` is what {@link rewriteDense} makes of it. */
export async function isDense(file: AppendFile, entries: Entries, format: ShardFormat): Promise<boolean> {
  const hasCells = entries.some((entry) => entry !== undefined);
  return (
    hasCells &&
    samePlaces(entries, denseEntries(entries, format)) &&
    (await file.size()) === denseBytes(entries, format)
  );
}

/**
 * Puts the dense form of a shard in its place; a shard without inner chunks is removed.
 * @param file the shard, opened under whatever name it had then
 */
export async function rewriteDense(
  files: AppendFiles,
  path: string,
  file: AppendFile,
  entries: Entries,
  format: ShardFormat,
  place: ErrorPlace,
): Promise<void> {
  const { sharding, indexChain } = format;
  if (entries.every((entry) => entry === undefined)) {
    await files.remove(path);
    await files.syncDirectory(dirname(path));
    return;
  }
  const dense = denseEntries(entries, format);
  const index = await encodeEntries(dense, indexChain, place);
  const partial = partialName(path);
  const copy = await files.create(partial);
  try {
    for (const [position, entry] of entries.entries()) {
      if (entry === undefined) continue;
      await copyBytes(file, entry.offsetBytes, copy, dense[position]!.offsetBytes, entry.encodedBytes);
    }
    const at = sharding.indexLocation === "start" ? 0 : denseBytes(entries, format) - index.length;
    await copy.write(at, index);
    await copy.sync();
  } finally {
    await copy.close();
  }
  await files.rename(partial, path);
  await files.syncDirectory(dirname(path));
}
