import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openGroup } from "../../src/index.ts";
import { groupSchemaFromJson } from "../../src/market/schema-json.ts";
import { SchemaWriter } from "../../src/market/schema-writer.ts";
import { quarry } from "../kit/command-line.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const TOML = `name = "bars"

[[arrays]]
name = "ts_event"
dataType = "int64"
dimensions = ["ts_event"]

[[arrays]]
name = "prices"
dataType = "float32"
dimensions = ["ts_event", "level", "field"]
shape = ["grows", 5, 2]
columns = ["bid", { name = "ask", units = "USD" }]
fillValue = nan
`;

const JSON_TEXT = JSON.stringify({
  name: "bars",
  arrays: [
    { name: "ts_event", dataType: "int64", dimensions: ["ts_event"] },
    {
      name: "prices",
      dataType: "float32",
      dimensions: ["ts_event", "level", "field"],
      shape: [null, 5, 2],
      columns: ["bid", { name: "ask", units: "USD" }],
      fillValue: "NaN",
    },
  ],
});

/** Runs `quarry create` with a schema file of `text`. */
async function run(text: string, file: string, ...flags: string[]) {
  const directory = await temporaryDirectory();
  const schema = join(directory, file);
  await writeFile(schema, text);
  const store = join(directory, "stores", "bars.zarr");
  const again = (...more: string[]) => quarry("create", store, "--schema", schema, ...more);
  return { ...(await again(...flags)), directory, schema, store, again };
}

describe("quarry create", () => {
  test("makes the same store from TOML and from JSON, which takes rows", async () => {
    const fromToml = await run(TOML, "bars.toml");
    expect(fromToml).toMatchObject({ exitCode: 0, stdout: "" });
    expect(fromToml.stderr).toContain("an empty store of the schema bars");
    expect(fromToml.stderr).toContain("prices  float32 [ts_event 0, level 5, field 2]");
    const fromJson = await run(JSON_TEXT, "bars.json");
    const documents = await Promise.all(
      [fromToml, fromJson].map(({ store }) => readFile(join(store, "zarr.json"), "utf8")),
    );
    expect(documents[0]).toBe(documents[1]);
    const writer = await SchemaWriter.open(fromToml.store);
    await writer.append({ ts_event: BigInt64Array.of(1n), prices: new Float32Array(10) });
    expect((await (await openGroup(fromToml.store)).array("prices")).shape).toEqual([1, 5, 2]);
  });

  test("prints one JSON document, and nothing else on stdout", async () => {
    const { exitCode, stdout, stderr, store } = await run(TOML, "bars.toml", "--json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      path: store,
      schema: "bars",
      groups: ["/"],
      arrays: [
        { path: "/field", dataType: "string", shape: [2] },
        { path: "/prices", dataType: "float32", shape: [0, 5, 2], chunkShape: [8192, 5, 2] },
        { path: "/ts_event", dataType: "int64", shape: [0], chunkShape: [8192] },
      ],
    });
  });

  test("follows its flags", async () => {
    const { store } = await run(
      TOML,
      "bars.TOML",
      ...["--zstd-level", "19", "--disable-sharding", "--rows", "100", "--access", "scan"],
    );
    const prices = await (await openGroup(store)).array("prices");
    expect(prices.shards).toBeUndefined();
    expect(prices.chunks[0]).toBeGreaterThanOrEqual(100);
    expect(prices.chunks[0]).toBeLessThan(256);
    expect(prices.codecs.at(-1)).toEqual({ name: "zstd", configuration: { level: 19, checksum: true } });
  });

  test("leaves a store that is there alone, unless it is told to replace it", async () => {
    const { again, store, schema, directory } = await run(TOML, "bars.toml");
    const before = await readFile(join(store, "zarr.json"));
    await writeFile(schema, 'name = "other"\n');
    expect(await again("--json")).toMatchObject({ exitCode: 1 });
    expect(await readFile(join(store, "zarr.json"))).toEqual(before);
    expect(await again("--overwrite")).toMatchObject({ exitCode: 0 });
    expect(groupSchemaFromJson((await openGroup(store)).attributes.schema).name).toBe("other");
    expect(await readdir(join(directory, "stores"))).toEqual(["bars.zarr"]);
  });

  test.each([
    [
      "a key that is unknown",
      TOML.replace("fillValue", "fillvalue"),
      "bars.toml:14: arrays[1].fillvalue is not a key",
    ],
    [
      "a value of the wrong kind",
      TOML.replace('"float32"', "4"),
      "bars.toml:10: arrays[1].dataType must be one of bool",
    ],
    ["no TOML", TOML.replace('name = "bars"', "name = bars"), "bars.toml:1: Invalid TOML document"],
    [
      "columns that do not fit",
      TOML.replace("5, 2]", "5, 3]"),
      "bars.toml: schema of array prices: 2 columns along",
    ],
    ["something missing", TOML.replace('name = "bars"\n', ""), "bars.toml:1: name is missing"],
    [
      "a date",
      `${TOML}attributes = { since = 2024-01-01 }`,
      "bars.toml:15: arrays[1].attributes.since is a date",
    ],
  ])("fails, with file, line and key, for %s", async (_, text, words) => {
    const { exitCode, stdout, stderr, directory } = await run(text, "bars.toml", "--json");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(words);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "METADATA_INVALID", path: join(directory, "bars.toml") },
    });
    expect(await readdir(directory)).toEqual(["bars.toml"]);
  });

  test("says where JSON is broken", async () => {
    const { exitCode, stderr } = await run(`${JSON_TEXT.slice(0, -1)},}`, "bars.json");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/bars\.json: .*line 1, column \d+/);
  });

  test("fails for a schema that is not there, is too large, or is no text", async () => {
    const missing = await quarry("create", "s.zarr", "--schema", "no.toml");
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain("there is no file no.toml [NOT_FOUND]");
    const large = await run(`# ${"x".repeat(1024 * 1024)}`, "bars.toml");
    expect(large.stderr).toMatch(/has 1048578 bytes; such files have at most 1048576/);
    const latin1 = await run("", "bars.toml");
    await writeFile(latin1.schema, Buffer.from([0x6e, 0xe9]));
    expect((await latin1.again("--overwrite")).stderr).toContain("is no text in UTF-8");
  });

  test.each([
    [["create"]],
    [["create", "s.zarr"]],
    [["create", "s.zarr", "--schema", "schema.yaml"]],
    [["create", "s.zarr", "--schema", "s.toml", "--zstd-level", "23"]],
    [["create", "s.zarr", "--schema", "s.toml", "--rows", "-1"]],
    [["create", "s.zarr", "--schema", "s.toml", "--access", "random"]],
  ])("exits with 2 for %j", async (args) => {
    const { exitCode, stdout, stderr } = await quarry(...args);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).not.toBe("");
  });

  test("explains itself", async () => {
    const { exitCode, stdout } = await quarry("create", "--help");
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/create-help.txt");
  });
});
