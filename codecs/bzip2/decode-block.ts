/**
 * One block of bzip2, undone step by step: Huffman codes in groups of 50 symbols, run lengths of zeros in base 2
 * with digits 1 and 2, move to front, the Burrows-Wheeler transform, and runs of four or more equal bytes.
 */
import type { BoundedOutput } from "../bounded-output.ts";
import { CodecFault } from "../fault.ts";
import type { BitReader } from "./bit-reader.ts";
import { CODE_BITS_MAX, CODES_MAX, CODES_MIN, GROUP_SYMBOLS, RUN_A, RUN_B, RUN_LENGTH } from "./format.ts";
import { HuffmanCode } from "./huffman.ts";

/**
 * Decodes the block behind its magic and checksum.
 * @param transformed room for the most bytes that a block of the stream has before its last step
 */
export function decodeBlock(reader: BitReader, transformed: Uint32Array, output: BoundedOutput): void {
  if (reader.read(1) === 1) {
    // Blocks that bzip2 before 0.9.5 shuffled.
    throw new CodecFault("unsupported");
  }
  const origin = reader.read(24);
  const usedBytes = readUsedBytes(reader);
  const selectors = readSelectors(reader);
  const byteCounts = new Uint32Array(256);
  const byteCount = readSymbols(reader, usedBytes, selectors, transformed, byteCounts);
  if (origin >= byteCount) {
    throw new CodecFault("malformed");
  }
  linkSuccessors(transformed, byteCount, byteCounts);
  appendRuns(transformed, byteCount, origin, output);
}

/** The bytes that occur, in two levels of bit maps. */
function readUsedBytes(reader: BitReader): number[] {
  const used: number[] = [];
  const rows = reader.read(16);
  for (let row = 0; row < 16; row++) {
    if (((rows >> (15 - row)) & 1) === 1) {
      const columns = reader.read(16);
      for (let column = 0; column < 16; column++) {
        if (((columns >> (15 - column)) & 1) === 1) {
          used.push(16 * row + column);
        }
      }
    }
  }
  if (used.length === 0) {
    throw new CodecFault("malformed");
  }
  return used;
}

interface Selectors {
  readonly codeCount: number;
  /** The code of each group. */
  readonly codeOfGroup: Uint8Array;
}

function readSelectors(reader: BitReader): Selectors {
  const codeCount = reader.read(3);
  const selectorCount = reader.read(15);
  if (codeCount < CODES_MIN || codeCount > CODES_MAX || selectorCount === 0) {
    throw new CodecFault("malformed");
  }
  const recent = [...new Array(codeCount).keys()];
  const codeOfGroup = new Uint8Array(selectorCount);
  for (let group = 0; group < selectorCount; group++) {
    let position = 0;
    while (reader.read(1) === 1) {
      position++;
      if (position >= codeCount) {
        throw new CodecFault("malformed");
      }
    }
    const [code] = recent.splice(position, 1);
    recent.unshift(code!);
    codeOfGroup[group] = code!;
  }
  return { codeCount, codeOfGroup };
}

function readCode(reader: BitReader, symbolCount: number): HuffmanCode {
  const codeLengths = new Uint8Array(symbolCount);
  let codeBits = reader.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    while (reader.read(1) === 1) {
      codeBits += reader.read(1) === 0 ? 1 : -1;
      checkCodeBits(codeBits);
    }
    checkCodeBits(codeBits);
    codeLengths[symbol] = codeBits;
  }
  return new HuffmanCode(codeLengths);
}

function checkCodeBits(codeBits: number): void {
  if (codeBits < 1 || codeBits > CODE_BITS_MAX) {
    throw new CodecFault("malformed");
  }
}

/** @returns how many bytes have been put into `transformed`, and how often each into `byteCounts` */
function readSymbols(
  reader: BitReader,
  usedBytes: readonly number[],
  { codeCount, codeOfGroup }: Selectors,
  transformed: Uint32Array,
  byteCounts: Uint32Array,
): number {
  const endOfBlock = usedBytes.length + 1;
  const codes = Array.from({ length: codeCount }, () => readCode(reader, usedBytes.length + 2));
  const recent = [...usedBytes];
  let byteCount = 0;
  let run = 0;
  let runDigit = 1;
  const append = (byte: number, times: number) => {
    if (times > transformed.length - byteCount) {
      throw new CodecFault("malformed");
    }
    transformed.fill(byte, byteCount, byteCount + times);
    byteCounts[byte]! += times;
    byteCount += times;
  };
  for (const index of codeOfGroup) {
    const code = codes[index]!;
    for (let member = 0; member < GROUP_SYMBOLS; member++) {
      const symbol = code.read(reader);
      if (symbol === RUN_A || symbol === RUN_B) {
        run += runDigit * (symbol + 1);
        runDigit *= 2;
        if (run > transformed.length) {
          throw new CodecFault("malformed");
        }
        continue;
      }
      if (run > 0) {
        append(recent[0]!, run);
        run = 0;
        runDigit = 1;
      }
      if (symbol === endOfBlock) {
        return byteCount;
      }
      const [byte] = recent.splice(symbol - 1, 1);
      recent.unshift(byte!);
      append(byte!, 1);
    }
  }
  // More symbols than the selectors are for.
  throw new CodecFault("malformed");
}

/** Puts into the upper 24 bits of each entry where the byte that follows it is. */
function linkSuccessors(transformed: Uint32Array, byteCount: number, byteCounts: Uint32Array): void {
  const next = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte++) {
    next[byte] = next[byte - 1]! + byteCounts[byte - 1]!;
  }
  for (let at = 0; at < byteCount; at++) {
    const successor = next[transformed[at]! & 0xff]!++;
    transformed[successor] = (transformed[successor]! & 0xff) | (at << 8);
  }
}

/** Follows the links from `origin` on, and writes out the runs. */
function appendRuns(
  transformed: Uint32Array,
  byteCount: number,
  origin: number,
  output: BoundedOutput,
): void {
  let at = transformed[origin]! >>> 8;
  let previous = -1;
  let equalCount = 0;
  for (let count = 0; count < byteCount; count++) {
    const entry = transformed[at]!;
    const byte = entry & 0xff;
    at = entry >>> 8;
    if (equalCount === RUN_LENGTH) {
      if (byte > 0) {
        output.repeat(1, byte);
      }
      equalCount = 0;
      previous = -1;
      continue;
    }
    equalCount = byte === previous ? equalCount + 1 : 1;
    previous = byte;
    output.appendByte(byte);
  }
}
