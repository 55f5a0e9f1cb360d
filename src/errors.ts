/**
 * The one error type of the library. Callers branch on `code`; people read `message`; the cause chain
 * reaches the first failure. Codes are stable within a major version, messages are not.
 *
 * Every code is listed with its meaning and remedy in `spec/errors.md`; a test compares that page with
 * {@link ERROR_CODES}. A call that is wrong whatever the data (a wrong type, an unknown option) is a
 * `TypeError` or `RangeError` and carries no code.
 */
export const ERROR_CODES = [
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "METADATA_INVALID",
  "METADATA_CHECKSUM",
  "UNSUPPORTED_FORMAT",
  "UNSUPPORTED_DATA_TYPE",
  "UNSUPPORTED_CODEC",
  "UNSUPPORTED_EXTENSION",
  "CODEC_CONFIGURATION",
  "CHUNK_CORRUPT",
  "CHUNK_TOO_LARGE",
  "SHARD_TRUNCATED",
  "SHARD_INDEX_CORRUPT",
  "ENCODE_FAILED",
  "SHAPE_MISMATCH",
  "VALUE_INVALID",
  "OUT_OF_BOUNDS",
  "REGION_MISALIGNED",
  "SELECTION_TOO_LARGE",
  "PRECISION_LOSS",
  "READ_ONLY",
  "STORE_FAILED",
  "LEASE_HELD",
  "JOURNAL_CORRUPT",
  "VALUE_CHANGED",
  "ARCHIVE_INVALID",
  "KEY_INVALID",
  "BACKEND_UNAVAILABLE",
  "CAPTURE_INVALID",
  "FILE_INVALID",
  "CONFIG_INVALID",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What a failure knows about its place. Each layer adds the facts that it alone knows. */
export interface ErrorPlace {
  /** Path of the node in its store (`/book/bid_px`), or of the file when there is no node yet. */
  readonly path?: string | undefined;
  /** Grid coordinates of the shard (the stored object) where the array is sharded. */
  readonly shard?: readonly number[] | undefined;
  /** Grid coordinates of the chunk; of the inner chunk, counted over the whole array, where it is sharded. */
  readonly chunk?: readonly number[] | undefined;
  /** Name of the codec at work, as its metadata spells it. */
  readonly codec?: string | undefined;
  readonly direction?: "encode" | "decode" | undefined;
}

export class QuarryError extends Error {
  override readonly name = "QuarryError";
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly shard: readonly number[] | undefined;
  readonly chunk: readonly number[] | undefined;
  readonly codec: string | undefined;
  readonly direction: "encode" | "decode" | undefined;

  constructor(code: ErrorCode, message: string, place: ErrorPlace & { readonly cause?: unknown } = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.path = place.path;
    this.shard = place.shard;
    this.chunk = place.chunk;
    this.codec = place.codec;
    this.direction = place.direction;
  }
}

/** Narrows `error` to a {@link QuarryError}, optionally of one `code`. */
export function isQuarryError(error: unknown, code?: ErrorCode): error is QuarryError {
  return error instanceof QuarryError && (code === undefined || error.code === code);
}
