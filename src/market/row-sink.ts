/** Where rows that have been checked go: into the arrays themselves, or through the durable writer. */
import { openWriter, type StoreWriter, type WriterOptions } from "../append/index.ts";
import type { TypedArray } from "../metadata/typed-array.ts";
import type { AppendedRows } from "../zarr/append-rows.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { Group } from "../zarr/group.ts";
import type { Location } from "../zarr/open.ts";

/** Items of the arrays of one group, in C order, by the arrays' names: as many rows of each. */
export type RowItemsByName = Readonly<Record<string, TypedArray>>;

export interface RowSink {
  /** Appends to the arrays of the group at `path`, empty for the root. */
  append(path: string, items: RowItemsByName): Promise<AppendedRows>;
  /** Lets readers see what has been appended. */
  commit(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Into the arrays, one append after another; readers see each array as it grows. Where one of them cannot be written,
 * those that have grown are cut back, so that all end at the same row.
 */
export class ArraySink implements RowSink {
  readonly #root: Group;
  readonly #arrays = new Map<string, ZarrArray>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(root: Group) {
    this.#root = root;
  }

  append(path: string, items: RowItemsByName): Promise<AppendedRows> {
    const appended = this.#last.then(() => this.#appendAll(path, items));
    this.#last = appended.catch(() => {});
    return appended;
  }

  async commit(): Promise<void> {
    await this.#last;
  }

  /** One document for all arrays, which readers open with one request. */
  async close(): Promise<void> {
    await this.#last;
    await this.#root.consolidate();
  }

  async #appendAll(path: string, items: RowItemsByName): Promise<AppendedRows> {
    const arrays = await Promise.all(Object.keys(items).map((name) => this.#arrayAt(pathIn(path, name))));
    const before = arrays.map((array) => array.shape);
    const results = await Promise.allSettled(
      Object.values(items).map((rows, index) => arrays[index]!.append(rows)),
    );
    const failure = results.find((result) => result.status === "rejected");
    if (failure !== undefined) {
      const grown = arrays.filter((_, index) => results[index]!.status === "fulfilled");
      await Promise.all(grown.map((array) => array.resize(before[arrays.indexOf(array)]!)));
      throw failure.reason;
    }
    const [first] = results as PromiseFulfilledResult<AppendedRows>[];
    return first?.value ?? { firstRow: 0, rows: 0 };
  }

  async #arrayAt(path: string): Promise<ZarrArray> {
    const array = this.#arrays.get(path) ?? (await this.#root.array(path));
    this.#arrays.set(path, array);
    return array;
  }
}

/** Through the one writer of the store (`spec/durable-append.md`). */
export class DurableSink implements RowSink {
  readonly #writer: StoreWriter;

  /** @throws QuarryError as `openWriter` */
  static async open(location: Location, options: WriterOptions): Promise<DurableSink> {
    return new DurableSink(await openWriter(location, options));
  }

  private constructor(writer: StoreWriter) {
    this.#writer = writer;
  }

  append(path: string, items: RowItemsByName): Promise<AppendedRows> {
    const batch = Object.entries(items).map(([name, rows]) => [pathIn(path, name), rows]);
    return this.#writer.append(Object.fromEntries(batch));
  }

  commit(): Promise<void> {
    return this.#writer.commit();
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}

/** The path of `name` in the group at `path`. */
export function pathIn(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}
