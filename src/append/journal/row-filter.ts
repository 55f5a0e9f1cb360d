/**
 * Makes rows small to compress: a book's row differs little from the one before it.
 *
 * A row of an array is taken as whole numbers of 32 bits, little-endian (of 8 bits, where its bytes are no multiple of
 * four). From each the one of the row before is subtracted, modulo 2^32 (2^8); before the first row of a segment stand
 * zeros. 32-bit differences d are then folded to (d << 1) ^ (d >> 31), so that small ones of both signs have zeros in
 * front, and stored by bytes: the lowest of all of them, then the next … Nothing here depends on the data type.
 */
export class RowFilter {
  /** The last row of each array, by table and position. */
  readonly #last = new Map<string, Uint8Array>();

  /** @param rows whole rows in C order; left as they are */
  encode(table: number, position: number, rows: Uint8Array, rowBytes: number): Uint8Array {
    const last = this.#lastOf(table, position, rowBytes);
    const encoded = rowBytes % 4 === 0 ? encodeWords(rows, last) : encodeBytes(rows, last);
    if (rows.length > 0) last.set(rows.subarray(rows.length - rowBytes));
    return encoded;
  }

  /** The inverse, for frames in the order in which they were encoded. */
  decode(table: number, position: number, encoded: Uint8Array, rowBytes: number): Uint8Array {
    const last = this.#lastOf(table, position, rowBytes);
    const rows = rowBytes % 4 === 0 ? decodeWords(encoded, last) : decodeBytes(encoded, last);
    if (rows.length > 0) last.set(rows.subarray(rows.length - rowBytes));
    return rows;
  }

  #lastOf(table: number, position: number, rowBytes: number): Uint8Array {
    const key = `${table} ${position}`;
    const known = this.#last.get(key) ?? new Uint8Array(rowBytes);
    this.#last.set(key, known);
    return known;
  }
}

function encodeWords(rows: Uint8Array, lastRow: Uint8Array): Uint8Array {
  const words = wordsOf(rows);
  const last = wordsOf(lastRow);
  const count = words.length;
  const width = last.length;
  const encoded = new Uint8Array(rows.length);
  for (let i = 0; i < count; i++) {
    const difference = (words[i]! - (i < width ? last[i]! : words[i - width]!)) | 0;
    const folded = (difference << 1) ^ (difference >> 31);
    encoded[i] = folded;
    encoded[count + i] = folded >>> 8;
    encoded[2 * count + i] = folded >>> 16;
    encoded[3 * count + i] = folded >>> 24;
  }
  return encoded;
}

function decodeWords(encoded: Uint8Array, lastRow: Uint8Array): Uint8Array {
  const last = wordsOf(lastRow);
  const count = encoded.length / 4;
  const width = last.length;
  const words = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const folded =
      encoded[i]! |
      (encoded[count + i]! << 8) |
      (encoded[2 * count + i]! << 16) |
      (encoded[3 * count + i]! << 24);
    const difference = (folded >>> 1) ^ -(folded & 1);
    words[i] = difference + (i < width ? last[i]! : words[i - width]!);
  }
  return new Uint8Array(words.buffer);
}

function encodeBytes(rows: Uint8Array, last: Uint8Array): Uint8Array {
  const width = last.length;
  const encoded = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) encoded[i] = rows[i]! - (i < width ? last[i]! : rows[i - width]!);
  return encoded;
}

function decodeBytes(encoded: Uint8Array, last: Uint8Array): Uint8Array {
  const width = last.length;
  const rows = new Uint8Array(encoded.length);
  for (let i = 0; i < rows.length; i++) rows[i] = encoded[i]! + (i < width ? last[i]! : rows[i - width]!);
  return rows;
}

function wordsOf(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}
