/** Chains of the C++ core, run on its thread pool. */
import type { ErrorPlace } from "../../errors.ts";
import type { Backend, Chain } from "../chain.ts";
import type { ChainSubject } from "../fault-message.ts";
import type { Pipeline } from "../pipeline.ts";
import type { Addon, ChainHandle } from "./addon.ts";
import { chainHandle } from "./chain-handles.ts";
import { chainFaultError } from "./native-faults.ts";

export function nativeBackend(addon: Addon): Backend {
  return {
    name: "native",
    async createChain(pipeline, subject) {
      const handle = chainHandle(addon, pipeline);
      return handle && new NativeChain(addon, handle, pipeline, subject);
    },
  };
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
