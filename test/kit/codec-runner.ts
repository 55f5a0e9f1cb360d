/**
 * How the codec kit reaches a backend: a codec by itself (portable), or as a chain of its own (native).
 */
import type { ChunkType, DecodedSize, ResolvedCodec } from "../../codecs/definition.ts";
import type { Backend } from "../../src/codec/chain.ts";
import { resolvePipeline } from "../../src/codec/pipeline.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import type { JsonObject } from "../../src/metadata/json.ts";

/** One codec with one configuration, ready for chunks of one type. */
export interface RunningCodec {
  readonly resolved: ResolvedCodec;
  encode(decoded: Uint8Array): Promise<Uint8Array>;
  decode(encoded: Uint8Array, size: DecodedSize): Promise<Uint8Array>;
}

const PLACE = { path: "/test" };

export interface CodecRunner {
  readonly name: string;
  start(codec: string, configuration: JsonObject, input: ChunkType): Promise<RunningCodec>;
}

/** The portable implementation, on its own. */
export const portableRunner: CodecRunner = {
  name: "portable",
  async start(codec, configuration, input) {
    const resolved = resolveCodec({ name: codec, configuration }, input, "/test");
    const implementation = await resolved.portable();
    return {
      resolved,
      encode: async (decoded) => implementation.encode(decoded, PLACE),
      decode: async (encoded, size) => implementation.decode(encoded, size, PLACE),
    };
  },
};

/** A codec as the only one of a chain, but for the little-endian `bytes` that every chain must have. */
export function chainRunner(backend: Backend): CodecRunner {
  return {
    name: backend.name,
    async start(codec, configuration, input) {
      const metadata = { name: codec, configuration };
      const resolved = resolveCodec(metadata, input, "/test");
      const bytes = { name: "bytes", configuration: { endian: "little" } };
      const codecs = {
        "array-to-array": [metadata, bytes],
        "array-to-bytes": [metadata],
        "bytes-to-bytes": [bytes, metadata],
      }[resolved.kind];
      const chain = await backend.createChain(resolvePipeline(codecs, input, "/test"), "chunk");
      if (chain === undefined) {
        throw new Error(`${backend.name} has no codec ${codec}`);
      }
      return {
        resolved,
        encode: (decoded) => chain.encode(decoded, PLACE),
        decode: (encoded) => chain.decode(encoded, PLACE),
      };
    },
  };
}
