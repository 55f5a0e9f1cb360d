/**
 * By how much each item of a column of times or ids differs from the one before it, as doubles.
 *
 * A loop over bigints allocates one for each item; here an int64 is taken as its two words, and the difference of
 * words is exact while it is below 2^53: 104 days in nanoseconds. Of a larger one the sign is right and the amount is
 * to 53 bits. No difference wraps around. Hosts are little-endian, as everywhere in Quarry.
 */
export type StampColumn =
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Float64Array
  | Float32Array;

const WORD = 2 ** 32;

export class Steps {
  #last: number | bigint | undefined;

  /** @param before the item before the first one, where it is known */
  constructor(before?: number | bigint) {
    this.#last = before;
  }

  /** Steps of the next items of the column; NaN for the first of all, and for the first after {@link forget}. */
  next(column: StampColumn): Float64Array {
    const steps = new Float64Array(column.length);
    if (column.length === 0) return steps;
    steps[0] = this.#last === undefined ? Number.NaN : difference(column[0]!, this.#last);
    if (column instanceof BigInt64Array || column instanceof BigUint64Array) fillFromWords(column, steps);
    else for (let row = 1; row < column.length; row += 1) steps[row] = column[row]! - column[row - 1]!;
    this.#last = column[column.length - 1]!;
    return steps;
  }

  /** The items before the next ones are not known. */
  forget(): void {
    this.#last = undefined;
  }
}

function fillFromWords(column: BigInt64Array | BigUint64Array, steps: Float64Array): void {
  const { buffer, byteOffset, length } = column;
  const low = new Uint32Array(buffer, byteOffset, length * 2);
  const high =
    column instanceof BigInt64Array
      ? new Int32Array(buffer, byteOffset, length * 2)
      : new Uint32Array(buffer, byteOffset, length * 2);
  for (let row = 1; row < length; row += 1) {
    const at = row * 2;
    steps[row] = (high[at + 1]! - high[at - 1]!) * WORD + (low[at]! - low[at - 2]!);
  }
}

function difference(a: number | bigint, b: number | bigint): number {
  return typeof a === "bigint" && typeof b === "bigint" ? Number(a - b) : Number(a) - Number(b);
}
