/**
 * One codec at work on the portable backend: what it gives is checked, and what it throws is named. Anyone may have
 * written it: what it encodes is held to the sizes that its reader will expect, so that nothing is stored that could
 * not be read.
 */
import {
  type DecodedSize,
  ENCODED_BYTES_MAX,
  type PortableCodec,
  type ResolvedCodec,
} from "../../../codecs/definition.ts";
import { CodecFault } from "../../../codecs/fault.ts";
import { type ErrorPlace, isQuarryError } from "../../errors.ts";
import { type ChainSubject, codecError } from "../fault-message.ts";

export class CodecStep {
  readonly #resolved: ResolvedCodec;
  readonly #codec: PortableCodec;
  readonly #decodedSize: DecodedSize;
  /** The most that this codec's bytes may be when they are read. */
  readonly #encodedBytesMax: number;
  readonly #subject: ChainSubject;

  /**
   * @param resolved named as metadata names it
   * @param codec what its `portable()` gave
   */
  constructor(
    resolved: ResolvedCodec,
    codec: PortableCodec,
    decodedSize: DecodedSize,
    subject: ChainSubject,
  ) {
    this.#resolved = resolved;
    this.#codec = codec;
    this.#decodedSize = decodedSize;
    this.#encodedBytesMax = encodedSize(resolved, decodedSize).max;
    this.#subject = subject;
  }

  async encode(decoded: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    try {
      const encoded = bytesFrom("encode", await this.#codec.encode(decoded, place));
      const expected = this.#resolved.encodedBytes?.(decoded.length);
      if (expected !== undefined && encoded.length !== expected) {
        throw new WrongResult(
          `encoded to ${encoded.length} bytes instead of the ${expected} that it declares`,
        );
      }
      if (expected === undefined && encoded.length > this.#encodedBytesMax) {
        throw new WrongResult(
          `encoded to ${encoded.length} bytes, of which no more than ${this.#encodedBytesMax} would be read`,
        );
      }
      return encoded;
    } catch (error) {
      throw this.#error(error, "encode", place);
    }
  }

  async decode(encoded: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    const { exact, max } = this.#decodedSize;
    try {
      const decoded = bytesFrom("decode", await this.#codec.decode(encoded, this.#decodedSize, place));
      if (exact === undefined ? decoded.length > max : decoded.length !== exact) {
        throw new CodecFault("length-mismatch", { expected: exact ?? max, actual: decoded.length });
      }
      return decoded;
    } catch (error) {
      throw this.#error(error, "decode", place);
    }
  }

  #error(error: unknown, direction: "encode" | "decode", place: ErrorPlace): Error {
    // Of a codec that is made of chains itself, and knows the place better.
    if (isQuarryError(error)) return error;
    const codec = this.#resolved.name;
    if (error instanceof CodecFault) {
      const { reason, expected, actual, cause } = error;
      return codecError({ reason, expected, actual, codec, direction, cause }, this.#subject, place);
    }
    const problem = error instanceof WrongResult ? error.message : undefined;
    // A third party's codec may throw whatever it likes.
    return codecError({ reason: "internal", problem, codec, direction, cause: error }, this.#subject, place);
  }
}

/** A codec gave something else than it declares. */
class WrongResult extends TypeError {}

/** The types say that it is bytes, but nobody has checked a third party's codec against them. */
function bytesFrom(method: "encode" | "decode", result: unknown): Uint8Array {
  if (result instanceof Uint8Array) return result;
  const kind = ArrayBuffer.isView(result)
    ? result.constructor.name
    : result === null
      ? "null"
      : typeof result;
  throw new WrongResult(`its ${method}() gave ${kind}, not a Uint8Array`);
}

/** The size of what `codec` encodes from `decoded` bytes. */
export function encodedSize(codec: ResolvedCodec, decoded: DecodedSize): DecodedSize {
  if (codec.encodedBytes !== undefined) {
    return {
      exact: decoded.exact === undefined ? undefined : codec.encodedBytes(decoded.exact),
      max: codec.encodedBytes(decoded.max),
    };
  }
  return { exact: undefined, max: (codec.encodedBytesMax ?? ENCODED_BYTES_MAX)(decoded.max) };
}
