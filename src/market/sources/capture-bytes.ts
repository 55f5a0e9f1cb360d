/**
 * The content of a capture file, streamed: gzip (one member or many), zstd, or as it stands, recognised by the first
 * bytes and not by the name.
 *
 * A compressed stream that stops early, or is followed by bytes that are no further part of it, is an error: what is
 * behind the damage is lost, and a shorter capture must not pass for a whole one.
 */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { QuarryError } from "../../errors.ts";
import { ZstdStreamFault, zstdDecoded } from "./zstd-stream.ts";

/** Bytes asked of the file, and of the decompressor, at a time: few enough to stay in the cache. */
const READ_BYTES = 256 * 1024;

const ZSTD_MAGIC = 0xfd2fb528;
/** Skippable frames of zstd, which may stand first, have any lowest digit. */
const ZSTD_SKIPPABLE_MAGIC = 0x184d2a50;

/**
 * The content of `path`, decompressed. Chunks are only valid until the next is asked for; an aborted signal ends them
 * after the chunk at hand.
 * @throws QuarryError `NOT_FOUND` where there is no such file; `CAPTURE_INVALID` naming the file where its
 *   compressed stream is damaged or ends early; `STORE_FAILED` where reading fails.
 */
export async function* captureBytes(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const bytes of decompressed(path, await compressionOf(path))) {
      yield bytes;
      if (signal?.aborted) return;
    }
  } catch (cause) {
    throw readFailure(path, cause);
  }
}

function decompressed(path: string, compression: Compression): AsyncIterable<Buffer> {
  switch (compression) {
    case "gzip":
      return gunzipped(path);
    case "zstd":
      return zstdDecoded(plain(path));
    default:
      return plain(path);
  }
}

type Compression = "gzip" | "zstd" | "none";

async function compressionOf(path: string): Promise<Compression> {
  const magic = Buffer.alloc(4);
  const file = await open(path, "r");
  try {
    await file.read(magic, 0, magic.length, 0);
  } finally {
    await file.close();
  }
  const word = magic.readUInt32LE();
  if (word === ZSTD_MAGIC || (word & 0xfffffff0) >>> 0 === ZSTD_SKIPPABLE_MAGIC) return "zstd";
  return magic[0] === 0x1f && magic[1] === 0x8b ? "gzip" : "none";
}

function plain(path: string, start = 0): Readable {
  return createReadStream(path, { highWaterMark: READ_BYTES, start });
}

async function* gunzipped(path: string): AsyncGenerator<Buffer> {
  const encoded = plain(path);
  const decoded = createGunzip({ chunkSize: READ_BYTES });
  encoded.on("error", (error) => decoded.destroy(error));
  encoded.pipe(decoded);
  try {
    yield* decoded as AsyncIterable<Buffer>;
  } finally {
    encoded.destroy();
  }
  // zlib takes a zero byte after a member for padding and stops there without an error, be it padding or a
  // damaged header with a day of data behind it.
  for await (const bytes of plain(path, decoded.bytesWritten)) {
    if ((bytes as Buffer).some((byte) => byte !== 0)) {
      const message = `${path} has bytes behind the end of its gzip stream that are no further member`;
      throw new QuarryError("CAPTURE_INVALID", message, { path });
    }
  }
}

/** `cause` as an error that names the capture file at `path`. */
export function readFailure(path: string, cause: unknown): QuarryError {
  if (cause instanceof QuarryError) return cause;
  if (cause instanceof ZstdStreamFault) {
    const message = `${path} ${cause.message}; the capture is not complete`;
    return new QuarryError("CAPTURE_INVALID", message, { path, cause });
  }
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return new QuarryError("NOT_FOUND", `there is no capture file ${path}`, { path, cause });
  }
  if (code?.startsWith("Z_")) {
    const what = code === "Z_BUF_ERROR" ? "ends in the middle of its gzip stream" : `is damaged (${message})`;
    return new QuarryError("CAPTURE_INVALID", `${path} ${what}; the capture is not complete`, {
      path,
      cause,
    });
  }
  return new QuarryError("STORE_FAILED", `cannot read ${path}: ${message}`, { path, cause });
}
