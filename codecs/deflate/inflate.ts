/**
 * Decoder of one deflate stream (RFC 1951): bounded output, exact end, every fault named.
 *
 * Own code because fflate, which encodes for us, neither bounds its output nor says where the stream ended, and
 * takes a distance that points before the output for zeros.
 */

import { BoundedOutput } from "../bounded-output.ts";
import { CodecFault } from "../fault.ts";
import { BitReader } from "./bit-reader.ts";
import { type HuffmanTable, huffmanTable } from "./huffman.ts";

const END_OF_BLOCK = 256;
const LENGTH_BASES = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const LENGTH_EXTRA_BITS = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCE_BASES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA_BITS = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const LITERAL_CODES_MAX = 286;
const DISTANCE_CODES_MAX = 30;
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const INITIAL_EXPANSION = 4;

interface BlockCodes {
  readonly literals: HuffmanTable;
  readonly distances: HuffmanTable;
}

const FIXED_CODES: BlockCodes = {
  literals: huffmanTable(
    Uint8Array.from({ length: 288 }, (_, symbol) =>
      symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
    ),
  ),
  distances: huffmanTable(new Uint8Array(32).fill(5)),
};

function readDynamicCodes(reader: BitReader): BlockCodes {
  const literalCount = reader.read(5) + 257;
  const distanceCount = reader.read(5) + 1;
  const codeLengthCount = reader.read(4) + 4;
  if (literalCount > LITERAL_CODES_MAX || distanceCount > DISTANCE_CODES_MAX) {
    throw new CodecFault("malformed");
  }
  const codeLengthLengths = new Uint8Array(CODE_LENGTH_ORDER.length);
  for (let index = 0; index < codeLengthCount; index++) {
    codeLengthLengths[CODE_LENGTH_ORDER[index]!] = reader.read(3);
  }
  const codeLengthCodes = huffmanTable(codeLengthLengths);
  if (!codeLengthCodes.complete) {
    throw new CodecFault("malformed");
  }
  const lengths = new Uint8Array(literalCount + distanceCount);
  for (let at = 0; at < lengths.length; ) {
    const symbol = reader.readSymbol(codeLengthCodes);
    if (symbol < 16) {
      lengths[at++] = symbol;
      continue;
    }
    if (symbol === 16 && at === 0) {
      throw new CodecFault("malformed");
    }
    const repeated = symbol === 16 ? lengths[at - 1]! : 0;
    const repeatCount =
      symbol === 16 ? reader.read(2) + 3 : symbol === 17 ? reader.read(3) + 3 : reader.read(7) + 11;
    if (repeatCount > lengths.length - at) {
      throw new CodecFault("malformed");
    }
    lengths.fill(repeated, at, at + repeatCount);
    at += repeatCount;
  }
  if (lengths[END_OF_BLOCK] === 0) {
    throw new CodecFault("malformed");
  }
  return {
    literals: huffmanTable(lengths.subarray(0, literalCount)),
    distances: huffmanTable(lengths.subarray(literalCount)),
  };
}

function inflateStoredBlock(reader: BitReader, output: BoundedOutput): void {
  const lengths = reader.readBytes(4);
  const byteCount = lengths[0]! | (lengths[1]! << 8);
  const complement = lengths[2]! | (lengths[3]! << 8);
  if ((byteCount ^ complement) !== 0xffff) {
    throw new CodecFault("malformed");
  }
  output.append(reader.readBytes(byteCount));
}

function inflateCodedBlock(
  reader: BitReader,
  { literals, distances }: BlockCodes,
  output: BoundedOutput,
): void {
  for (;;) {
    const symbol = reader.readSymbol(literals);
    if (symbol < END_OF_BLOCK) {
      output.appendByte(symbol);
      continue;
    }
    if (symbol === END_OF_BLOCK) {
      return;
    }
    const lengthBase = LENGTH_BASES[symbol - END_OF_BLOCK - 1];
    if (lengthBase === undefined) {
      throw new CodecFault("malformed");
    }
    const byteCount = lengthBase + reader.read(LENGTH_EXTRA_BITS[symbol - END_OF_BLOCK - 1]!);
    const distanceSymbol = reader.readSymbol(distances);
    const distanceBase = DISTANCE_BASES[distanceSymbol];
    if (distanceBase === undefined) {
      throw new CodecFault("malformed");
    }
    output.repeat(distanceBase + reader.read(DISTANCE_EXTRA_BITS[distanceSymbol]!), byteCount);
  }
}

export interface Inflated {
  readonly decoded: Uint8Array;
  /** Index of the byte behind the stream. */
  readonly endBytes: number;
}

/** Decodes the stream that begins at `startBytes` into at most `decodedBytesMax` bytes. */
export function inflate(encoded: Uint8Array, startBytes: number, decodedBytesMax: number): Inflated {
  const reader = new BitReader(encoded, startBytes);
  const output = new BoundedOutput((encoded.length - startBytes) * INITIAL_EXPANSION, decodedBytesMax);
  for (let last = false; !last; ) {
    last = reader.read(1) === 1;
    switch (reader.read(2)) {
      case 0:
        inflateStoredBlock(reader, output);
        break;
      case 1:
        inflateCodedBlock(reader, FIXED_CODES, output);
        break;
      case 2:
        inflateCodedBlock(reader, readDynamicCodes(reader), output);
        break;
      default:
        throw new CodecFault("malformed");
    }
  }
  return { decoded: output.written(), endBytes: reader.positionBytes() };
}
