/** Chains of the C++ core, run on its thread pool. */
import type { NativeCodec } from "../../../codecs/definition.ts";
import type { ErrorPlace } from "../../errors.ts";
import type { Backend, Chain } from "../chain.ts";
import type { ChainSubject } from "../fault-message.ts";
import type { Pipeline } from "../pipeline.ts";
import type { Addon, ChainHandle } from "./addon.ts";
import { chainFaultError } from "./native-faults.ts";
import { nativeTypeOf } from "./native-type.ts";

export function nativeBackend(addon: Addon): Backend {
  return {
    name: "native",
    async createChain(pipeline, subject) {
      const codecs = nativeCodecs(pipeline);
      if (codecs === undefined) return undefined;
      const { dataType, shape } = pipeline.chunk;
      const nativeType = nativeTypeOf(dataType);
      if (nativeType === undefined) return undefined;
      const handle = addon.createChain({ dataType: nativeType, shape }, codecs);
      return typeof handle === "number" ? undefined : new NativeChain(addon, handle, pipeline, subject);
    },
  };
}

/** What the core is told, or undefined where a codec exists in JavaScript only. */
export function nativeCodecs(pipeline: Pipeline): NativeCodec[] | undefined {
  const codecs = pipeline.codecs.map((codec) => codec.native);
  return codecs.includes(undefined) ? undefined : (codecs as NativeCodec[]);
}

class NativeChain implements Chain {
  readonly pipeline: Pipeline;
  readonly encodedBytesMax: number;
  readonly #addon: Addon;
  readonly #handle: ChainHandle;
  readonly #subject: ChainSubject;

  constructor(addon: Addon, handle: ChainHandle, pipeline: Pipeline, subject: ChainSubject) {
    this.pipeline = pipeline;
    this.encodedBytesMax = pipeline.encodedBytes ?? 2 * pipeline.chunkBytes + 65_536;
    this.#addon = addon;
    this.#handle = handle;
    this.#subject = subject;
  }

  encode(chunk: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#addon.encodeChunk(this.#handle, chunk, (fault, encoded) => {
        if (fault === undefined) resolve(encoded!);
        else reject(chainFaultError(fault, this.pipeline, this.#subject, place));
      });
    });
  }

  decode(encoded: Uint8Array, place: ErrorPlace): Promise<Uint8Array> {
    const chunk = new Uint8Array(this.pipeline.chunkBytes);
    return new Promise((resolve, reject) => {
      this.#addon.decodeChunk(this.#handle, encoded, chunk, (fault) => {
        if (fault === undefined) resolve(chunk);
        else reject(chainFaultError(fault, this.pipeline, this.#subject, place));
      });
    });
  }
}
