/** Chains on the portable implementations of `codecs/`: TypeScript and WebAssembly, on the calling thread. */
import type { DecodedSize, PortableCodec } from "../../../codecs/definition.ts";
import type { ErrorPlace } from "../../errors.ts";
import type { Backend, Chain } from "../chain.ts";
import type { ChainSubject } from "../fault-message.ts";
import type { Pipeline } from "../pipeline.ts";
import { CodecStep, encodedSize } from "./codec-step.ts";

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
  readonly #steps: readonly CodecStep[];

  constructor(pipeline: Pipeline, codecs: readonly PortableCodec[], subject: ChainSubject) {
    this.pipeline = pipeline;
    const steps: CodecStep[] = [];
    let size: DecodedSize = { exact: pipeline.chunkBytes, max: pipeline.chunkBytes };
    for (const [index, codec] of pipeline.codecs.entries()) {
      steps.push(new CodecStep(codec, codecs[index]!, size, subject));
      size = encodedSize(codec, size);
    }
    this.#steps = steps;
    this.encodedBytesMax = size.max;
  }

  async encode(chunk: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    let bytes = chunk;
    for (const step of this.#steps) bytes = await step.encode(bytes, place);
    return bytes;
  }

  async decode(encoded: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    let bytes = encoded;
    for (let index = this.#steps.length - 1; index >= 0; index--) {
      bytes = await this.#steps[index]!.decode(bytes, place);
    }
    return bytes;
  }
}
