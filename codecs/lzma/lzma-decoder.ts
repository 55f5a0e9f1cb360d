/**
 * The symbols of LZMA: literals, matches (a distance and a length), and repetitions of one of the last four
 * distances. Written after the LZMA specification in the LZMA SDK.
 *
 * The output is the dictionary: nothing is allocated for what a header declares.
 *
 * Own code because no package that npm has decodes the xz, the older `.lzma` and the raw form, bounds what it makes
 * and says where the stream ended.
 */
import type { BoundedOutput } from "../bounded-output.ts";
import { CodecFault } from "../fault.ts";
import { LengthDecoder } from "./length-decoder.ts";
import { evenProbabilities, type Probabilities, type RangeDecoder } from "./range-decoder.ts";

export interface LzmaProperties {
  /** High bits of the byte before a literal that choose its probabilities. */
  readonly literalContextBits: number;
  /** Low bits of a literal's position that do. */
  readonly literalPositionBits: number;
  /** Low bits of the position that choose the other probabilities. */
  readonly positionBits: number;
}

/** `(pb * 5 + lp) * 9 + lc` */
export function parseLzmaProperties(byte: number): LzmaProperties {
  if (byte >= 9 * 5 * 5) {
    throw new CodecFault("malformed");
  }
  return {
    literalContextBits: byte % 9,
    literalPositionBits: Math.floor(byte / 9) % 5,
    positionBits: Math.floor(byte / 45),
  };
}

const STATES = 12;
const LITERAL_STATES = 7;
const POSITIONS_MAX = 16;
const LITERAL_PROBABILITIES = 0x300;
const LENGTH_STATES = 4;
const LENGTH_MIN = 2;
const SLOT_BITS = 6;
const SLOTS = 1 << SLOT_BITS;
/** Distances of smaller slots have no bits but their slot's. */
const SLOT_WITH_BITS = 4;
/** Distances of slots from here on end in bits of even chance and {@link ALIGN_BITS} others. */
const SLOT_WITH_EVEN_BITS = 14;
const ALIGN_BITS = 4;
const END_MARKER = 0xffffffff;

class Model {
  readonly literals: Probabilities;
  readonly isMatch = evenProbabilities(STATES * POSITIONS_MAX);
  readonly isRepetition = evenProbabilities(STATES);
  readonly isNotLast = evenProbabilities(STATES);
  readonly isNotSecond = evenProbabilities(STATES);
  readonly isNotThird = evenProbabilities(STATES);
  readonly isLastLong = evenProbabilities(STATES * POSITIONS_MAX);
  readonly slots = evenProbabilities(LENGTH_STATES * SLOTS);
  /** A tree for each of the slots 4…13, behind each other without their unused roots. */
  readonly distances = evenProbabilities(1 + 128 - SLOT_WITH_EVEN_BITS);
  readonly align = evenProbabilities(1 << ALIGN_BITS);
  readonly matchLengths = new LengthDecoder();
  readonly repetitionLengths = new LengthDecoder();

  constructor({ literalContextBits, literalPositionBits }: LzmaProperties) {
    this.literals = evenProbabilities(LITERAL_PROBABILITIES << (literalContextBits + literalPositionBits));
  }
}

export class LzmaDecoder {
  readonly #output: BoundedOutput;
  readonly #dictionaryBytes: number;
  #dictionaryStart: number;
  #properties: LzmaProperties;
  #model: Model;
  #state = 0;
  /** The last four distances, less one, the newest first. */
  #distances: [number, number, number, number] = [0, 0, 0, 0];

  /** The dictionary begins where the output ends now. */
  constructor(output: BoundedOutput, dictionaryBytes: number, properties: LzmaProperties) {
    this.#output = output;
    this.#dictionaryBytes = dictionaryBytes;
    this.#dictionaryStart = output.length;
    this.#properties = properties;
    this.#model = new Model(properties);
  }

  /** Makes what has been decoded so far out of reach. */
  forget(): void {
    this.#dictionaryStart = this.#output.length;
  }

  /** Begins anew with what the decoder has learnt; the dictionary stays. */
  reset(properties: LzmaProperties = this.#properties): void {
    this.#properties = properties;
    this.#model = new Model(properties);
    this.#state = 0;
    this.#distances = [0, 0, 0, 0];
  }

  /**
   * Decodes symbols until the output has `endBytes` bytes, which no match may pass, or until the end marker.
   * @returns whether it was the marker
   */
  decode(range: RangeDecoder, endBytes: number): boolean {
    const output = this.#output;
    while (output.length < endBytes) {
      const byteCount = this.#symbol(range);
      if (byteCount === undefined) {
        return true;
      }
      if (byteCount > 0) {
        if (byteCount > endBytes - output.length) {
          throw new CodecFault("malformed");
        }
        this.#checkDistance();
        output.repeat(this.#distances[0] + 1, byteCount);
      }
    }
    return false;
  }

  /** Decodes the one symbol that may follow the last byte. */
  decodeEndMarker(range: RangeDecoder): void {
    if (this.#symbol(range) !== undefined) {
      throw new CodecFault("trailing-bytes");
    }
  }

  /** @returns bytes to repeat from the newest distance, 0 after a literal, undefined at the end marker */
  #symbol(range: RangeDecoder): number | undefined {
    const model = this.#model;
    const position =
      (this.#output.length - this.#dictionaryStart) & ((1 << this.#properties.positionBits) - 1);
    const state = this.#state;
    if (range.bit(model.isMatch, state * POSITIONS_MAX + position) === 0) {
      this.#literal(range);
      return 0;
    }
    if (range.bit(model.isRepetition, state) === 0) {
      const [first, second, third] = this.#distances;
      const byteCount = model.matchLengths.decode(range, position);
      const distance = this.#distance(range, byteCount);
      if (distance === END_MARKER) {
        return undefined;
      }
      this.#distances = [distance, first, second, third];
      this.#state = state < LITERAL_STATES ? 7 : 10;
      return byteCount;
    }
    if (range.bit(model.isNotLast, state) === 0) {
      if (range.bit(model.isLastLong, state * POSITIONS_MAX + position) === 0) {
        this.#state = state < LITERAL_STATES ? 9 : 11;
        return 1;
      }
    } else {
      this.#promoteDistance(range);
    }
    this.#state = state < LITERAL_STATES ? 8 : 11;
    return model.repetitionLengths.decode(range, position);
  }

  #literal(range: RangeDecoder): void {
    const { literalContextBits, literalPositionBits } = this.#properties;
    const output = this.#output;
    const position = output.length - this.#dictionaryStart;
    const previous = position === 0 ? 0 : output.byteAt(1);
    const context =
      ((position & ((1 << literalPositionBits) - 1)) << literalContextBits) |
      (previous >> (8 - literalContextBits));
    const base = LITERAL_PROBABILITIES * context;
    const { literals } = this.#model;
    let symbol = 1;
    if (this.#state >= LITERAL_STATES) {
      // After a match the byte that it would have gone on with is a hint, as long as it proves right.
      this.#checkDistance();
      let hint = output.byteAt(this.#distances[0] + 1);
      let agrees = true;
      while (agrees && symbol < 0x100) {
        const hinted = (hint >> 7) & 1;
        hint <<= 1;
        const bit = range.bit(literals, base + ((1 + hinted) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        agrees = bit === hinted;
      }
    }
    while (symbol < 0x100) {
      symbol = (symbol << 1) | range.bit(literals, base + symbol);
    }
    output.appendByte(symbol & 0xff);
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  #distance(range: RangeDecoder, byteCount: number): number {
    const model = this.#model;
    const lengthState = Math.min(byteCount - LENGTH_MIN, LENGTH_STATES - 1);
    const slot = range.tree(model.slots, lengthState * SLOTS, SLOT_BITS);
    if (slot < SLOT_WITH_BITS) {
      return slot;
    }
    const extraBits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** extraBits;
    if (slot < SLOT_WITH_EVEN_BITS) {
      return base + range.reverseTree(model.distances, base - slot, extraBits);
    }
    const high = range.evenBits(extraBits - ALIGN_BITS) * (1 << ALIGN_BITS);
    return base + high + range.reverseTree(model.align, 0, ALIGN_BITS);
  }

  /** Moves the second, third or fourth distance to the front. */
  #promoteDistance(range: RangeDecoder): void {
    const [first, second, third, fourth] = this.#distances;
    if (range.bit(this.#model.isNotSecond, this.#state) === 0) {
      this.#distances = [second, first, third, fourth];
    } else if (range.bit(this.#model.isNotThird, this.#state) === 0) {
      this.#distances = [third, first, second, fourth];
    } else {
      this.#distances = [fourth, first, second, third];
    }
  }

  #checkDistance(): void {
    const distance = this.#distances[0] + 1;
    if (distance > this.#output.length - this.#dictionaryStart || distance > this.#dictionaryBytes) {
      throw new CodecFault("malformed");
    }
  }
}
