/**
 * What a codec found wrong, before anyone has said where. Both backends report the same reasons; the chain
 * turns them into a `QuarryError` with codec, direction and chunk. The order of {@link FAULT_REASONS} is the
 * numbering of `quarry::FaultReason` in `native/core/error.h`.
 */
export const FAULT_REASONS = [
  /** The input ends before the structure that it describes does. */
  "truncated",
  /** A header, block or token that no encoder writes. */
  "malformed",
  /** Bytes follow the end of the encoded data. */
  "trailing-bytes",
  /** `expected` is the checksum stored, `actual` the one computed. */
  "checksum-mismatch",
  /** Decoded to `actual` bytes where the chain determines `expected`. */
  "length-mismatch",
  /** Declares `actual` bytes, where the metadata allows no more than `expected`. */
  "too-large",
  /** Legal input that this implementation does not do. */
  "unsupported",
  /** The compression library failed for a reason of its own (memory, an internal limit). */
  "internal",
  /** A value that the data type it goes to cannot hold. */
  "not-representable",
] as const;

export type FaultReason = (typeof FAULT_REASONS)[number];

export class CodecFault extends Error {
  override readonly name = "CodecFault";
  readonly reason: FaultReason;
  readonly expected: number | undefined;
  readonly actual: number | undefined;

  constructor(
    reason: FaultReason,
    facts: { readonly expected?: number; readonly actual?: number; readonly cause?: unknown } = {},
  ) {
    super(reason, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.reason = reason;
    this.expected = facts.expected;
    this.actual = facts.actual;
  }
}
