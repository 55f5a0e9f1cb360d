/**
 * `.npz` files: zip archives of `.npy` files. Member `a/b.npy` is the array `/a/b`, or the group of its fields.
 *
 * A stored member is read where it lies, once its CRC-32 has been checked; a deflated one, which can only be read from
 * its beginning, is inflated into a temporary file, and read from there. Either is done when the member is read for the
 * first time, piece by piece. One member that cannot be read does not hide the others.
 */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constants, inflateRawSync } from "node:zlib";
import { isQuarryError, QuarryError } from "../../errors.ts";
import { childPath, type NodePath } from "../../metadata/node-name.ts";
import { type Archive, openArchive } from "../../store/zip/archive.ts";
import { decodeEntryInPieces } from "../../store/zip/decode-entry.ts";
import { DEFLATED, invalid, readDirectory, STORED, type ZipEntry } from "../../store/zip/directory.ts";
import { dataOffsetOf } from "../../store/zip/local-header.ts";
import { refusalOf } from "../refusals.ts";
import type { SourceArray, SourceGroup, SourceRefusal } from "../source.ts";
import type { FileContents } from "./file-contents.ts";
import { readNpyTable } from "./npy.ts";
import { tableParts } from "./strided-arrays.ts";

/** Of a deflated member, to find its header in. */
const HEAD_BYTES = 2 ** 14;

/** What is handed on at once, of a stored member or of encoded bytes. */
const PIECE_BYTES = 2 ** 20;

export async function readNpz(path: string): Promise<FileContents> {
  const archive = await openArchive(path);
  const spool = new Spool();
  const groups = new Map<NodePath, SourceGroup>();
  const arrays: SourceArray[] = [];
  const refusals: SourceRefusal[] = [];
  for (const entry of (await readDirectory(archive)).values()) {
    const segments = entry.key
      .slice(1)
      .replace(/\.npy$/, "")
      .split("/");
    try {
      const member = await openMember(archive, entry);
      const parts = tableParts(
        await readNpyTable(member.head),
        { array: segments, struct: segments },
        {
          place: member.head.name,
          open: once(() => member.whole(spool)),
          encoding: entry.method === DEFLATED ? "deflate" : "",
          encodedBytes: entry.encodedBytes,
          verifiesContent: true,
        },
      );
      for (const group of parts.groups) groups.set(group.path, group);
      arrays.push(...parts.arrays);
      refusals.push(...parts.refusals);
    } catch (error) {
      if (!isQuarryError(error)) throw error;
      refusals.push(refusalOf(segments.reduce<NodePath>(childPath, "/"), error));
    }
  }
  return { format: ".npz", groups: [...groups.values()], arrays, refusals, close: () => spool.remove() };
}

interface Member {
  /** Of which the beginning can be read: enough for the header. */
  readonly head: Archive;
  /** All of it, checked. */
  readonly whole: (spool: Spool) => Promise<Archive>;
}

async function openMember(archive: Archive, entry: ZipEntry): Promise<Member> {
  const { key, method, isEncrypted, encodedBytes, valueBytes } = entry;
  const name = `${archive.name}:${key.slice(1)}`;
  if (isEncrypted || (method !== STORED && method !== DEFLATED)) {
    const reason = isEncrypted ? "encrypted" : `compressed by method ${method}`;
    throw new QuarryError(
      "UNSUPPORTED_FORMAT",
      `${name} is ${reason}; stored and deflated members can be read`,
      {
        path: name,
      },
    );
  }
  if (!key.endsWith(".npy")) {
    throw new QuarryError("UNSUPPORTED_FORMAT", `${name} is no .npy file`, { path: name });
  }
  const dataOffset = await dataOffsetOf(archive, entry, {});
  const encoded = partOf(archive, name, dataOffset, encodedBytes);
  const check = (take: (piece: Uint8Array) => void | Promise<void>): Promise<void> =>
    decodeEntryInPieces(entry, piecesOf(encoded), take, undefined).catch((cause) => {
      // A disk that is full is no fault of the member's.
      if (isQuarryError(cause) || "syscall" in cause) throw cause;
      throw invalid(archive, `${key} does not decode: ${cause.message}`, { cause });
    });
  if (method === STORED) {
    return {
      head: encoded,
      whole: async () => {
        await check(() => {});
        return encoded;
      },
    };
  }
  const head = inflatedHead(await encoded.read(0, Math.min(HEAD_BYTES, encodedBytes), {}), archive, key);
  return {
    head: {
      name,
      bytes: valueBytes,
      read: async (offset, length) => {
        if (offset + length <= head.length) return head.slice(offset, offset + length);
        throw new QuarryError("FILE_INVALID", `${name} has a header of more than ${head.length} bytes`, {
          path: name,
        });
      },
    },
    whole: (spool) => spool.write(name, check),
  };
}

/** What the first bytes of a deflated member become, as far as they go. */
function inflatedHead(encoded: Uint8Array, archive: Archive, key: string): Uint8Array {
  try {
    return inflateRawSync(encoded, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (cause) {
    throw invalid(archive, `${key} does not decode: ${(cause as Error).message}`, { cause });
  }
}

function partOf(archive: Archive, name: string, begin: number, bytes: number): Archive {
  return { name, bytes, read: (offset, length, options) => archive.read(begin + offset, length, options) };
}

async function* piecesOf(encoded: Archive): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < encoded.bytes; at += PIECE_BYTES) {
    yield await encoded.read(at, Math.min(PIECE_BYTES, encoded.bytes - at), {});
  }
}

/** One attempt for all who ask; after one that failed the next asks again. */
function once<T>(attempt: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => {
    underWay ??= attempt().catch((error) => {
      underWay = undefined;
      throw error;
    });
    return underWay;
  };
}

/** Inflated members, each in a temporary file, until the source is closed. */
class Spool {
  #directory: Promise<string> | undefined;
  #files = 0;

  /** @param produce gives the bytes, and resolves when all of them have been and are known to be right */
  async write(
    name: string,
    produce: (take: (piece: Uint8Array) => Promise<void>) => Promise<void>,
  ): Promise<Archive> {
    this.#directory ??= mkdtemp(join(tmpdir(), "quarry-npz-"));
    const path = join(await this.#directory, String(this.#files++));
    try {
      const file = await open(path, "wx");
      try {
        await produce(async (piece) => {
          for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
        });
      } finally {
        await file.close();
      }
    } catch (cause) {
      if (isQuarryError(cause)) throw cause;
      const { message } = cause as Error;
      throw new QuarryError("STORE_FAILED", `could not inflate ${name} into ${path}: ${message}`, {
        path,
        cause,
      });
    }
    return openArchive(path);
  }

  async remove(): Promise<void> {
    if (this.#directory !== undefined) await rm(await this.#directory, { recursive: true, force: true });
  }
}
