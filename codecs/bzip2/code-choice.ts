/**
 * Which Huffman codes a block has, and which of them each group of 50 symbols is written with. As in bzip2, the codes
 * begin as ones for equal shares of the symbols, and are adapted a few times to the groups that they suit best.
 */
import { codeLengthsOf } from "./code-lengths.ts";
import { CODES_MAX, CODES_MIN, GROUP_SYMBOLS } from "./format.ts";

/** Readers take 20; bzip2 writes 17, since it lost bits of longer ones once. */
const WRITTEN_BITS_MAX = 17;
const ADAPTATIONS = 4;
/** Blocks of so many symbols are worth one code more. */
const WORTH_A_CODE = [200, 600, 1200, 2400] as const;
/** What a symbol costs outside the share of its code, before there are codes. */
const FOREIGN_BITS = 15;

export interface CodeChoice {
  /** For each code, the bits of each symbol. */
  readonly codes: readonly Uint8Array[];
  /** The code of each group. */
  readonly selectors: Uint8Array;
}

export function chooseCodes(symbols: Uint16Array, symbolCount: number): CodeChoice {
  const codeCount = Math.min(
    CODES_MIN + WORTH_A_CODE.filter((count) => symbols.length >= count).length,
    CODES_MAX,
  );
  let codes = sharesOf(symbols, symbolCount, codeCount);
  const selectors = new Uint8Array(Math.ceil(symbols.length / GROUP_SYMBOLS));
  for (let adaptation = 0; adaptation < ADAPTATIONS; adaptation++) {
    const frequencies = codes.map(() => new Uint32Array(symbolCount));
    for (let group = 0; group < selectors.length; group++) {
      const members = symbols.subarray(group * GROUP_SYMBOLS, (group + 1) * GROUP_SYMBOLS);
      const cheapest = cheapestOf(codes, members);
      selectors[group] = cheapest;
      for (const symbol of members) {
        frequencies[cheapest]![symbol]!++;
      }
    }
    codes = frequencies.map((counts) => codeLengthsOf(counts, WRITTEN_BITS_MAX));
  }
  return { codes, selectors };
}

/** Codes that are short for symbols next to one another, of which about equally many occur for each. */
function sharesOf(symbols: Uint16Array, symbolCount: number, codeCount: number): Uint8Array[] {
  const frequencies = new Uint32Array(symbolCount);
  for (const symbol of symbols) {
    frequencies[symbol]!++;
  }
  const codes: Uint8Array[] = [];
  let first = 0;
  let left = symbols.length;
  for (let codesLeft = codeCount; codesLeft > 0; codesLeft--) {
    const share = left / codesLeft;
    let taken = 0;
    let end = first;
    while (end < symbolCount && taken < share) {
      taken += frequencies[end++]!;
    }
    codes.push(new Uint8Array(symbolCount).fill(FOREIGN_BITS).fill(0, first, end));
    first = end;
    left -= taken;
  }
  return codes;
}

function cheapestOf(codes: readonly Uint8Array[], members: Uint16Array): number {
  let cheapest = 0;
  let fewestBits = Number.POSITIVE_INFINITY;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index]!;
    let bits = 0;
    for (const symbol of members) {
      bits += code[symbol]!;
    }
    if (bits < fewestBits) {
      cheapest = index;
      fewestBits = bits;
    }
  }
  return cheapest;
}
