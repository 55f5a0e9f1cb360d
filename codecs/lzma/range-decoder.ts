/**
 * The range decoder of LZMA: bits by adaptive probabilities, each the chance of a 0 in 2048ths, and bits of even
 * chance. The coded bytes are those from `start` to `end`, all of which a whole stream uses up.
 */
import { CodecFault } from "../fault.ts";

const PROBABILITY_BITS = 11;
const EVEN = 1 << (PROBABILITY_BITS - 1);
const ADAPTATION_SHIFT = 5;
const TOP = 2 ** 24;
const INITIAL_BYTES = 5;

export type Probabilities = Uint16Array;

export function evenProbabilities(count: number): Probabilities {
  return new Uint16Array(count).fill(EVEN);
}

export class RangeDecoder {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #range = 0xffffffff;
  #code: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    if (end - start < INITIAL_BYTES) {
      throw new CodecFault("truncated", { expected: start + INITIAL_BYTES, actual: end });
    }
    // The first byte of an encoder's carry, which is always 0.
    if (bytes[start] !== 0) {
      throw new CodecFault("malformed");
    }
    this.#bytes = bytes;
    this.#end = end;
    this.#at = start + INITIAL_BYTES;
    this.#code = new DataView(bytes.buffer, bytes.byteOffset).getUint32(start + 1, false);
  }

  /** Index of the first byte that has not been read. */
  get positionBytes(): number {
    return this.#at;
  }

  /** Whether what has been decoded is all that the bytes read so far say. */
  get isFinished(): boolean {
    return this.#code === 0;
  }

  #normalize(): void {
    if (this.#range < TOP) {
      if (this.#at >= this.#end) {
        throw new CodecFault("truncated", { actual: this.#end });
      }
      this.#range = (this.#range * 256) >>> 0;
      this.#code = ((this.#code << 8) | this.#bytes[this.#at++]!) >>> 0;
    }
  }

  bit(probabilities: Probabilities, index: number): 0 | 1 {
    const probability = probabilities[index]!;
    const bound = (this.#range >>> PROBABILITY_BITS) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[index] = probability + (((1 << PROBABILITY_BITS) - probability) >> ADAPTATION_SHIFT);
      this.#normalize();
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    probabilities[index] = probability - (probability >> ADAPTATION_SHIFT);
    this.#normalize();
    return 1;
  }

  /** `bitCount` bits, the most significant first; the probabilities are a binary tree whose root is at `base` + 1. */
  tree(probabilities: Probabilities, base: number, bitCount: number): number {
    let node = 1;
    for (let bit = 0; bit < bitCount; bit++) {
      node = (node << 1) | this.bit(probabilities, base + node);
    }
    return node - (1 << bitCount);
  }

  /** {@link tree} with the least significant bit first. */
  reverseTree(probabilities: Probabilities, base: number, bitCount: number): number {
    let node = 1;
    let value = 0;
    for (let bit = 0; bit < bitCount; bit++) {
      const next = this.bit(probabilities, base + node);
      node = (node << 1) | next;
      value |= next << bit;
    }
    return value;
  }

  /** `bitCount` bits of even chance, the most significant first. */
  evenBits(bitCount: number): number {
    let value = 0;
    for (let bit = 0; bit < bitCount; bit++) {
      this.#range >>>= 1;
      const next = this.#code >= this.#range ? 1 : 0;
      this.#code -= next * this.#range;
      value = value * 2 + next;
      this.#normalize();
    }
    return value;
  }
}
