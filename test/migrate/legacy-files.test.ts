/** Every legacy file of `../shared/legacy/raw`, migrated into a store, read back by its known hash. */
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Group, openGroup, type TypedArrayOf, verify } from "../../src/index.ts";
import type { DataType } from "../../src/metadata/data-type.ts";
import { type MigratedStore, migrate } from "../../src/migrate/index.ts";
import { comparableBytes } from "../../src/migrate/items.ts";
import { askPython } from "../interop/python.ts";
import { sha256 } from "../interop/values.ts";
import { describeShared } from "../kit/shared.ts";
import { type ExpectedArray, LEGACY } from "./expected.ts";

interface ExpectedFile {
  readonly arrays: Readonly<Record<string, ExpectedArray>>;
}

/** Of which there is an array a field, so that the hash of the whole is not one of an array's. */
const STRUCTURED = "raw/rows_structured.npy";

describeShared("a migrated legacy file", LEGACY, () => {
  const files: Readonly<Record<string, ExpectedFile>> = JSON.parse(
    readFileSync(join(LEGACY, "expected.json"), "utf8"),
  ).files;
  const names = Object.keys(files);
  let folder: string;
  let stores: Map<string, MigratedStore>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "quarry-files-"));
    stores = new Map();
    for (const name of names) {
      const report = await migrate(join(LEGACY, name), join(folder, `${name}.zarr`));
      stores.set(name, report.stores[0]!);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const plainArrays = (name: string) => (name === STRUCTURED ? [] : Object.entries(files[name]!.arrays));

  it.each(names)("%s arrives whole", async (name) => {
    expect(stores.get(name)).toMatchObject({ status: "migrated", refusals: [], faults: [] });
    const found = new Map(stores.get(name)!.arrays.map(({ path, sha256 }) => [path.slice(1), sha256]));
    for (const [path, { sha256: known }] of plainArrays(name)) expect(found.get(path), path).toBe(known);
    expect((await verify(join(folder, `${name}.zarr`))).faults).toEqual([]);
  });

  it("gives the fields of structs as arrays that together hold what the file holds", async () => {
    const { dtype, shape, sha256: known } = files[STRUCTURED]!.arrays.data!;
    const root = await openGroup(join(folder, `${STRUCTURED}.zarr`));
    const fields = (dtype as readonly (readonly [string])[]).map(([field]) => rowsOf(root, field, shape[0]!));
    const columns = await Promise.all(fields);
    const rows = Array.from({ length: shape[0]! }, (_, row) => columns.map((column) => column[row]!));
    expect(sha256(Buffer.concat(rows.flat()))).toBe(known);
  });

  it("is read by stock zarr-python, every array with the same hash", async () => {
    const jobs = names.map((name) => ({
      store: join(folder, `${name}.zarr`),
      arrays: plainArrays(name).map(([path]) => path),
    }));
    const answers = await askPython<readonly Readonly<Record<string, string>>[]>("migrated.py", jobs);
    for (const [i, name] of names.entries()) {
      expect(answers[i], name).toEqual(
        Object.fromEntries(plainArrays(name).map(([path, array]) => [path, array.sha256])),
      );
    }
  });

  it("is one of a directory, which becomes a directory of stores", async () => {
    const raw = join(LEGACY, "raw");
    await expect(migrate(raw, join(folder, "all"))).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    const { ok, stores: migrated } = await migrate(join(raw, "ob"), join(folder, "ob"));
    expect(ok).toBe(true);
    expect(migrated.map(({ notes }) => notes.length)).toEqual([1]);
    expect(await readdir(join(folder, "ob"))).toEqual(["BTCUSDT.zarr"]);
  });

  /** The bytes of one field, row by row. */
  async function rowsOf(root: Group, field: string, rowCount: number): Promise<Uint8Array[]> {
    const array = await root.array(field);
    const { data } = (await array.get()) as { data: TypedArrayOf };
    const bytes = comparableBytes(data, array.dataType as DataType);
    const rowBytes = bytes.length / rowCount;
    return Array.from({ length: rowCount }, (_, row) => bytes.subarray(row * rowBytes, (row + 1) * rowBytes));
  }
});
