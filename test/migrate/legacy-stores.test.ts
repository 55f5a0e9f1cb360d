/**
 * Every legacy store of `../shared/legacy`, migrated: each array has the bytes that came with the samples, read by
 * Quarry and by stock zarr-python; each damaged one loses exactly the rows that it is known to have lost.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openGroup, slice, type TypedArrayOf, verify } from "../../src/index.ts";
import { type MigratedStore, type MigrationReport, migrate } from "../../src/migrate/index.ts";
import { askPython } from "../interop/python.ts";
import { bytesOf, sha256 } from "../interop/values.ts";
import { directoryState } from "../kit/directory-state.ts";
import { describeShared } from "../kit/shared.ts";
import { type ExpectedStore, expectedHash, expectedStores, LEGACY } from "./expected.ts";

const TREES = ["weekly-v2", "weekly-v3"];
/** Beside pickled objects it has good arrays. */
const PICKLED = "weekly-v2/BTCUSD_PERP.zarr/2024-W34.zarr";
const DAMAGED = [
  "weekly-v2/BTCUSDT.zarr/2024-W34.zarr",
  "weekly-v2/BTCUSDT.zarr/2024-W35.zarr",
  "weekly-v2/BTCUSDT.zarr/2024-W36.zarr",
  "weekly-v2/BTCUSDT.zarr/2024-W38.zarr",
  "weekly-v3/BTCUSDT.zarr/2024-W33.zarr",
];

describeShared("a migrated legacy store", LEGACY, () => {
  const expected = expectedStores();
  const names = Object.keys(expected);
  let folder: string;
  /** As it is done by default, and with what is left of damaged weeks. */
  let strict: Map<string, MigratedStore>;
  let lenient: Map<string, MigratedStore>;

  const storesOf = (reports: readonly MigrationReport[]) =>
    new Map(
      reports.flatMap(({ stores }) => stores.map((store) => [store.source.slice(LEGACY.length + 1), store])),
    );
  const migrateTrees = async (dest: string, skipCorrupt: boolean) => {
    const reports: MigrationReport[] = [];
    for (const tree of TREES) {
      reports.push(await migrate(join(LEGACY, tree), join(dest, tree), { skipCorrupt }));
    }
    return storesOf(reports);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "quarry-migrate-"));
    strict = await migrateTrees(join(folder, "strict"), false);
    lenient = await migrateTrees(join(folder, "lenient"), true);
    const pickled = await migrate(join(LEGACY, PICKLED), join(folder, "lenient", PICKLED), {
      exclude: ["text_pickled"],
    });
    lenient.set(PICKLED, pickled.stores[0]!);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is one of all that are known", () => {
    expect([...strict.keys()].sort()).toEqual([...names].sort());
  });

  it.each(names)("%s is migrated whole, or not at all", (name) => {
    const isRefused = DAMAGED.includes(name) || name === PICKLED;
    expect(strict.get(name)!.status).toBe(isRefused ? "refused" : "migrated");
  });

  it.each(names)("%s: the report has the hash of every array", (name) => {
    const { arrays } = lenient.get(name)!;
    const found = Object.fromEntries(arrays.map(({ path, sha256 }) => [path.slice(1), sha256]));
    expect(found).toEqual(hashesOf(expected[name]!));
  });

  it.each(names)("%s decodes to the known bytes, with its attributes", async (name) => {
    const root = await openGroup(join(folder, "lenient", name));
    for (const [path, known] of Object.entries(migratedArrays(expected[name]!))) {
      const array = await root.array(path);
      expect(array.shape, path).toEqual(known.shape);
      if (array.dataType.kind !== "float" && array.dataType.kind !== "int") continue;
      const { data } = await wholeOf(array);
      expect(sha256(bytesOf(data)), path).toBe(expectedHash(known));
    }
    expect(root.attributes).toMatchObject(expected[name]!.attributes);
    expect((await verify(join(folder, "lenient", name))).faults).toEqual([]);
  });

  it("is read by stock zarr-python and xarray, every array with the same hash", async () => {
    const jobs = names.map((name) => ({
      store: join(folder, "lenient", name),
      arrays: Object.keys(migratedArrays(expected[name]!)),
    }));
    const answers = await askPython<readonly Readonly<Record<string, string>>[]>("migrated.py", jobs);
    for (const [i, name] of names.entries()) expect(answers[i], name).toEqual(hashesOf(expected[name]!));
  });

  it.each(DAMAGED)("%s loses exactly the rows that are lost", (name) => {
    const { arrays, status } = lenient.get(name)!;
    expect(status).toBe("partial");
    for (const { path, lostRows } of arrays) {
      const known = expected[name]!.arrays[path.slice(1)]!;
      const rows = name.endsWith("W36.zarr") && path === "/timestamps" ? [[690, 700]] : [];
      expect(lostRows, path).toEqual(known.lost?.map((lost) => lost.rows) ?? rows);
    }
  });

  it("keeps the surviving rows of a damaged week as they are, and says in attributes which are not", async () => {
    const name = "weekly-v3/BTCUSDT.zarr/2024-W33.zarr";
    const root = await openGroup(join(folder, "lenient", name));
    for (const [path, { surviving }] of Object.entries(expected[name]!.arrays)) {
      const array = await root.array(path);
      for (const { rows, sha256: known } of surviving!) {
        const { data } = (await array.get([slice(...rows), ...array.shape.slice(1).map(() => null)])) as {
          data: TypedArrayOf;
        };
        expect(sha256(bytesOf(data)), `${path} rows ${rows}`).toBe(known);
      }
    }
    const lost = {
      data: [
        [128, 256],
        [1024, 1536],
      ],
      snapshot_metadata: [[1024, 1536]],
      timestamps: [[1024, 1536]],
    };
    expect(root.attributes.lost_rows).toEqual(lost);
    expect((await root.array("data")).attributes.lost_rows).toEqual(lost.data);
  });

  it("names array, chunk and rows of each fault of a week that it does not migrate", () => {
    const places = strict
      .get("weekly-v2/BTCUSDT.zarr/2024-W35.zarr")!
      .faults.map(({ array, chunk, rows, code }) => ({ array, chunk, rows, code }));
    expect(places).toEqual([
      { array: "/data", chunk: [1, 0, 0], rows: [150, 300], code: "CHUNK_CORRUPT" },
      { array: "/data", chunk: [3, 0, 0], rows: [450, 600], code: "CHUNK_CORRUPT" },
      { array: "/data", chunk: [8, 0, 0], rows: [1200, 1350], code: "CHUNK_CORRUPT" },
    ]);
  });

  it("says which weeks lack rows, and which are readable by a copy of their metadata only", () => {
    const faultsOf = (week: string) =>
      strict
        .get(`weekly-v2/BTCUSDT.zarr/${week}.zarr`)!
        .faults.map(({ array, rows, code }) => ({ array, rows, code }));
    expect(faultsOf("2024-W34")).toEqual([{ array: "/timestamps", rows: [0, 400], code: "NOT_FOUND" }]);
    expect(faultsOf("2024-W36")).toEqual([
      { array: "/timestamps", rows: [690, 700], code: "SHAPE_MISMATCH" },
    ]);
    expect(faultsOf("2024-W38")).toEqual([{ array: "/data", rows: null, code: "METADATA_INVALID" }]);
  });

  it("refuses pickled objects without hiding the arrays beside them", () => {
    const { refusals, arrays } = strict.get(PICKLED)!;
    expect(refusals).toMatchObject([{ array: "/text_pickled", code: "UNSUPPORTED_CODEC" }]);
    expect(arrays).toEqual([]);
    expect(lenient.get(PICKLED)!.status).toBe("migrated");
  });

  it("says of which arrays no checksum vouches for the source", () => {
    const { arrays } = strict.get("weekly-v2/BTCUSDT.zarr/2024-W33.zarr")!;
    const vouched = Object.fromEntries(arrays.map(({ path, sourceVouched }) => [path, sourceVouched]));
    // Zlib has a checksum, Blosc and LZ4 have none.
    expect(vouched).toEqual({ "/data": true, "/snapshot_metadata": false, "/timestamps": false });
  });

  it("is nothing that has to be done again, and an earlier result is left as it is", async () => {
    const before = await directoryState(join(folder, "strict", "weekly-v3"));
    const again = await migrate(join(LEGACY, "weekly-v3"), join(folder, "strict", "weekly-v3"));
    expect(again.stores.map(({ status }) => status).sort()).toEqual([
      "refused",
      "unchanged",
      "unchanged",
      "unchanged",
    ]);
    const good = again.stores.find(({ source }) => source.endsWith("2024-W32.zarr"))!;
    expect(good.reason).toContain("nothing to do");
    expect(good.arrays.map(({ sha256: hash }) => hash)).toContain(
      expected["weekly-v3/BTCUSDT.zarr/2024-W32.zarr"]!.arrays.data!.sha256,
    );
    expect(await directoryState(join(folder, "strict", "weekly-v3"))).toEqual(before);
  });

  function migratedArrays({ arrays }: ExpectedStore) {
    return Object.fromEntries(Object.entries(arrays).filter(([path]) => path !== "text_pickled"));
  }

  function hashesOf(store: ExpectedStore): Record<string, string> {
    return Object.fromEntries(
      Object.entries(migratedArrays(store)).map(([path, array]) => [path, expectedHash(array)]),
    );
  }

  async function wholeOf(array: Awaited<ReturnType<Awaited<ReturnType<typeof openGroup>>["array"]>>) {
    if (array.shape.length > 0) return (await array.get()) as { data: TypedArrayOf };
    return { data: Float64Array.of((await array.get([])) as number) as TypedArrayOf };
  }
});
