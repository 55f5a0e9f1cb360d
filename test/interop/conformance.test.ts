/** `spec/conformance.md` says what the implementations do: each cell is tried anew, and the page compared. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { damageRows } from "./conformance/damage.ts";
import { formatRows, v2Rows } from "./conformance/formats.ts";
import { operationSections } from "./conformance/operations.ts";
import { conformancePage, type Row, type Section } from "./conformance/table.ts";
import { askPython } from "./python.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = join(root, "spec", "conformance.md");

async function versionOf(...file: readonly string[]): Promise<string> {
  return JSON.parse(await readFile(join(root, ...file), "utf8")).version;
}

async function sections(scratch: string): Promise<readonly Section[]> {
  const formats = await formatRows(join(scratch, "formats"), join(root, "fixtures"));
  const named = (prefix: string): Row[] =>
    [...formats.values()]
      .filter(({ feature }) => feature.startsWith(`${prefix}-`))
      .map(({ feature, verdicts }) => ({ feature: feature.slice(prefix.length + 1), verdicts }));
  return [
    { title: "Data types", note: "Of Zarr v3.", rows: named("type") },
    { title: "Codecs", note: "Of int32 items.", rows: named("codec") },
    { title: "Shards", note: "With zstd and crc32c inside.", rows: named("shards") },
    { title: "Fill values", note: "Of arrays that are written in part.", rows: named("fill") },
    {
      title: "Zarr v2",
      note: "Reading what zarr-python wrote. `dtype-` is NumPy's type string, `layout-` what is special about the array.",
      rows: await v2Rows(join(root, "fixtures", "zarr-python-3.1.6-v2")),
    },
    ...(await operationSections(join(scratch, "operations"))),
    {
      title: "Damage",
      note: "Whether reading what is damaged, or not understood, is an error.",
      rows: await damageRows(join(scratch, "damage")),
    },
  ];
}

const wrongInQuarry = (all: readonly Section[]) =>
  all.flatMap(({ title, rows }) =>
    rows
      .filter(({ verdicts }) => ["wrong", "dies"].includes(verdicts.Quarry ?? "wrong"))
      .map(({ feature }) => `${title}: ${feature}`),
  );

it("is what spec/conformance.md says, cell by cell, and nothing of it is wrong in Quarry", async () => {
  const versions = {
    ...(await askPython<Record<"zarr-python" | "tensorstore" | "zarrs", string>>("versions.py", {})),
    Quarry: await versionOf("package.json"),
    zarrita: await versionOf("node_modules", "zarrita", "package.json"),
  };
  const scratch = await temporaryDirectory();
  const seen = await sections(scratch);
  expect(wrongInQuarry(seen)).toEqual([]);
  await expect(conformancePage(versions, seen)).toMatchFileSnapshot(PAGE);
}, 300_000);
