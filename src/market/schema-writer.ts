/**
 * Appends rows to a store that carries its schema, and refuses what breaks it.
 *
 * Rows go to all growing arrays of one group together. They are checked before any array is touched; where writing
 * one of the arrays fails, those that have grown already are cut back, so that all of them end at the same row.
 */
import { QuarryError } from "../errors.ts";
import type { AppendedRows } from "../zarr/append-rows.ts";
import type { ZarrArray } from "../zarr/array.ts";
import type { Group } from "../zarr/group.ts";
import { type Location, openGroup } from "../zarr/open.ts";
import { checkItems, checkRows, type RowBatch, type RowItems } from "./check-rows.ts";
import { type ArraySchema, type GroupSchema, grows } from "./schema.ts";
import { groupSchemaFromJson } from "./schema-json.ts";

export class SchemaWriter {
  readonly schema: GroupSchema;
  readonly #group: Group;
  readonly #arrays: ReadonlyMap<string, ZarrArray>;
  #lastAppend: Promise<unknown> = Promise.resolve();

  /**
   * Opens a store that was made from a schema, by `createStore` or `quarry create`.
   * @param options `group`: path of the group in it that gets the rows, such as `trades`; default its root
   * @throws QuarryError `NOT_FOUND`; `METADATA_INVALID` where there is no schema, or the arrays are not what it says;
   *   `SHAPE_MISMATCH` where they have not as many rows each
   * @example
   * const writer = await SchemaWriter.open("bars.zarr");
   * await writer.append({ ts_event, open, high, low, close, volume });
   */
  static async open(location: Location, options: { readonly group?: string } = {}): Promise<SchemaWriter> {
    const root = await openGroup(location, { mode: "r+" });
    const { group: path = "" } = options;
    const schema = schemaAt(groupSchemaFromJson(root.attributes.schema, "attribute schema"), path);
    const group = path === "" ? root : await root.group(path);
    const arrays = new Map<string, ZarrArray>();
    for (const arraySchema of schema.arrays) {
      const array = await group.array(arraySchema.name);
      checkFollows(array, arraySchema);
      arrays.set(arraySchema.name, array);
    }
    checkEven(schema, arrays);
    return new SchemaWriter(schema, group, arrays);
  }

  private constructor(schema: GroupSchema, group: Group, arrays: ReadonlyMap<string, ZarrArray>) {
    this.schema = schema;
    this.#group = group;
    this.#arrays = arrays;
  }

  /**
   * Appends as many rows to each growing array of the group.
   * @throws QuarryError `VALUE_INVALID`, `SHAPE_MISMATCH`, `PRECISION_LOSS` naming array, row and column, with nothing
   *   written; `STORE_FAILED`
   */
  async append(batch: RowBatch): Promise<AppendedRows> {
    const { items } = checkRows(this.schema, batch);
    const appended = this.#lastAppend.then(() => this.#appendAll(items));
    this.#lastAppend = appended.catch(() => {});
    return appended;
  }

  /**
   * Sets an array that does not grow, all of it.
   * @throws QuarryError as {@link append}; `NOT_FOUND` where the schema has no such array
   */
  async set(name: string, given: RowItems): Promise<void> {
    const schema = this.schema.arrays.find((array) => array.name === name && !grows(array));
    if (schema === undefined) {
      throw new QuarryError(
        "NOT_FOUND",
        `the schema ${this.schema.name} has no array ${name} that is set as a whole`,
      );
    }
    await this.#arrays.get(name)!.set(null, checkItems(schema, given).items);
  }

  /** Writes one document for all arrays, which readers open with one request. To be called when the writing is done. */
  async consolidate(): Promise<void> {
    await this.#lastAppend;
    await this.#group.consolidate();
  }

  async #appendAll(items: ReturnType<typeof checkRows>["items"]): Promise<AppendedRows> {
    const arrays = Object.keys(items).map((name) => this.#arrays.get(name)!);
    const before = arrays.map((array) => array.shape);
    const results = await Promise.allSettled(
      Object.values(items).map((rows, index) => arrays[index]!.append(rows)),
    );
    const failure = results.find((result) => result.status === "rejected");
    if (failure !== undefined) {
      await Promise.all(
        arrays.map((array, index) =>
          results[index]!.status === "fulfilled" ? array.resize(before[index]!) : {},
        ),
      );
      throw failure.reason;
    }
    const [first] = results as PromiseFulfilledResult<AppendedRows>[];
    return first?.value ?? { firstRow: 0, rows: 0 };
  }
}

/** The schema of the group at `path` below the one that `schema` is of. */
function schemaAt(schema: GroupSchema, path: string): GroupSchema {
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

function checkEven(schema: GroupSchema, arrays: ReadonlyMap<string, ZarrArray>): void {
  const growing = schema.arrays.filter(grows).map(({ name }) => arrays.get(name)!);
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
