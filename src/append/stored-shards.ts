/** The objects of an array as they lie in its directory, and what is needless in them. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createChain } from "../codec/backend.ts";
import type { ErrorPlace } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { parseChunkKey } from "../metadata/chunk-key.ts";
import { arrayLayout } from "../zarr/array-layout.ts";
import type { AppendFile, AppendFiles } from "./files.ts";
import { pathBelow } from "./paths.ts";
import { isDense, rewriteDense } from "./tail/dense-shard.ts";
import {
  cellsWithRows,
  denseBytes,
  type Entries,
  readEntries,
  type ShardFormat,
  shardFormatOf,
} from "./tail/shard-file.ts";

export interface StoredObject {
  readonly file: string;
  readonly coordinates: readonly number[];
}

/** @param directory of the array */
export async function objectsOf(directory: string, metadata: ArrayMetadata): Promise<StoredObject[]> {
  const { chunkKeyEncoding, shape } = metadata;
  const found: StoredObject[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const coordinates = parseChunkKey(chunkKeyEncoding, pathBelow(directory, file), shape.length);
    if (coordinates !== undefined) found.push({ file, coordinates });
  }
  return found;
}

/** Makes shards of one array dense. */
export class ShardCompaction {
  readonly #files: AppendFiles;
  readonly #path: string;
  readonly #format: ShardFormat;

  /** Undefined where the array has no shards. */
  static async of(
    path: string,
    metadata: ArrayMetadata,
    files: AppendFiles,
  ): Promise<ShardCompaction | undefined> {
    const layout = arrayLayout(metadata, `/${path}`);
    if (layout.sharding === undefined) return undefined;
    const indexChain = await createChain(layout.sharding.indexPipeline, "shard index");
    return new ShardCompaction(path, files, shardFormatOf(layout, layout.sharding, indexChain));
  }

  private constructor(path: string, files: AppendFiles, format: ShardFormat) {
    this.#path = path;
    this.#files = files;
    this.#format = format;
  }

  /**
   * @param rows of the array; what lies behind them is needless too
   * @returns bytes that the file is shorter by; undefined where the shard is as small as it can be
   * @throws QuarryError `SHARD_TRUNCATED`, `SHARD_INDEX_CORRUPT`
   */
  async compact(object: StoredObject, rows: number): Promise<number | undefined> {
    return this.#withEntries(object, rows, async (file, entries, place) => {
      if (await isDense(file, entries, this.#format)) return undefined;
      const before = await file.size();
      await rewriteDense(this.#files, object.file, file, entries, this.#format, place);
      const hasCells = entries.some((entry) => entry !== undefined);
      return before - (hasCells ? denseBytes(entries, this.#format) : 0);
    });
  }

  /** Whether {@link compact} would change the shard. @throws as it does */
  async isNeedful(object: StoredObject, rows: number): Promise<boolean | undefined> {
    return this.#withEntries(
      object,
      rows,
      async (file, entries) => !(await isDense(file, entries, this.#format)),
    );
  }

  async #withEntries<T>(
    { file: path, coordinates }: StoredObject,
    rows: number,
    work: (file: AppendFile, entries: Entries, place: ErrorPlace) => Promise<T>,
  ): Promise<T | undefined> {
    const file = await this.#files.open(path);
    if (file === undefined) return undefined;
    try {
      const place = { path: `/${this.#path}`, shard: coordinates };
      const stored = await readEntries(file, this.#format, place);
      const { used } = cellsWithRows(this.#format, coordinates[0]!, rows);
      const entries = stored.map((entry, position) => (position < used ? entry : undefined));
      return await work(file, entries, place);
    } finally {
      await file.close();
    }
  }
}
