/**
 * Canonical Huffman codes of bzip2: for each length the first code and where its symbols are in the list of all,
 * which is sorted by length. A sequence of bits that is no code is a fault when it is met.
 */
import { CodecFault } from "../fault.ts";
import type { BitReader } from "./bit-reader.ts";
import { CODE_BITS_MAX } from "./format.ts";

/** The code of each symbol, for the writer. */
export function canonicalCodes(codeLengths: Uint8Array): Uint32Array {
  const codes = new Uint32Array(codeLengths.length);
  for (let codeBits = 1, code = 0; codeBits <= CODE_BITS_MAX; codeBits++, code *= 2) {
    for (let symbol = 0; symbol < codeLengths.length; symbol++) {
      if (codeLengths[symbol] === codeBits) {
        codes[symbol] = code++;
      }
    }
  }
  return codes;
}

export class HuffmanCode {
  readonly #symbols: Uint16Array;
  /** By length: the first code, the first index into the symbols, the number of codes. */
  readonly #firstCodes = new Uint32Array(CODE_BITS_MAX + 1);
  readonly #firstIndexes = new Uint16Array(CODE_BITS_MAX + 1);
  readonly #counts = new Uint16Array(CODE_BITS_MAX + 1);

  /** @param codeLengths of each symbol, 1…20 bits */
  constructor(codeLengths: Uint8Array) {
    for (const codeBits of codeLengths) {
      this.#counts[codeBits]!++;
    }
    this.#symbols = new Uint16Array(codeLengths.length);
    const nextIndexes = new Uint16Array(CODE_BITS_MAX + 1);
    for (let codeBits = 1, code = 0, index = 0; codeBits <= CODE_BITS_MAX; codeBits++) {
      this.#firstCodes[codeBits] = code;
      this.#firstIndexes[codeBits] = index;
      nextIndexes[codeBits] = index;
      index += this.#counts[codeBits]!;
      code = (code + this.#counts[codeBits]!) * 2;
    }
    for (let symbol = 0; symbol < codeLengths.length; symbol++) {
      this.#symbols[nextIndexes[codeLengths[symbol]!]!++] = symbol;
    }
  }

  read(reader: BitReader): number {
    let code = 0;
    for (let codeBits = 1; codeBits <= CODE_BITS_MAX; codeBits++) {
      code = (code << 1) | reader.read(1);
      const offset = code - this.#firstCodes[codeBits]!;
      if (offset >= 0 && offset < this.#counts[codeBits]!) {
        return this.#symbols[this.#firstIndexes[codeBits]! + offset]!;
      }
    }
    throw new CodecFault("malformed");
  }
}
