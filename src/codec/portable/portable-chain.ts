/** Chains on the portable implementations of `codecs/`: TypeScript and WebAssembly, on the calling thread. */
import type { DecodedSize, PortableCodec, ResolvedCodec } from "../../../codecs/definition.ts";
import { CodecFault } from "../../../codecs/fault.ts";
import { type ErrorPlace, isQuarryError } from "../../errors.ts";
import type { Backend, Chain } from "../chain.ts";
import { type ChainSubject, codecError } from "../fault-message.ts";
import type { Pipeline } from "../pipeline.ts";

export const portableBackend: Backend = {
  name: "portable",
  async createChain(pipeline, subject, heap) {
    const codecs = await Promise.all(pipeline.codecs.map((codec) => codec.portable(heap)));
    return new PortableChain(pipeline, codecs, subject);
  },
};

class PortableChain implements Chain {
  readonly pipeline: Pipeline;
  readonly encodedBytesMax: number;
  readonly #codecs: readonly PortableCodec[];
  /** For each codec, what its decoder may produce. */
  readonly #sizes: readonly DecodedSize[];
  readonly #subject: ChainSubject;

  constructor(pipeline: Pipeline, codecs: readonly PortableCodec[], subject: ChainSubject) {
    this.pipeline = pipeline;
    this.#codecs = codecs;
    this.#subject = subject;
    const sizes: DecodedSize[] = [];
    let size: DecodedSize = { exact: pipeline.chunkBytes, max: pipeline.chunkBytes };
    for (const codec of pipeline.codecs) {
      sizes.push(size);
      size = encodedSize(codec, size);
    }
    this.#sizes = sizes;
    this.encodedBytesMax = size.max;
  }

  async encode(chunk: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    let bytes = chunk;
    for (const [index, codec] of this.#codecs.entries()) {
      bytes = await this.#run(index, "encode", place, () => codec.encode(bytes, place));
    }
    return bytes;
  }

  async decode(encoded: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    let bytes = encoded;
    for (let index = this.#codecs.length - 1; index >= 0; index--) {
      const size = this.#sizes[index]!;
      bytes = await this.#run(index, "decode", place, async () => {
        const decoded = await this.#codecs[index]!.decode(bytes, size, place);
        if (size.exact === undefined ? decoded.length > size.max : decoded.length !== size.exact) {
          throw new CodecFault("length-mismatch", {
            expected: size.exact ?? size.max,
            actual: decoded.length,
          });
        }
        return decoded;
      });
    }
    return bytes;
  }

  async #run(
    index: number,
    direction: "encode" | "decode",
    place: ErrorPlace,
    run: () => Uint8Array | Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    try {
      return await run();
    } catch (error) {
      // Of a codec that is made of chains itself, and knows the place better.
      if (isQuarryError(error)) throw error;
      const codec = this.pipeline.codecs[index]!.name;
      if (error instanceof CodecFault) {
        const { reason, expected, actual, cause } = error;
        throw codecError({ reason, expected, actual, codec, direction, cause }, this.#subject, place);
      }
      // A third party's codec may throw whatever it likes.
      throw codecError({ reason: "internal", codec, direction, cause: error }, this.#subject, place);
    }
  }
}

function encodedSize(codec: ResolvedCodec, decoded: DecodedSize): DecodedSize {
  if (codec.encodedBytes !== undefined) {
    return {
      exact: decoded.exact === undefined ? undefined : codec.encodedBytes(decoded.exact),
      max: codec.encodedBytes(decoded.max),
    };
  }
  return { exact: undefined, max: codec.encodedBytesMax?.(decoded.max) ?? 2 * decoded.max + 65_536 };
}
