/**
 * The times of a store's rows: reading them, and finding rows by them.
 *
 * A search halves the chunks and not the rows: each step reads one whole chunk, of which the first and the last time
 * decide. So it costs one read for each doubling of the number of chunks, and the edges of every chunk that was ever
 * read are kept.
 *
 * Halving is right only where no time is earlier than the one before it. A store can say so of itself; of one that does
 * not, all times are read through once before the first search, unless the caller vouches for them. Every chunk that
 * a search reads is checked, in itself and against its neighbours.
 */
import { QuarryError } from "../errors.ts";
import type { ZarrArray } from "../zarr/array.ts";
import { slice } from "../zarr/indexing/slice.ts";
import type { RowRange } from "./book-week.ts";
import { isoTime } from "./partition.ts";

/** What is known of the order before anything has been read. */
export type TimeOrder = "in-order" | "not-in-order" | "unknown";

interface Edges {
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

export class TimeColumn {
  readonly rowCount: number;
  readonly #array: ZarrArray<"int64">;
  readonly #path: string;
  readonly #unitNs: bigint;
  readonly #order: TimeOrder;
  readonly #chunkRows: number;
  readonly #edges = new Map<number, Edges>();
  #latest: { readonly chunk: number; readonly timesNs: BigInt64Array } | undefined;
  #scanned: Promise<void> | undefined;

  /**
   * @param path of the store, for errors
   * @param unitNs nanoseconds of one count of the array
   */
  constructor(array: ZarrArray<"int64">, path: string, unitNs: bigint, order: TimeOrder) {
    this.#array = array;
    this.#path = path;
    this.#unitNs = unitNs;
    this.#order = order;
    this.#chunkRows = array.chunks[0]!;
    this.rowCount = array.shape[0]!;
  }

  /**
   * Times of the rows in `range`, nanoseconds since 1970.
   * @throws QuarryError as `ZarrArray.get`; `VALUE_INVALID` where they are not in the order that the store says
   */
  async read(range: RowRange, signal?: AbortSignal): Promise<BigInt64Array> {
    const { data } = await this.#array.get([slice(range.start, range.end)], { signal });
    const timesNs = this.#unitNs === 1n ? data : this.#inNanoseconds(data, range.start);
    if (this.#order === "in-order") this.#checkRows(range.start, timesNs);
    return timesNs;
  }

  /** Time of the first row. @throws QuarryError as {@link read}; RangeError where there are no rows */
  async firstNs(): Promise<bigint> {
    if (this.rowCount === 0) throw new RangeError(`${this.#path} has no rows, hence no first time`);
    return (await this.#edgesOf(0)).firstNs;
  }

  /** The rows whose time is in `[fromNs, toNs)`; from the first, or to the last, where one is left out. */
  async rangeBetween(fromNs: bigint | undefined, toNs: bigint | undefined): Promise<RowRange> {
    const start = fromNs === undefined ? 0 : await this.firstRowFrom(fromNs);
    const end = toNs === undefined ? this.rowCount : await this.firstRowFrom(toNs);
    return { start, end: Math.max(start, end) };
  }

  /**
   * The first row whose time is `timestampNs` or later; the number of rows where there is none.
   * @throws QuarryError `VALUE_INVALID` where the times are not in order; as {@link read}
   */
  async firstRowFrom(timestampNs: bigint): Promise<number> {
    await this.#checkOrder();
    let low = 0;
    let high = this.#chunkCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((await this.#edgesOf(middle)).lastNs < timestampNs) low = middle + 1;
      else high = middle;
    }
    if (low === this.#chunkCount) return this.rowCount;
    const timesNs = await this.#chunk(low);
    return low * this.#chunkRows + lowerBound(timesNs, timestampNs);
  }

  get #chunkCount(): number {
    return Math.ceil(this.rowCount / this.#chunkRows);
  }

  async #checkOrder(): Promise<void> {
    if (this.#order === "not-in-order") {
      throw this.#notInOrder("as the store says itself");
    }
    if (this.#order === "unknown") {
      this.#scanned ??= this.#scan();
      await this.#scanned;
    }
  }

  async #scan(): Promise<void> {
    for (let chunk = 0; chunk < this.#chunkCount; chunk += 1) await this.#edgesOf(chunk);
  }

  async #edgesOf(chunk: number): Promise<Edges> {
    const known = this.#edges.get(chunk);
    if (known !== undefined) return known;
    await this.#chunk(chunk);
    return this.#edges.get(chunk)!;
  }

  async #chunk(chunk: number): Promise<BigInt64Array> {
    if (this.#latest?.chunk === chunk) return this.#latest.timesNs;
    const start = chunk * this.#chunkRows;
    const timesNs = await this.read({ start, end: Math.min(start + this.#chunkRows, this.rowCount) });
    if (this.#order === "unknown") this.#checkRows(start, timesNs);
    if (this.#order !== "not-in-order") this.#checkNeighbours(chunk, timesNs);
    this.#edges.set(chunk, { firstNs: timesNs[0]!, lastNs: timesNs.at(-1)! });
    this.#latest = { chunk, timesNs };
    return timesNs;
  }

  #checkRows(start: number, timesNs: BigInt64Array): void {
    for (let row = 1; row < timesNs.length; row += 1) {
      if (timesNs[row]! < timesNs[row - 1]!)
        throw this.#earlier(start + row, timesNs[row]!, timesNs[row - 1]!);
    }
  }

  #checkNeighbours(chunk: number, timesNs: BigInt64Array): void {
    const start = chunk * this.#chunkRows;
    const before = this.#edges.get(chunk - 1)?.lastNs;
    if (before !== undefined && timesNs[0]! < before) throw this.#earlier(start, timesNs[0]!, before);
    const after = this.#edges.get(chunk + 1)?.firstNs;
    if (after !== undefined && after < timesNs.at(-1)!) {
      throw this.#earlier(start + timesNs.length, after, timesNs.at(-1)!);
    }
  }

  #inNanoseconds(counts: BigInt64Array, start: number): BigInt64Array {
    const unitNs = this.#unitNs;
    const [least, most] = [INT64_MIN / unitNs, INT64_MAX / unitNs];
    for (let row = 0; row < counts.length; row += 1) {
      const count = counts[row]!;
      if (count < least || count > most) {
        const message = `${this.#path}: the time of row ${start + row}, ${count} × ${unitNs} ns, is beyond 64 bits`;
        throw new QuarryError("VALUE_INVALID", message, { path: this.#path });
      }
      counts[row] = count * unitNs;
    }
    return counts;
  }

  #earlier(row: number, timeNs: bigint, beforeNs: bigint): QuarryError {
    return this.#notInOrder(`row ${row} is of ${isoTime(timeNs)}, after one of ${isoTime(beforeNs)}`);
  }

  #notInOrder(detail: string): QuarryError {
    const message = `${this.#path}: its times are not in order (${detail}), so take rows by index`;
    return new QuarryError("VALUE_INVALID", message, { path: this.#path });
  }
}

/** Index of the first time that is not before `timestampNs`. */
function lowerBound(timesNs: BigInt64Array, timestampNs: bigint): number {
  let low = 0;
  let high = timesNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesNs[middle]! < timestampNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
