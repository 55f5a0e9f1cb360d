/** The rows of an array that its last stored chunks may still need: as raw items, in order, without gaps. */
export class RowBuffer {
  readonly rowBytes: number;
  #bytes: Uint8Array;
  #firstRow: number;
  #rows = 0;

  /** @param firstRow of the array, that the first row to be added has */
  constructor(rowBytes: number, firstRow: number) {
    this.rowBytes = rowBytes;
    this.#firstRow = firstRow;
    this.#bytes = new Uint8Array(64 * rowBytes);
  }

  /** Index, in the array, of the row behind the last one. */
  get endRow(): number {
    return this.#firstRow + this.#rows;
  }

  add(rows: number, bytes: Uint8Array): void {
    const used = this.#rows * this.rowBytes;
    const needed = used + bytes.length;
    if (needed > this.#bytes.length) {
      // Not in place: chunks that are being encoded may be views of the old memory.
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, used));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, used);
    this.#rows += rows;
  }

  /** Rows [from, to) of the array; valid until {@link dropBefore}. */
  view(from: number, to: number): Uint8Array {
    const begin = (from - this.#firstRow) * this.rowBytes;
    return this.#bytes.subarray(begin, begin + (to - from) * this.rowBytes);
  }

  dropBefore(row: number): void {
    const dropped = row - this.#firstRow;
    if (dropped <= 0) return;
    this.#bytes.copyWithin(0, dropped * this.rowBytes, this.#rows * this.rowBytes);
    this.#firstRow = row;
    this.#rows -= dropped;
  }
}
