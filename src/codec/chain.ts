/**
 * A pipeline that runs, on one of the two backends, for bytes that are in JavaScript's hands: chunks of stores that
 * are not a local directory, and whatever the native core has no codec for.
 */
import type { ItemHeap } from "../../codecs/item-heap.ts";
import type { ErrorPlace } from "../errors.ts";
import type { ChainSubject } from "./fault-message.ts";
import type { Pipeline } from "./pipeline.ts";

export interface Chain {
  readonly pipeline: Pipeline;
  /** More bytes than any sane writer's encoded chunk has. */
  readonly encodedBytesMax: number;

  /**
   * @param chunk `pipeline.chunkBytes` bytes; borrowed, and not to be changed, until the promise settles
   * @throws QuarryError `ENCODE_FAILED`
   */
  encode(chunk: Uint8Array, place: ErrorPlace): Promise<Uint8Array>;

  /**
   * @returns exactly `pipeline.chunkBytes` bytes, which may be a view of `encoded`
   * @throws QuarryError `CHUNK_CORRUPT`, or `SHARD_INDEX_CORRUPT` where the chain is that of an index
   */
  decode(encoded: Uint8Array, place: ErrorPlace): Promise<Uint8Array>;
}

/** What a backend offers. */
export interface Backend {
  readonly name: "native" | "portable";
  /**
   * The chain of `pipeline`, or undefined where it holds a codec that this backend does not have.
   * @param heap where items of variable length are
   */
  createChain(pipeline: Pipeline, subject: ChainSubject, heap?: ItemHeap): Promise<Chain | undefined>;
}
