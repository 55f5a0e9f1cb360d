/**
 * Makes rows small: a book's row differs little from the one before it.
 *
 * A row of an array is taken as numbers of 32 bits, little-endian (of 8 bits, where its bytes are no multiple of four).
 * From each the one of the row before is subtracted, modulo 2^32 (2^8); before the first row of a segment stand zeros. Of
 * rows of no more than 8 bytes, which are times and counters mostly, the difference before is subtracted from that once
 * more. A difference d is folded to (d << 1) ^ (d >> 31) (>> 7), which is small for small ones of both signs. A row is then
 * one bit a number, the first in the lowest bit, set where the difference is not 0, in as few bytes as that takes; and
 * the folded differences that are not 0 as varints. Nothing here depends on the data type.
 */
import { readVarint, writeVarint } from "./varint.ts";

const TWICE_BYTES_MAX = 8;

/** Bytes that a byte of rows becomes at most: those of a row of one byte are one for the bits and two for the number. */
export const FILTERED_GROWTH_MAX = 3;

/** What is known of the row before. */
interface LastRow {
  readonly numbers: Int32Array;
  readonly differences: Int32Array;
}

export class RowFilter {
  /** By table and position of the array. */
  readonly #last = new Map<string, LastRow>();

  /** @param rows whole rows in C order; left as they are */
  encode(table: number, position: number, rows: Uint8Array, rowBytes: number): Uint8Array {
    const isWords = rowBytes % 4 === 0;
    const width = isWords ? rowBytes / 4 : rowBytes;
    const last = this.#lastOf(table, position, width);
    const numbers = isWords ? wordsOf(rows) : rows;
    const shift = isWords ? 0 : 24;
    const isTwice = rowBytes <= TWICE_BYTES_MAX;
    const maskBytes = Math.ceil(width / 8);
    const count = rowBytes === 0 ? 0 : rows.length / rowBytes;
    const encoded = new Uint8Array(count * (maskBytes + 5 * width));
    let end = 0;
    for (let row = 0; row < count; row++) {
      const mask = end;
      end += maskBytes;
      for (let i = 0; i < width; i++) {
        const number = numbers[row * width + i]!;
        const difference = ((number - last.numbers[i]!) << shift) >> shift;
        const told = isTwice ? ((difference - last.differences[i]!) << shift) >> shift : difference;
        last.numbers[i] = number;
        last.differences[i] = difference;
        if (told === 0) continue;
        encoded[mask + (i >> 3)]! |= 1 << (i & 7);
        end = writeVarint(encoded, end, ((told << 1) ^ (told >> 31)) >>> 0);
      }
    }
    return encoded.subarray(0, end);
  }

  /**
   * The inverse, for frames in the order in which they were encoded.
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

function wordsOf(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}
