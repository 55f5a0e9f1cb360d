/** The samples in the pages, run as they stand. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MemoryStore, openGroup } from "../../src/index.ts";
import { parseQuarryToml } from "../../src/market/config/quarry-toml.ts";
import * as market from "../../src/market/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

/** The first block of code in `language` on a page below `spec/`. */
function sample(page: string, language: string): string {
  const text = readFileSync(new URL(`../../spec/${page}`, import.meta.url), "utf8");
  return new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "m").exec(text)![1]!;
}

test("the schema of schemas.md makes a store that takes the rows of its example", async () => {
  const file = join(await temporaryDirectory(), "quotes.toml");
  await writeFile(file, sample("schemas.md", "toml"));
  const store = new MemoryStore();
  await market.createStore(store, await market.readSchemaFile(file));
  const writer = await market.SchemaWriter.open(store);
  const ts_event = BigInt64Array.of(1n, 2n);
  const [bid, ask] = [Float64Array.of(1, 2), Float64Array.of(3, 4)];
  await writer.append({ ts_event, quotes: { bid, ask } });
  await writer.close();
  const quotes = await (await openGroup(store)).array("quotes");
  expect((await quotes.get()).data).toEqual(Float64Array.of(1, 3, 2, 4));
});

test("the functions that schemas.md names are there, and no ready-made schema is left out", () => {
  const page = readFileSync(new URL("../../spec/schemas.md", import.meta.url), "utf8");
  const named = [...page.matchAll(/^\| \w+ \| `(\w+)\(/gm)].map(([, name]) => name!);
  const ready = Object.keys(market).filter((name) => /^[a-z]\w*(Schema|PriceGroup)$/.test(name));
  expect(named.sort()).toEqual(ready.sort());
});

test("the quarry.toml of configuration.md is one", () => {
  expect(parseQuarryToml(sample("configuration.md", "toml"), "quarry.toml")).toMatchObject({
    preset: "small",
    zstdLevel: 12,
    symbols: [{ name: "BTCUSDT" }, { name: "BTC-USDT", format: "okx", sizeUnits: "BTC" }],
  });
});
