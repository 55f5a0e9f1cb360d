/**
 * Canonical Huffman codes of RFC 1951, 3.2.2, as one table that is indexed with the next `indexBits` bits of the
 * stream. An entry is `symbol << 4 | codeBits`; 0 stands for bits that no code begins with.
 */
import { CodecFault } from "../fault.ts";

export interface HuffmanTable {
  readonly entries: Uint16Array;
  readonly indexBits: number;
  /** Whether every sequence of bits begins with a code. */
  readonly complete: boolean;
}

const CODE_BITS_MAX = 15;

/** Codes are packed from their most significant bit, everything else from its least: hence the reversal. */
function reversed(code: number, codeBits: number): number {
  let result = 0;
  for (let bit = 0; bit < codeBits; bit++) {
    result = (result << 1) | ((code >> bit) & 1);
  }
  return result;
}

/** The table of the code in which symbol `i` has `codeLengths[i]` bits, 0 where it has no code. */
export function huffmanTable(codeLengths: Uint8Array): HuffmanTable {
  const symbolCounts = new Uint16Array(CODE_BITS_MAX + 1);
  for (const codeBits of codeLengths) {
    symbolCounts[codeBits]!++;
  }
  symbolCounts[0] = 0;
  const nextCode = new Uint32Array(CODE_BITS_MAX + 2);
  let unused = 1;
  let indexBits = 1;
  for (let codeBits = 1; codeBits <= CODE_BITS_MAX; codeBits++) {
    unused = unused * 2 - symbolCounts[codeBits]!;
    if (unused < 0) {
      throw new CodecFault("malformed");
    }
    if (symbolCounts[codeBits] !== 0) {
      indexBits = codeBits;
    }
    nextCode[codeBits + 1] = (nextCode[codeBits]! + symbolCounts[codeBits]!) << 1;
  }
  // A code that leaves bits unused is legal only if it has no symbol or a single one, of one bit.
  const symbolCount = symbolCounts.reduce((sum, count) => sum + count, 0);
  if (unused > 0 && (symbolCount > 1 || indexBits > 1)) {
    throw new CodecFault("malformed");
  }
  const entries = new Uint16Array(1 << indexBits);
  for (let symbol = 0; symbol < codeLengths.length; symbol++) {
    const codeBits = codeLengths[symbol]!;
    if (codeBits !== 0) {
      const first = reversed(nextCode[codeBits]!++, codeBits);
      for (let index = first; index < entries.length; index += 1 << codeBits) {
        entries[index] = (symbol << 4) | codeBits;
      }
    }
  }
  return { entries, indexBits, complete: unused === 0 };
}
