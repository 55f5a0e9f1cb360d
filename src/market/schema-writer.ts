/**
 * Appends rows to a store that carries its schema, and refuses what breaks it. Rows go to all growing arrays of one
 * group together, and are checked before any array is touched.
 */
import type { WriterOptions } from "../append/index.ts";
import { QuarryError } from "../errors.ts";
import type { AppendedRows } from "../zarr/append-rows.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { Group } from "../zarr/group.ts";
import { type Location, openGroup } from "../zarr/open.ts";
import { checkItems, checkRows, type RowBatch, type RowItems } from "./check-rows.ts";
import { ArraySink, DurableSink, pathIn, type RowSink } from "./row-sink.ts";
import { type ArraySchema, type GroupSchema, grows } from "./schema.ts";
import { groupSchemaFromJson } from "./schema-json.ts";

export interface SchemaWriterOptions {
  /**
   * Whether rows survive as `openWriter` promises it, with its options or `true` for its defaults: for a local directory
   * and the native core. Default `false`: rows go straight into the arrays, of any store, and are as safe as files are.
   */
  readonly durable?: boolean | WriterOptions | undefined;
}

export class SchemaWriter {
  /** Of the root; those of its groups are in it. */
  readonly schema: GroupSchema;
  readonly #root: Group;
  readonly #sink: RowSink;

  /**
   * Opens a store that was made from a schema, by `createStore` or `quarry create`.
   * @throws QuarryError `NOT_FOUND`; `METADATA_INVALID` where there is no schema, or the arrays are not what it says;
   *   `SHAPE_MISMATCH` where those of a group have not as many rows each; with `durable`, as `openWriter`
   * @example
   * const writer = await SchemaWriter.open("bars.zarr", { durable: { sync: "always" } });
   * await writer.append({ ts_event, open, high, low, close, volume });
   * await writer.close();
   */
  static async open(
    location: Location,
    { durable = false }: SchemaWriterOptions = {},
  ): Promise<SchemaWriter> {
    // Before anything is read: what an earlier writer has left is recovered by this.
    const sink =
      durable === false ? undefined : await DurableSink.open(location, durable === true ? {} : durable);
    try {
      const root = await openGroup(location, { mode: "r+" });
      const schema = groupSchemaFromJson(root.attributes.schema, "attribute schema");
      await checkArrays(root, schema, "");
      return new SchemaWriter(schema, root, sink ?? new ArraySink(root));
    } catch (error) {
      await sink?.close();
      throw error;
    }
  }

  private constructor(schema: GroupSchema, root: Group, sink: RowSink) {
    this.schema = schema;
    this.#root = root;
    this.#sink = sink;
  }

  /**
   * Appends as many rows to each growing array of a group.
   * @param options `group`: path of the group, such as `trades`; default the root
   * @throws QuarryError `VALUE_INVALID`, `SHAPE_MISMATCH`, `PRECISION_LOSS` naming array, row and column, with nothing
   *   written; `NOT_FOUND` for a group that the schema does not have; `STORE_FAILED`
   */
  async append(batch: RowBatch, { group = "" }: { readonly group?: string } = {}): Promise<AppendedRows> {
    const { items } = checkRows(groupAt(this.schema, group), batch);
    return this.#sink.append(group, items);
  }

  /**
   * Sets an array that does not grow, all of it. Beside a durable writer that is for `openWriter` to refuse: set it
   * before, or after.
   * @param path such as `mid_price/statistics`
   * @throws QuarryError as {@link append}; `NOT_FOUND` where the schema has no such array; `LEASE_HELD`
   */
  async set(path: string, given: RowItems): Promise<void> {
    const split = path.lastIndexOf("/");
    const group = groupAt(this.schema, path.slice(0, Math.max(split, 0)));
    const schema = group.arrays.find((array) => array.name === path.slice(split + 1) && !grows(array));
    if (schema === undefined) {
      const message = `the schema ${group.name} has no array ${path.slice(split + 1)} that is set as a whole`;
      throw new QuarryError("NOT_FOUND", message, { path: `/${path}` });
    }
    const { items } = checkItems(schema, given);
    await (await this.#root.array(path)).set(null, items);
  }

  /** Lets readers see all rows; those of a writer that is not durable are seen anyway. */
  commit(): Promise<void> {
    return this.#sink.commit();
  }

  /** Commits, and leaves one document for all arrays, which readers open with one request. */
  close(): Promise<void> {
    return this.#sink.close();
  }
}

/** The schema of the group at `path` below the one that `schema` is of. */
function groupAt(schema: GroupSchema, path: string): GroupSchema {
  let at = schema;
  for (const name of path.split("/").filter((part) => part !== "")) {
    const member = at.groups.find((group) => group.name === name);
    if (member === undefined) {
      throw new QuarryError("NOT_FOUND", `the schema ${at.name} has no group ${name}`, { path: `/${path}` });
    }
    at = member;
  }
  return at;
}

/** That the arrays of the group at `path`, and of those in it, are what their schema says. */
async function checkArrays(root: Group, schema: GroupSchema, path: string): Promise<void> {
  const growing: ZarrArray[] = [];
  for (const arraySchema of schema.arrays) {
    const array = await root.array(pathIn(path, arraySchema.name));
    checkFollows(array, arraySchema);
    if (grows(arraySchema)) growing.push(array);
  }
  checkEven(growing);
  for (const group of schema.groups) await checkArrays(root, group, pathIn(path, group.name));
}

function checkFollows(array: ZarrArray, schema: ArraySchema): void {
  const { shape } = schema;
  const isShape =
    array.shape.length === shape.length &&
    shape.every((length, axis) => length === null || array.shape[axis] === length);
  if (array.dataType.name === schema.dataType && isShape) return;
  const expected = `${schema.dataType} [${shape.map((length) => length ?? "n").join(", ")}]`;
  const actual = `${array.dataType.name} [${array.shape.join(", ")}]`;
  throw new QuarryError("METADATA_INVALID", `${array.path} is ${actual}, but its schema says ${expected}`, {
    path: array.path,
  });
}

function checkEven(growing: readonly ZarrArray[]): void {
  const [first] = growing;
  const uneven = growing.find((array) => array.shape[0] !== first!.shape[0]);
  if (uneven === undefined) return;
  throw new QuarryError(
    "SHAPE_MISMATCH",
    `${uneven.path} has ${uneven.shape[0]} rows and ${first!.path} ${first!.shape[0]}: a writer was stopped between ` +
      "them. Cut them to the rows that all of them have (resize), then append",
    { path: uneven.path },
  );
}
