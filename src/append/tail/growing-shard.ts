/**
 * A shard that grows in place, at the cost of what is new, while readers of any language read it.
 *
 *     0            complete inner chunks in C order without gaps: where they are in the sealed shard
 *     roomBytes    versions of the inner chunks that still grow, and holes between them
 *     end - 4096   a page that ends with the index, and with it the file
 *
 * Readers open a shard once for its index and again for a chunk. Therefore:
 *  - A byte that a shown index points to is neither written nor moved; where no shown index points to it any more, it may
 *    be written again when the grace time has passed. Where a damaged chunk would go unnoticed, never.
 *  - The index is replaced as one page, after the new chunks are on the disk (`AppendFiles.replacePage`), and the file's
 *    size stays: a reader finds the old index at the end or the new one.
 *  - Where that cannot be done (no direct writes, an index of more than a page, or at the beginning; no room left), the
 *    shard is copied into a new file, every byte that is in use at its old place, and renamed over.
 *  - A reader that takes the whole file in one piece may have passed the place of a new chunk before that was written,
 *    and find the new index at the end. Readers do that only who want every inner chunk, and these have the time until
 *    the index is shown to end (`mustSettle`), or, where a damaged chunk would go unnoticed, get a new file.
 */
import { dirname } from "node:path";
import { encodeEntries, type ShardEntry } from "../../codec/sharding/shard.ts";
import type { ErrorPlace } from "../../errors.ts";
import { partialName } from "../../store/partial-name.ts";
import { type AppendFile, type AppendFiles, PAGE_BYTES, SECTOR_BYTES } from "../files.ts";
import { isDense, rewriteDense } from "./dense-shard.ts";
import { FileSpace } from "./file-space.ts";
import {
  copyBytes,
  denseEntries,
  type Entries,
  readEntries,
  type ShardFormat,
  samePlaces,
} from "./shard-file.ts";
import type { NewCell, StagedObject, TailClock, TailObject } from "./tail-object.ts";

/** Versions of a growing inner chunk, of its decoded size, for which there is room at first: holes cost nothing. */
const VERSIONS_AT_FIRST = 8;

interface Placed {
  readonly offsetBytes: number;
  readonly encoded: Uint8Array;
}

export class GrowingShard implements TailObject {
  readonly path: string;
  readonly #files: AppendFiles;
  readonly #format: ShardFormat;
  readonly #clock: TailClock;
  readonly #place: ErrorPlace;
  #file: AppendFile | undefined;
  /** What is to take its place, from being staged until it is shown. */
  #copy: AppendFile | undefined;
  /** As readers see it. */
  #entries: Entries;
  /** Whether {@link #file} has the layout above, made by this writer. */
  #isGrowing = false;
  #canReplacePage: boolean;
  /** What a direct write is a multiple of. */
  #blockBytes = SECTOR_BYTES;
  #space = new FileSpace();
  #roomBytes: number;
  #versionBytes: number;
  #fileBytes = 0;
  /** Behind the complete inner chunks: where the next begins when it is complete. */
  #completeEnd: number;

  /**
   * @param committed of the inner chunks, in C order from the first: how many are complete, and how many hold committed
   *   rows; what is in the others was never shown
   */
  static async open(
    path: string,
    committed: { readonly complete: number; readonly used: number },
    files: AppendFiles,
    format: ShardFormat,
    clock: TailClock,
    place: ErrorPlace,
  ): Promise<GrowingShard> {
    const file = await files.open(path);
    const entries = file === undefined ? [] : await committedEntries(file, committed.used, format, place);
    return new GrowingShard(path, files, format, clock, place, file, entries, committed.complete);
  }

  private constructor(
    path: string,
    files: AppendFiles,
    format: ShardFormat,
    clock: TailClock,
    place: ErrorPlace,
    file: AppendFile | undefined,
    entries: Entries,
    completeCells: number,
  ) {
    this.path = path;
    this.#files = files;
    this.#format = format;
    this.#clock = clock;
    this.#place = place;
    this.#file = file;
    const { indexChain, sharding, cellCount, cellBytes, encodedCellBytesMax } = format;
    const indexBytes = indexChain.pipeline.encodedBytes!;
    // A power cut may leave a page in part, and only a checksum tells.
    const verifiesIndex = indexChain.pipeline.codecs.some((codec) => codec.verifiesContent === true);
    this.#canReplacePage = sharding.indexLocation === "end" && indexBytes <= PAGE_BYTES && verifiesIndex;
    this.#entries = Array.from({ length: cellCount }, (_, position) => entries[position]);
    const begin = sharding.indexLocation === "start" ? indexBytes : 0;
    this.#completeEnd = begin;
    let end = begin;
    for (const entry of entries) {
      if (entry === undefined) continue;
      this.#space.take(entry.offsetBytes, entry.encodedBytes, 0);
      end = Math.max(end, entry.offsetBytes + entry.encodedBytes);
    }
    for (const entry of this.#entries.slice(0, completeCells)) this.#completeEnd += entry?.encodedBytes ?? 0;
    this.#roomBytes = toPages(Math.max(begin + cellCount * encodedCellBytesMax, end));
    this.#versionBytes = toPages(VERSIONS_AT_FIRST * cellBytes);
  }

  async stage(cells: readonly NewCell[], readWhole: boolean): Promise<StagedObject> {
    const entries: (ShardEntry | undefined)[] = [...this.#entries];
    const placed: Placed[] = [];
    for (const { position, encoded, isComplete } of cells) {
      const offsetBytes = encoded && this.#placeFor(encoded.length, isComplete);
      entries[position] = encoded && { offsetBytes: offsetBytes!, encodedBytes: encoded.length };
      if (encoded !== undefined) placed.push({ offsetBytes: offsetBytes!, encoded });
      if (isComplete) this.#completeEnd += encoded?.length ?? 0;
    }
    const index = await encodeEntries(entries, this.#format.indexChain, this.#place);
    const inPlace =
      this.#isGrowing &&
      this.#canReplacePage &&
      this.#fileBytes === this.#roomEnd() + PAGE_BYTES &&
      (this.#format.verifiesContent || !readWhole);
    return inPlace
      ? this.#stageInPlace(entries, placed, index, readWhole)
      : this.#stageCopy(entries, placed, index);
  }

  #roomEnd(): number {
    return this.#roomBytes + this.#versionBytes;
  }

  /** Where a cell may be written now; beyond {@link #roomEnd}, which grows for it, if there is no room. */
  #placeFor(encodedBytes: number, isComplete: boolean): number {
    const nowMs = this.#clock.nowMs();
    const offsetBytes = this.#completeEnd;
    if (
      isComplete &&
      offsetBytes + encodedBytes <= this.#roomBytes &&
      this.#space.take(offsetBytes, encodedBytes, nowMs)
    ) {
      return offsetBytes;
    }
    for (;;) {
      const found = this.#space.takeFirst(this.#roomBytes, this.#roomEnd(), encodedBytes, nowMs);
      if (found !== undefined) return found;
      this.#versionBytes = toPages(2 * this.#versionBytes + encodedBytes);
    }
  }

  async #stageInPlace(
    entries: Entries,
    placed: readonly Placed[],
    index: Uint8Array,
    readWhole: boolean,
  ): Promise<StagedObject> {
    const file = this.#file!;
    for (const { offsetBytes, encoded } of placed) await file.write(offsetBytes, encoded);
    if (placed.length > 0) await file.sync();
    const bytes = endOfPage(index, this.#blockBytes);
    const offsetBytes = this.#fileBytes - bytes.length;
    return {
      page: { path: this.path, offsetBytes, bytes },
      mustSettle: readWhole,
      show: async () => {
        const isReplaced = await this.#files.replacePage(this.path, offsetBytes, bytes);
        if (!isReplaced) throw new Error(`${this.path}: the file system no longer takes direct writes`);
        // Who read the old index while the page was being replaced must not take it for that of this version.
        await file.touch();
        this.#take(entries);
      },
    };
  }

  async #stageCopy(entries: Entries, placed: readonly Placed[], index: Uint8Array): Promise<StagedObject> {
    const { sharding } = this.#format;
    const partial = partialName(this.path);
    const copy = await this.#files.create(partial);
    this.#copy = copy;
    const fileBytes = this.#roomEnd() + Math.max(PAGE_BYTES, toPages(index.length));
    const isNew = new Set(placed.map(({ offsetBytes }) => offsetBytes));
    for (const { start, end } of this.#space.used(this.#clock.nowMs())) {
      if (isNew.has(start) || this.#file === undefined) continue;
      await copyBytes(this.#file, start, copy, start, end - start);
    }
    for (const { offsetBytes, encoded } of placed) await copy.write(offsetBytes, encoded);
    await copy.truncate(fileBytes);
    await copy.write(sharding.indexLocation === "start" ? 0 : fileBytes - index.length, index);
    await copy.sync();
    if (this.#canReplacePage) await this.#tryReplacing(partial, fileBytes, index);
    return {
      page: undefined,
      mustSettle: false,
      show: async () => {
        await this.#files.rename(partial, this.path);
        await this.#files.syncDirectory(dirname(this.path));
        await this.#file?.close();
        this.#file = copy;
        this.#copy = undefined;
        this.#isGrowing = true;
        this.#fileBytes = fileBytes;
        this.#take(entries);
      },
    };
  }

  /** Writes the index as it is: to learn what this file system and its disk can, before it counts. */
  async #tryReplacing(partial: string, fileBytes: number, index: Uint8Array): Promise<void> {
    for (const blockBytes of [SECTOR_BYTES, PAGE_BYTES]) {
      const bytes = endOfPage(index, blockBytes);
      this.#blockBytes = blockBytes;
      this.#canReplacePage = await this.#files.replacePage(partial, fileBytes - bytes.length, bytes);
      if (this.#canReplacePage) return;
    }
  }

  #take(entries: Entries): void {
    const { verifiesContent } = this.#format;
    const freeAtMs = verifiesContent ? this.#clock.nowMs() + this.#clock.graceMs : Number.POSITIVE_INFINITY;
    for (const [position, old] of this.#entries.entries()) {
      const isGone = old !== undefined && entries[position]?.offsetBytes !== old.offsetBytes;
      if (isGone) this.#space.release(old.offsetBytes, freeAtMs);
    }
    this.#entries = entries;
  }

  async seal(keepPlaces: boolean): Promise<boolean> {
    const file = this.#file;
    if (file === undefined) return true;
    if (keepPlaces && !samePlaces(this.#entries, denseEntries(this.#entries, this.#format))) return false;
    if (!(await isDense(file, this.#entries, this.#format))) {
      await rewriteDense(this.#files, this.path, file, this.#entries, this.#format, this.#place);
    }
    await this.close();
    return true;
  }

  async close(): Promise<void> {
    const open = [this.#file, this.#copy];
    this.#file = undefined;
    this.#copy = undefined;
    for (const file of open) await file?.close();
  }
}

async function committedEntries(
  file: AppendFile,
  used: number,
  format: ShardFormat,
  place: ErrorPlace,
): Promise<Entries> {
  try {
    return (await readEntries(file, format, place)).slice(0, used);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The last bytes of a page that ends with `index`, as many whole blocks as that takes. */
function endOfPage(index: Uint8Array, blockBytes: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(index.length / blockBytes) * blockBytes);
  bytes.set(index, bytes.length - index.length);
  return bytes;
}

function toPages(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
