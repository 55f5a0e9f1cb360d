/** What the package exports, so that a wider API shows in review; and the README's example, run as it stands. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import * as browser from "../src/browser.ts";
import * as quarry from "../src/index.ts";
import * as market from "../src/market/index.ts";
import * as migration from "../src/migrate/index.ts";
import { temporaryDirectory } from "./kit/temporary-directory.ts";

it("exports these names", () => {
  expect({
    "quarry-zarr": Object.keys(quarry).sort(),
    "quarry-zarr/market": Object.keys(market).sort(),
    "quarry-zarr/migrate": Object.keys(migration).sort(),
  }).toMatchInlineSnapshot(`
    {
      "quarry-zarr": [
        "CodecFault",
        "FileSystemStore",
        "Group",
        "HttpStore",
        "ItemHeap",
        "MemoryStore",
        "QuarryError",
        "StoreWriter",
        "ZarrArray",
        "ZipStore",
        "backend",
        "codec",
        "codecTrialAttribute",
        "compactStore",
        "createArray",
        "createGroup",
        "deleteNode",
        "ellipsis",
        "fieldOf",
        "inspect",
        "isQuarryError",
        "open",
        "openArray",
        "openGroup",
        "openWriter",
        "recoverStore",
        "registerCodec",
        "registerWithZarrita",
        "setThreadCount",
        "slice",
        "structsOf",
        "suggestCodecs",
        "suggestLayout",
        "verify",
        "withCache",
        "withReadOnly",
        "withRequestCount",
      ],
      "quarry-zarr/market": [
        "BarRows",
        "BarWriter",
        "BookReader",
        "BookRows",
        "BookStore",
        "BookWriter",
        "DecimalGrid",
        "LEVELS_MAX",
        "MISSING_LEVEL",
        "MISSING_LEVEL_INT64",
        "PARTITION_KINDS",
        "PRESET_NAMES",
        "SIDE_CODES",
        "STEP_TYPES",
        "SchemaWriter",
        "TradeRows",
        "arraySchemaFromJson",
        "arraySchemaToJson",
        "audit",
        "barsSchema",
        "bookSchema",
        "checkItems",
        "checkRows",
        "createStore",
        "defineArray",
        "defineGroup",
        "futureOpportunitiesSchema",
        "groupSchemaFromJson",
        "groupSchemaToJson",
        "hurstExponentSchema",
        "ingestCapture",
        "ingestJobs",
        "ingestSymbols",
        "midPriceGroup",
        "normalizationFeaturesSchema",
        "normalizedBookSchema",
        "priceVolumeSchema",
        "rawBookSchema",
        "readQuarryToml",
        "readSchemaFile",
        "recordAudit",
        "simulateCapture",
        "snapshotMetadataSchema",
        "sources",
        "timestampsSchema",
        "tradesSchema",
        "writeSimulatedCapture",
      ],
      "quarry-zarr/migrate": [
        "migrate",
        "planMigration",
      ],
    }
  `);
});

it("exports to browsers all that needs no file system", () => {
  const missing = Object.keys(quarry).filter((name) => !(name in browser));
  expect(missing.sort()).toEqual([
    "FileSystemStore",
    "StoreWriter",
    "ZipStore",
    "compactStore",
    "inspect",
    "openWriter",
    "recoverStore",
    "verify",
  ]);
});

it("runs the README's example", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
  const entry = pathToFileURL(fileURLToPath(new URL("../src/index.ts", import.meta.url))).href;
  const directory = await temporaryDirectory();
  const file = join(directory, "example.ts");
  const source = example
    .replace('"quarry-zarr"', JSON.stringify(entry))
    .replaceAll('"book.zarr"', JSON.stringify(join(directory, "book.zarr")));
  await writeFile(file, `${source}\nexport { data, shape };\n`);
  const { data, shape } = (await import(/* @vite-ignore */ file)) as { data: unknown; shape: unknown };
  expect(shape).toEqual([100]);
  expect(data).toEqual(new Int32Array(100).fill(7));
});
