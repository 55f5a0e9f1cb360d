/**
 * The filters of liblzma in a chain, in the order of encoding: any number of delta filters, then LZMA2. The filters
 * for executables (x86, ARM and so on) are recognised and not done: nobody stores arrays of machine code.
 */
import { BoundedOutput } from "../bounded-output.ts";
import { CodecFault } from "../fault.ts";
import { decodeLzma2 } from "./lzma2.ts";

export const FILTER_DELTA = 0x03;
export const FILTER_LZMA2 = 0x21;

export interface FilterChain {
  /** Of each delta filter, in bytes. */
  readonly deltaDistances: readonly number[];
  readonly dictionaryBytes: number;
}

const INITIAL_EXPANSION = 4;

/** Decodes the block of LZMA2 that begins at `start` into at most `decodedBytesMax` bytes. */
export function decodeFiltered(
  encoded: Uint8Array,
  start: number,
  { deltaDistances, dictionaryBytes }: FilterChain,
  decodedBytesMax: number,
): { readonly decoded: Uint8Array; readonly endBytes: number } {
  const output = new BoundedOutput((encoded.length - start) * INITIAL_EXPANSION, decodedBytesMax);
  const endBytes = decodeLzma2(encoded, start, dictionaryBytes, output);
  const decoded = output.written();
  for (const distance of deltaDistances) {
    for (let at = distance; at < decoded.length; at++) {
      decoded[at] = decoded[at]! + decoded[at - distance]!;
    }
  }
  return { decoded, endBytes };
}

/** Bytes of the dictionary that the property byte of LZMA2 declares: 2^12, 3 * 2^11, 2^13 … 2^32 - 1. */
export function parseDictionaryBytes(property: number): number {
  if (property > 40) {
    throw new CodecFault("malformed");
  }
  return property === 40 ? 0xffffffff : (2 | (property & 1)) * 2 ** ((property >> 1) + 11);
}
