/** One block of bzip2 behind its magic and checksum, written step by step; decode-block.ts says what they are. */
import type { BitWriter } from "./bit-writer.ts";
import { burrowsWheeler } from "./burrows-wheeler.ts";
import { chooseCodes } from "./code-choice.ts";
import { GROUP_SYMBOLS } from "./format.ts";
import { canonicalCodes } from "./huffman.ts";
import { moveToFront } from "./move-to-front.ts";

const CODE_LONGER = 0b10;
const CODE_SHORTER = 0b11;

/** @param block of at least one byte, its runs taken */
export function encodeBlock(block: Uint8Array, writer: BitWriter): void {
  const { lastBytes, origin } = burrowsWheeler(block);
  writer.write(0, 1);
  writer.write(origin, 24);
  const usedBytes = Uint8Array.from(new Set(block)).sort();
  writeUsedBytes(usedBytes, writer);
  const symbols = moveToFront(lastBytes, usedBytes);
  const { codes, selectors } = chooseCodes(symbols, usedBytes.length + 2);
  writeSelectors(selectors, codes.length, writer);
  for (const codeLengths of codes) {
    writeCode(codeLengths, writer);
  }
  writeSymbols(symbols, selectors, codes, writer);
}

function writeUsedBytes(usedBytes: Uint8Array, writer: BitWriter): void {
  const columns = new Uint16Array(16);
  for (const byte of usedBytes) {
    columns[byte >> 4]! |= 0x8000 >> (byte & 15);
  }
  writer.write(
    columns.reduce((rows, used, row) => rows | (used > 0 ? 0x8000 >> row : 0), 0),
    16,
  );
  for (const used of columns) {
    if (used > 0) {
      writer.write(used, 16);
    }
  }
}

/** As positions in a list of the codes, in which each is moved to the front, in unary. */
function writeSelectors(selectors: Uint8Array, codeCount: number, writer: BitWriter): void {
  writer.write(codeCount, 3);
  writer.write(selectors.length, 15);
  const recent = Uint8Array.from({ length: codeCount }, (_, code) => code);
  for (const selector of selectors) {
    const position = recent.indexOf(selector);
    recent.copyWithin(1, 0, position);
    recent[0] = selector;
    writer.write((1 << (position + 1)) - 2, position + 1);
  }
}

/** The lengths by their differences. */
function writeCode(codeLengths: Uint8Array, writer: BitWriter): void {
  let written = codeLengths[0]!;
  writer.write(written, 5);
  for (const bits of codeLengths) {
    for (; written < bits; written++) {
      writer.write(CODE_LONGER, 2);
    }
    for (; written > bits; written--) {
      writer.write(CODE_SHORTER, 2);
    }
    writer.write(0, 1);
  }
}

function writeSymbols(
  symbols: Uint16Array,
  selectors: Uint8Array,
  codes: readonly Uint8Array[],
  writer: BitWriter,
): void {
  const bitsOf = codes.map(canonicalCodes);
  for (let group = 0; group < selectors.length; group++) {
    const selector = selectors[group]!;
    const [bits, lengths] = [bitsOf[selector]!, codes[selector]!];
    for (const symbol of symbols.subarray(group * GROUP_SYMBOLS, (group + 1) * GROUP_SYMBOLS)) {
      writer.write(bits[symbol]!, lengths[symbol]!);
    }
  }
}
