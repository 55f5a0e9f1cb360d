import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { backend } from "../../src/index.ts";
import { simulateCapture } from "../../src/market/simulate/index.ts";
import { quarry } from "../kit/command-line.ts";
import { directoryState } from "../kit/directory-state.ts";
import { createSealedStore, timesIn } from "../kit/sealed-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const inspect = (...args: string[]) => quarry("inspect", ...args);

let directory: string;
let store: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  store = join(directory, "store.zarr");
  await createSealedStore(store);
});

async function objectBytes(...files: string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await readFile(join(store, file))).length));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

describe("quarry inspect", () => {
  test("is explained", async () => {
    const { exitCode, stdout } = await inspect("--help");
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/inspect-help.txt");
  });

  test("gives one JSON document with the fields that scripts rely on", async () => {
    const { exitCode, stdout, stderr } = await inspect(store, "--json");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      path: store,
      kind: "group",
      groups: ["/", "/trades"],
      attributes: { venue: "test" },
      faults: [],
    });
    expect(document.arrays.map(({ path }: { path: string }) => path)).toEqual(["/px", "/trades/sz", "/ts"]);
    expect(document.arrays[0]).toEqual({
      path: "/px",
      zarrFormat: 3,
      dataType: "int32",
      dataTypeConfiguration: null,
      shape: [300, 4],
      chunkShape: [64, 4],
      shardShape: [128, 4],
      dimensionNames: ["ts", "level"],
      codecs: [
        { name: "bytes", configuration: { endian: "little" }, native: true },
        {
          name: "blosc",
          configuration: { typesize: 4, cname: "zstd", clevel: 2, shuffle: "shuffle", blocksize: 0 },
          native: true,
        },
        { name: "crc32c", configuration: {}, native: true },
      ],
      backend: backend().name,
      rawBytes: 4800,
      storedBytes: await objectBytes("px/c/0/0", "px/c/1/0", "px/c/2/0"),
      objects: 3,
    });
    expect(document.arrays[2]).toMatchObject({ chunkShape: [128], shardShape: null, objects: 3 });
    // 2^53 + 1, which JSON.parse rounds: the text has it.
    expect(stdout).toContain('"first": 9007199254740993');
  });

  test("draws the tree, aligned", async () => {
    const { exitCode, stdout, stderr } = await inspect(store);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const [head, empty, ...table] = stdout.trimEnd().split("\n");
    expect(head).toMatch(
      /store\.zarr: group, 3 arrays in 2 groups, [\d.]+ k?B stored for 7\.4 kB \([\d.]+ times smaller\)$/,
    );
    expect(empty).toBe("");
    const columns = table.map((line) =>
      line
        .trimEnd()
        .split(/ {2,}/)
        .filter((cell) => cell !== ""),
    );
    expect(columns.map((cells) => cells[0])).toEqual(["array", "/", "px", "trades/", "sz", "ts"]);
    expect(table.map((line) => line.search(/\S/))).toEqual([0, 0, 2, 2, 4, 2]);
    expect(columns[2]!.slice(1, 6)).toEqual([
      "int32",
      "[ts 300, level 4]",
      "[64, 4]",
      "[128, 4]",
      "bytes blosc(zstd 2 shuffle) crc32c",
    ]);
    expect(columns[5]!.slice(1, 6)).toEqual(["int64", "[ts 300]", "[128]", "-", "bytes zstd(1) crc32c"]);
    const typeColumn = table[0]!.indexOf("type");
    expect(table[2]!.indexOf("int32")).toBe(typeColumn);
    expect(table[4]!.indexOf("uint16")).toBe(typeColumn);
  });

  test("describes one array", async () => {
    const { exitCode, stdout } = await inspect(join(store, "px"), "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "array",
      groups: [],
      arrays: [{ path: "/", shape: [300, 4] }],
      attributes: { scale_factor: 0.1 },
    });
  });

  test("tells the rows, time range and gaps of an order book, week by week", async () => {
    const capture = join(directory, "capture.log");
    await writeFile(capture, [...simulateCapture({ steps: 300 })].join("\n"));
    const args = [
      "ingest",
      capture,
      "--format",
      "binance",
      "--out",
      directory,
      "--symbol",
      "SIMUSDT",
      "--json",
    ];
    const ingested = await quarry(...args);
    expect(ingested.exitCode).toBe(0);
    const report = JSON.parse(ingested.stdout);
    const symbol = join(directory, "SIMUSDT.zarr");
    const document = JSON.parse((await inspect(symbol, "--json")).stdout);
    const [written] = report.stores;
    expect(document).toMatchObject({ kind: "directory", attributes: {} });
    expect(document.books).toEqual([
      {
        path: "/2024-W32.zarr",
        symbol: "SIMUSDT",
        levels: 20,
        rows: written.rows,
        trades: written.trades,
        first: written.first,
        last: written.last,
        tickSize: "0.01",
        lotSize: "0.001",
        gaps: report.gaps,
        complete: true,
      },
    ]);
    expect(document.rawBytes).toBe(written.rawBytes);
    const { stdout } = await inspect(symbol);
    expect(stdout).toContain(`order book of SIMUSDT, ${written.rows.toLocaleString("en")} rows of 20 levels`);
    expect(stdout).toContain(`${written.first} to ${written.last}`);
    expect(stdout).toContain("gaps 0 in the whole capture; tick 0.01, lot 0.001");
  });

  test("shows several stores of a directory", async () => {
    const symbol = join(directory, "BTCUSDT.zarr");
    await mkdir(symbol);
    await rename(store, join(symbol, "2024-W32.zarr"));
    await createSealedStore(join(symbol, "2024-W33.zarr"));
    const document = JSON.parse((await inspect(symbol, "--json")).stdout);
    expect(document).toMatchObject({ kind: "directory", attributes: {} });
    expect(document.arrays.map(({ path }: { path: string }) => path)).toEqual(
      ["W32", "W33"].flatMap((week) => ["px", "trades/sz", "ts"].map((name) => `/2024-${week}.zarr/${name}`)),
    );
  });

  test("shows what can be shown, names what cannot be read, and fails", async () => {
    const document = JSON.parse((await readFile(join(store, "ts/zarr.json"))).toString());
    document.codecs.push({ name: "no.such", configuration: {} });
    document.attributes = { gain: "NAN" };
    await writeFile(join(store, "ts/zarr.json"), JSON.stringify(document).replace('"NAN"', "NaN"));
    await writeFile(join(store, "trades/zarr.json"), "{");
    const { exitCode, stdout, stderr } = await inspect(store, "--json");
    expect(exitCode).toBe(1);
    const { arrays, faults } = JSON.parse(stdout);
    expect(arrays.map(({ path, backend }: { path: string; backend: string }) => [path, backend])).toEqual([
      ["/px", backend().name],
      ["/trades/sz", backend().name],
      ["/ts", null],
    ]);
    expect(faults).toMatchObject([
      { path: "/trades", code: "METADATA_INVALID" },
      { path: "/ts", code: "UNSUPPORTED_CODEC" },
    ]);
    expect(stderr).toContain("[UNSUPPORTED_CODEC]");
    expect((await inspect(join(store, "ts"), "--json")).stdout).toContain('"gain": "NaN"');
  });

  test("reads no chunk and writes nothing", async () => {
    await writeFile(join(store, "px/c/0/0"), "");
    const before = [await directoryState(store), await timesIn(store)];
    expect((await inspect(store)).exitCode).toBe(0);
    expect([await directoryState(store), await timesIn(store)]).toEqual(before);
  });

  test("is an error for what is no store, and wrong usage without a path", async () => {
    await rm(store, { recursive: true });
    const missing = await inspect(store, "--json");
    expect(missing.exitCode).toBe(1);
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: "NOT_FOUND" } });
    expect((await inspect()).exitCode).toBe(2);
  });

  test("says that a store is Zarr v2", async () => {
    const v2 = join(directory, "v2");
    await mkdir(join(v2, "px"), { recursive: true });
    await writeFile(join(v2, ".zgroup"), '{"zarr_format": 2}');
    const document = { zarr_format: 2, shape: [2], chunks: [2], dtype: ">i2", order: "C" };
    const none = { compressor: null, filters: null, fill_value: null };
    await writeFile(join(v2, "px/.zarray"), JSON.stringify({ ...document, ...none }));
    await writeFile(join(v2, "px/0"), Uint8Array.of(0, 1, 0, 2));
    const { exitCode, stdout } = await inspect(v2);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${v2}: group of Zarr v2, 1 array in 1 group`);
    expect(JSON.parse((await inspect(v2, "--json")).stdout).arrays).toMatchObject([
      { path: "/px", zarrFormat: 2, dataType: "int16", storedBytes: 4 },
    ]);
  });
});
