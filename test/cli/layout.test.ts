import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { createGroup, openGroup } from "../../src/index.ts";
import { quarry } from "../kit/command-line.ts";
import { directoryState } from "../kit/directory-state.ts";
import { createSealedStore } from "../kit/sealed-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const layout = (...args: string[]) => quarry("layout", ...args);

test("quarry layout is explained", async () => {
  const { exitCode, stdout } = await layout("--help");
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot("golden/layout-help.txt");
});

describe("quarry layout of an array to be made", () => {
  const array = ["--shape", "0,20", "--type", "int32", "--block-bytes", "4096"];

  test("says chunks, shards and why", async () => {
    const { exitCode, stdout, stderr } = await layout(...array, "--rows", "10000");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(
      [
        "chunks [4096, 20]",
        "shards [12288, 20]",
        "",
        "  4096 rows of 80 bytes are 327680 bytes: the most rows, as a power of two, within the 524288 that suit a window of rows, and that a core decodes in its cache",
        "  3 chunks make a shard of 12288 rows, 983040 bytes as stored: it holds all 10000 rows",
        "",
      ].join("\n"),
    );
  });

  test("gives one JSON document", async () => {
    const { stdout } = await layout(...array, "--access", "point", "--ratio", "14", "--json");
    expect(JSON.parse(stdout)).toEqual({
      shape: [0, 20],
      dataType: "int32",
      access: "point",
      blockBytes: 4096,
      disableSharding: false,
      chunkShape: [1024, 20],
      shardShape: [131_072, 20],
      reasons: [
        expect.stringContaining("which would be stored in 2926"),
        expect.stringContaining("128 chunks"),
      ],
    });
    const inFiles = await layout(...array, "--disable-sharding", "--item-bytes", "2", "--json");
    expect(JSON.parse(inFiles.stdout)).toMatchObject({ disableSharding: true, shardShape: null });
  });

  test("goes by the blocks of the file system that it runs on", async () => {
    const { stdout } = await layout("--shape", "0", "--type", "int64", "--json");
    expect(JSON.parse(stdout).blockBytes).toBeGreaterThan(0);
  });

  test.each([
    [[]],
    [["--shape", "0,20"]],
    [["--type", "int32"]],
    [["--shape", "0,x", "--type", "int32"]],
    [["--shape", "0,-1", "--type", "int32"]],
    [["--shape", "0,0", "--type", "int32"]],
    [["--shape", "0", "--type", "int31"]],
    [["--shape", "0", "--type", "string"]],
    [["--shape", "0", "--type", "raw_bytes"]],
    [[...array, "--ratio", "0"]],
    [[...array, "--access", "always"]],
    [[...array, "--codecs", "size"]],
    [["store.zarr", "--shape", "0"]],
    [["store.zarr", "--item-bytes", "2"]],
  ])("is wrong usage with %j", async (args) => {
    const { exitCode, stdout, stderr } = await layout(...args);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).not.toBe("");
  });
});

describe("quarry layout of a store", () => {
  let store: string;
  beforeEach(async () => {
    store = join(await temporaryDirectory(), "store.zarr");
    await createSealedStore(store);
    const group = await openGroup(store, { mode: "r+" });
    const shared = { dataType: "int32", chunks: [100, 20], dimensionNames: ["ts_event", "level"] } as const;
    const prices = await group.createArray("bid_px", { ...shared, shape: [20_000, 20] });
    await prices.set(
      null,
      Int32Array.from({ length: 400_000 }, (_, item) => 600_000 + (Math.imul(item, 0x9e3779b1) >>> 20)),
    );
    const ids = await group.createArray("sequence", {
      ...{ shape: [20_000], dataType: "int64", chunks: [4096], shards: [20_480] },
      dimensionNames: ["ts_event"],
    });
    await ids.set(
      null,
      BigInt64Array.from({ length: 20_000 }, (_, row) => BigInt(row * 3)),
    );
    await group.createArray("name", { shape: [3], dataType: "string", chunks: [3] });
  });

  test("stands beside what the arrays have, and writes nothing", async () => {
    const before = await directoryState(store);
    const { exitCode, stdout, stderr } = await layout(store, "--block-bytes", "4096");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`${store}: 6 arrays, read for windows of rows; 4 would be laid out otherwise`);
    expect(stdout).toMatch(/\/bid_px +int32 +\[20000, 20\] +\[100, 20\] +- +\[4096, 20\] +\[20480, 20\]\n/);
    // One shape of rows for all that share them: what the widest asks for.
    expect(stdout).toMatch(/\/sequence +int64 +\[20000\] +\[4096\] +\[20480\] +as it is\n/);
    expect(stdout).toMatch(/\/name +string +\[3\] +\[3\] +- +no rule\n/);
    expect(stdout).toContain("\n/bid_px, /sequence:\n  4096 rows of 80 bytes");
    expect(await directoryState(store)).toEqual(before);
  });

  test("gives one JSON document, with the codecs that were tried", async () => {
    const { exitCode, stdout, stderr } = await layout(store, "--codecs", "size", "--json");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { arrays } = JSON.parse(stdout);
    const [prices] = arrays.filter(({ path }: { path: string }) => path === "/bid_px");
    expect(prices).toMatchObject({
      ...{ dataType: "int32", shape: [20_000, 20], chunkShape: [100, 20], shardShape: null, differs: true },
      suggested: { chunkShape: [4096, 20], shardShape: [20_480, 20] },
    });
    expect(prices.compressionRatio).toBeGreaterThan(1);
    const { aim, rows, codecs, present, tried } = prices.trial;
    expect([aim, rows]).toEqual(["size", 16_384]);
    expect(tried[0].codecs).toEqual(codecs);
    expect(present).toMatchObject([{ name: "blosc" }, { name: "crc32c" }]);
    // What the array has is tried once, as it is.
    const named = tried.map((chain: { codecs: unknown }) => JSON.stringify(chain.codecs));
    expect(named).toContain(JSON.stringify(present));
    expect(named.filter((chain: string) => /"clevel":2,"shuffle":"shuffle"/.test(chain))).toHaveLength(1);
    for (const { path, trial } of arrays) if (path === "/name") expect(trial).toBeNull();
  });

  test("shows the best codecs of each array, and the one that it has", async () => {
    const { stdout } = await layout(store, "--codecs", "both");
    const table = stdout.slice(stdout.indexOf("codecs, the best for both first"));
    expect(table).toMatch(/\/bid_px {2,}\S/);
    expect(table.match(/\(as it is\)/g)).toHaveLength(3);
    // Smaller arrays than a block of the file system are not tried.
    expect(table).not.toContain("/ts");
  });

  test("names what cannot be read", async () => {
    await writeFile(join(store, "bid_px", "zarr.json"), "{}");
    const { exitCode, stdout, stderr } = await layout(store);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("5 arrays");
    expect(stderr).toContain("/bid_px");
    expect(await layout(join(store, "nothing"))).toMatchObject({ exitCode: 1, stdout: "" });
  });

  test("has nothing to say about an empty group", async () => {
    const empty = join(await temporaryDirectory(), "empty.zarr");
    await createGroup(empty);
    expect(await layout(empty)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("0 arrays") });
  });
});
