/**
 * The sentences for what codecs find wrong: written here once, so that both backends say the same.
 */
import type { FaultReason } from "../../codecs/fault.ts";
import { type ErrorCode, type ErrorPlace, QuarryError } from "../errors.ts";

export interface CodecFailure {
  readonly reason: FaultReason;
  readonly expected?: number | undefined;
  readonly actual?: number | undefined;
  /** Absent where the chain as a whole is at fault. */
  readonly codec?: string | undefined;
  readonly direction: "encode" | "decode";
  readonly cause?: unknown;
  /** What went wrong, where it can be said better than `reason` does. */
  readonly problem?: string | undefined;
}

/** What was being run: a chunk's chain, or that of a shard's index. */
export type ChainSubject = "chunk" | "shard index";

/** The error for a failed codec at `place`. */
export function codecError(failure: CodecFailure, subject: ChainSubject, place: ErrorPlace): QuarryError {
  const what = failure.codec === undefined ? "the chain" : failure.codec;
  const advice =
    failure.direction === "decode" && failure.reason !== "unsupported" ? "; run `quarry verify`" : "";
  return new QuarryError(
    codeOf(failure, subject),
    `${what}: ${failure.problem ?? describe(failure)} in ${subjectAt(subject, place)}${advice}`,
    {
      ...place,
      codec: failure.codec,
      direction: failure.direction,
      cause: failure.cause,
    },
  );
}

/** `chunk [12, 0] of /bid_px, shard [3, 0]` */
export function subjectAt(subject: ChainSubject, place: ErrorPlace): string {
  const shard = place.shard === undefined ? "" : `shard [${place.shard.join(", ")}]`;
  if (subject === "shard index") return `the index of ${shard} of ${place.path}`;
  const chunk = place.chunk === undefined ? "a chunk" : `chunk [${place.chunk.join(", ")}]`;
  return `${chunk} of ${place.path}${shard === "" ? "" : `, ${shard}`}`;
}

function codeOf(failure: CodecFailure, subject: ChainSubject): ErrorCode {
  if (failure.reason === "unsupported") return "UNSUPPORTED_CODEC";
  if (failure.direction === "encode") return "ENCODE_FAILED";
  return subject === "chunk" ? "CHUNK_CORRUPT" : "SHARD_INDEX_CORRUPT";
}

function describe({ reason, expected, actual, direction }: CodecFailure): string {
  switch (reason) {
    case "truncated":
      return "the encoded bytes end too early";
    case "malformed":
      return "the encoded bytes are malformed";
    case "trailing-bytes":
      return "bytes follow the end of the encoded data";
    case "checksum-mismatch":
      return expected === undefined || actual === undefined
        ? "checksum mismatch"
        : `checksum mismatch (stored ${hex(expected)}, computed ${hex(actual)})`;
    case "length-mismatch":
      return expected === undefined || actual === undefined
        ? "decoded to the wrong number of bytes"
        : `decoded to ${actual} bytes instead of ${expected}`;
    case "too-large":
      return expected === undefined || actual === undefined
        ? "the encoded bytes declare more than can be right"
        : `the encoded bytes declare ${actual} bytes, but no more than ${expected} can be right`;
    case "unsupported":
      return direction === "encode"
        ? "this codec, configured like this, is read and not written"
        : "the encoded bytes use a feature that is not supported";
    case "internal":
      return "the codec failed for a reason of its own (memory, or an internal limit)";
    case "not-representable":
      return direction === "encode"
        ? "a value does not fit into the data type that it is to be stored as"
        : "a value does not fit into the data type that it is to be read as";
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
