/**
 * A store in a zip archive, for reading: the value of `/bid_px/c/0` is the entry `bid_px/c/0`.
 *
 * Only what is asked for is read, by ranges: of an entry that is stored as it is (zarr-python's `ZipStore` writes
 * such) no more than the wanted part, of a deflated one all of it, each time. A value that is read whole is held
 * against its CRC-32; a part of a stored one cannot be, and has its chunk's own checksum alone.
 *
 * Invariant: the directory was checked when it was read, once (`zip/directory.ts`); an entry's local header must name
 * the same entry as the directory does.
 */
import { QuarryError } from "../errors.ts";
import { checkKey, checkPrefix, rangeWithin } from "./key.ts";
import { childrenOf, isBelow } from "./key-listing.ts";
import type {
  AbsolutePath,
  DirectoryEntry,
  GetOptions,
  RangeQuery,
  ReadableStore,
  ValuePart,
} from "./store.ts";
import { type Archive, openArchive, type StoredArchive } from "./zip/archive.ts";
import { decodeEntry } from "./zip/decode-entry.ts";
import { DEFLATED, invalid, readDirectory, STORED, type ZipEntry } from "./zip/directory.ts";
import { dataOffsetOf } from "./zip/local-header.ts";

export interface ZipStoreOptions {
  /** The most that a deflated entry may become in memory. Default 1 GiB. */
  readonly valueBytesMax?: number;
}

interface OpenArchive {
  readonly archive: Archive;
  readonly entries: ReadonlyMap<AbsolutePath, ZipEntry>;
  /** Where the bytes of those entries begin that were read before. */
  readonly dataOffsets: Map<ZipEntry, number>;
}

const VALUE_BYTES_MAX_DEFAULT = 2 ** 30;

export class ZipStore implements ReadableStore {
  readonly readOnly = true;
  readonly #location: string | URL | Blob | StoredArchive;
  readonly #valueBytesMax: number;
  #opening: Promise<OpenArchive> | undefined;

  /**
   * @param location a path or `file:` URL, a `Blob`, or a key of another store:
   *   `{ store: new HttpStore("https://example.org"), key: "/book.zarr.zip" }`. It is opened by the first read.
   */
  constructor(location: string | URL | Blob | StoredArchive, options: ZipStoreOptions = {}) {
    this.#location = location;
    this.#valueBytesMax = options.valueBytesMax ?? VALUE_BYTES_MAX_DEFAULT;
  }

  async get(key: AbsolutePath, options: GetOptions = {}): Promise<Uint8Array | undefined> {
    const range = { offset: 0, length: Number.MAX_SAFE_INTEGER };
    return (await this.#read(key, range, "whole", options))?.bytes;
  }

  async getRange(
    key: AbsolutePath,
    range: RangeQuery,
    options: GetOptions = {},
  ): Promise<Uint8Array | undefined> {
    return (await this.#read(key, range, "part", options))?.bytes;
  }

  async getTail(
    key: AbsolutePath,
    lengthBytes: number,
    options: GetOptions = {},
  ): Promise<ValuePart | undefined> {
    return this.#read(key, { suffixLength: lengthBytes }, "part", options);
  }

  async getHead(
    key: AbsolutePath,
    lengthBytes: number,
    options: GetOptions = {},
  ): Promise<ValuePart | undefined> {
    return this.#read(key, { offset: 0, length: lengthBytes }, "part", options);
  }

  async listDirectory(prefix: AbsolutePath): Promise<DirectoryEntry[]> {
    checkPrefix(prefix);
    return childrenOf((await this.#open()).entries.keys(), prefix);
  }

  async *list(prefix: AbsolutePath): AsyncIterable<AbsolutePath> {
    checkPrefix(prefix);
    for (const key of (await this.#open()).entries.keys()) if (isBelow(key, prefix)) yield key;
  }

  async #read(
    key: AbsolutePath,
    range: RangeQuery,
    amount: "whole" | "part",
    options: GetOptions,
  ): Promise<ValuePart | undefined> {
    checkKey(key);
    rangeWithin(range, 0);
    options.signal?.throwIfAborted();
    const opened = await this.#open();
    options.signal?.throwIfAborted();
    const entry = opened.entries.get(key);
    // The archive does not change, and no two entries begin at one place.
    const version = entry && `${entry.headerOffsetBytes}-${entry.crc32}`;
    if (options.ifVersion !== undefined && version !== options.ifVersion) throw otherVersion(key);
    if (entry === undefined) return undefined;
    const { start, end } = rangeWithin(range, entry.valueBytes);
    const isDirect = amount === "part" && entry.method === STORED && !entry.isEncrypted;
    const bytes = isDirect
      ? await this.#encodedBytes(opened, entry, start, end, options)
      : (await this.#value(opened, entry, options)).subarray(start, end);
    return { bytes, valueBytes: entry.valueBytes, version: version! };
  }

  async #value(opened: OpenArchive, entry: ZipEntry, options: GetOptions): Promise<Uint8Array> {
    const { key, method, isEncrypted, valueBytes, encodedBytes } = entry;
    if (isEncrypted || (method !== STORED && method !== DEFLATED)) {
      const reason = isEncrypted ? "encrypted" : `compressed by method ${method}`;
      throw new QuarryError(
        "UNSUPPORTED_FORMAT",
        `${key} is ${reason}; entries that are stored or deflated can be read`,
        { path: key },
      );
    }
    if (valueBytes > this.#valueBytesMax) {
      throw invalid(opened.archive, `${key} has ${valueBytes} bytes, more than ${this.#valueBytesMax}`);
    }
    const encoded = await this.#encodedBytes(opened, entry, 0, encodedBytes, options);
    try {
      return await decodeEntry(entry, encoded, options.signal);
    } catch (cause) {
      options.signal?.throwIfAborted();
      throw invalid(opened.archive, `${key} does not decode: ${(cause as Error).message}`, { cause });
    }
  }

  async #encodedBytes(
    opened: OpenArchive,
    entry: ZipEntry,
    start: number,
    end: number,
    options: GetOptions,
  ): Promise<Uint8Array> {
    let dataOffset = opened.dataOffsets.get(entry);
    if (dataOffset === undefined) {
      dataOffset = await dataOffsetOf(opened.archive, entry, options);
      opened.dataOffsets.set(entry, dataOffset);
    }
    if (start === end) return new Uint8Array(0);
    return opened.archive.read(dataOffset + start, end - start, options);
  }

  #open(): Promise<OpenArchive> {
    if (this.#opening === undefined) {
      const opening = openDirectory(this.#location);
      this.#opening = opening;
      // A server that was down may be up for the next read.
      opening.catch(() => {
        this.#opening = undefined;
      });
    }
    return this.#opening;
  }
}

async function openDirectory(location: string | URL | Blob | StoredArchive): Promise<OpenArchive> {
  const archive = await openArchive(location);
  return { archive, entries: await readDirectory(archive), dataOffsets: new Map() };
}

function otherVersion(key: AbsolutePath): QuarryError {
  return new QuarryError("VALUE_CHANGED", `${key} has another version in this archive; read it again`, {
    path: key,
  });
}
