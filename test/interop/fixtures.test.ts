/** The format does not change under what was written: stores of other implementations, and of earlier versions of Quarry. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { backend, openGroup } from "../../src/index.ts";
import { itemsByQuarry } from "./exchanged-array.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));

/** See fixtures/README.md. */
interface Expected {
  readonly shape: readonly number[];
  readonly items: readonly string[];
}

const expectedOf = (folder: string, name: string): Expected =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));

const writers = readdirSync(FIXTURES).filter((name) => name !== "expected" && name !== "README.md");
const arraysIn = (folder: string) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

async function read(path: string): Promise<Expected> {
  const { shape, items } = await itemsByQuarry(path);
  return { shape, items: items.map((item) => Buffer.from(item).toString("hex")) };
}

for (const writer of writers) {
  const isV2 = existsSync(join(FIXTURES, writer, "expected"));
  const store = isV2 ? join(FIXTURES, writer, "store") : join(FIXTURES, writer);
  const expected = isV2 ? join(FIXTURES, writer, "expected") : join(FIXTURES, "expected");
  describe(`arrays by ${writer} (${backend().name})`, () => {
    it.each(arraysIn(store))("%s has the values that were written", async (name) => {
      expect(await read(join(store, name))).toEqual(expectedOf(expected, name));
    });
  });
}

it("are there of every writer", () => {
  const names = writers.map((writer) => writer.replace(/-\d.*?(?=-v2|$)/, ""));
  expect(new Set(names)).toEqual(
    new Set(["quarry", "tensorstore", "zarr-python", "zarr-python-v2", "zarrs"]),
  );
});

it("are all that were written, where Quarry wrote them", () => {
  const expected = readdirSync(join(FIXTURES, "expected")).map((file) => file.replace(/\.json$/, ""));
  expect(arraysIn(join(FIXTURES, "quarry-0.1.0")).sort()).toEqual(expected.sort());
});

it("are found through the consolidated metadata of Zarr v2", async () => {
  const [folder] = writers.filter((name) => name.endsWith("-v2"));
  const root = await openGroup(join(FIXTURES, folder!, "store"));
  expect(root.attributes).toEqual({ venue: "Börse" });
  const members: string[] = [];
  for await (const [name] of root.members()) members.push(name);
  expect(members.sort()).toEqual(arraysIn(join(FIXTURES, folder!, "store")).sort());
});
