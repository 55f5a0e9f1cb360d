/** One codec at work on the portable backend: what it gives is checked, and what it throws is named. */
import type { DecodedSize, PortableCodec, ResolvedCodec } from "../../../codecs/definition.ts";
import { CodecFault } from "../../../codecs/fault.ts";
import { type ErrorPlace, isQuarryError } from "../../errors.ts";
import { type ChainSubject, codecError } from "../fault-message.ts";

export class CodecStep {
  /** As metadata spells it. */
  readonly #name: string;
  readonly #codec: PortableCodec;
  readonly #decodedSize: DecodedSize;
  readonly #subject: ChainSubject;

  constructor(name: string, codec: PortableCodec, decodedSize: DecodedSize, subject: ChainSubject) {
    this.#name = name;
    this.#codec = codec;
    this.#decodedSize = decodedSize;
    this.#subject = subject;
  }

  async encode(decoded: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    try {
      return await this.#codec.encode(decoded, place);
    } catch (error) {
      throw this.#error(error, "encode", place);
    }
  }

  async decode(encoded: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    const { exact, max } = this.#decodedSize;
    try {
      const decoded = await this.#codec.decode(encoded, this.#decodedSize, place);
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
    const codec = this.#name;
    if (error instanceof CodecFault) {
      const { reason, expected, actual, cause } = error;
      return codecError({ reason, expected, actual, codec, direction, cause }, this.#subject, place);
    }
    // A third party's codec may throw whatever it likes.
    return codecError({ reason: "internal", codec, direction, cause: error }, this.#subject, place);
  }
}

/** The size of what `codec` encodes from `decoded` bytes. */
export function encodedSize(codec: ResolvedCodec, decoded: DecodedSize): DecodedSize {
  if (codec.encodedBytes !== undefined) {
    return {
      exact: decoded.exact === undefined ? undefined : codec.encodedBytes(decoded.exact),
      max: codec.encodedBytes(decoded.max),
    };
  }
  return { exact: undefined, max: codec.encodedBytesMax?.(decoded.max) ?? 2 * decoded.max + 65_536 };
}
