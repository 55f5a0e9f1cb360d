/**
 * Rows as a journal's frame has them. The core makes them (native/core/journal/row_filter.h), and they are small because
 * a book's row differs little from the one before it.
 *
 * A row of an array is taken as numbers of 32 bits, little-endian (of 8 bits, where its bytes are no multiple of four).
 * From each the one of the row before is subtracted, modulo 2^32 (2^8); before the first row of a segment stand zeros. Of
 * rows of no more than 8 bytes, which are times and counters mostly, the difference before is subtracted from that once
 * more. A difference d is folded to (d << 1) ^ (d >> 31) (>> 7), which is small for small ones of both signs. A row is then
 * one bit a number, the first in the lowest bit, set where the difference is not 0, in as few bytes as that takes; and
 * the folded differences that are not 0 as varints. Nothing here depends on the data type.
 */
import { readVarint } from "./varint.ts";

const TWICE_BYTES_MAX = 8;

/** Bytes that a byte of rows becomes at most: those of a row of one byte are one for the bits and two for the number. */
export const FILTERED_GROWTH_MAX = 3;

/** What is known of the row before. */
interface LastRow {
  readonly numbers: Int32Array;
  readonly differences: Int32Array;
}

export class RowDecoder {
  /** By table and position of the array. */
  readonly #last = new Map<string, LastRow>();

  /**
   * Takes the frames in their order.
   * @returns the rows, and the offset behind them; undefined where there are none that are whole
   */
  decode(
    table: number,
    position: number,
    encoded: Uint8Array,
    offset: number,
    count: number,
    rowBytes: number,
  ): { readonly rows: Uint8Array; readonly end: number } | undefined {
    const isWords = rowBytes % 4 === 0;
    const width = isWords ? rowBytes / 4 : rowBytes;
    const last = this.#lastOf(table, position, width);
    const maskBytes = Math.ceil(width / 8);
    // What is there bounds what is allocated.
    if (count * maskBytes > encoded.length - offset) return undefined;
    const numbers = isWords ? new Int32Array(count * width) : new Uint8Array(count * width);
    const shift = isWords ? 0 : 24;
    const isTwice = rowBytes <= TWICE_BYTES_MAX;
    let end = offset;
    for (let row = 0; row < count; row++) {
      const mask = end;
      end += maskBytes;
      for (let i = 0; i < width; i++) {
        let told = 0;
        if ((encoded[mask + (i >> 3)]! & (1 << (i & 7))) !== 0) {
          const read = readVarint(encoded, end);
          if (read === undefined) return undefined;
          told = (read.value >>> 1) ^ -(read.value & 1);
          end = read.end;
        }
        const difference = isTwice ? ((told + last.differences[i]!) << shift) >> shift : told;
        numbers[row * width + i] = last.numbers[i]! + difference;
        last.numbers[i] = numbers[row * width + i]!;
        last.differences[i] = difference;
      }
      if (end > encoded.length) return undefined;
    }
    return { rows: new Uint8Array(numbers.buffer), end };
  }

  #lastOf(table: number, position: number, width: number): LastRow {
    const key = `${table} ${position}`;
    const known = this.#last.get(key) ?? {
      numbers: new Int32Array(width),
      differences: new Int32Array(width),
    };
    this.#last.set(key, known);
    return known;
  }
}
