import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseQuarryToml } from "../../../src/market/config/quarry-toml.ts";
import { QUARRY_TOML } from "../../../src/market/config/template.ts";
import { PARTITION_KINDS } from "../../../src/market/partition.ts";
import { PRESET_NAMES } from "../../../src/market/presets.ts";
import { ZSTD_LEVEL_MAX } from "../../../src/market/schema-codecs.ts";
import { LEVELS_MAX } from "../../../src/market/schemas/book.ts";
import { FIELDS } from "../../../src/market/sources/csv/column-map.ts";
import { STEP_TYPES } from "../../../src/market/step-types.ts";
import { SYNC_MODES } from "../../../src/market/store-draft.ts";

const schema = JSON.parse(
  readFileSync(new URL("../../../spec/schemas/quarry-toml.schema.json", import.meta.url), "utf8"),
);

/** The template with every key set. */
const EVERY_KEY = QUARRY_TOML.replace(/^# (\w+ = )/gm, "$1");

describe("quarry.toml", () => {
  test("says what each key stands for", () => {
    const settings = parseQuarryToml(EVERY_KEY, "data/quarry.toml");
    expect(settings).toEqual({
      file: "data/quarry.toml",
      directory: "data",
      input: "captures",
      output: "stores",
      symbols: [
        {
          name: "BTCUSDT",
          files: ["btcusdt_*.gz"],
          format: undefined,
          levels: undefined,
          tickSize: "0.1",
          lotSize: "0.001",
          priceType: undefined,
          sizeType: undefined,
          priceUnits: "USDT",
          sizeUnits: "BTC",
          maxRefused: undefined,
          columns: { time: "date", size: "qty" },
        },
      ],
      format: "binance",
      levels: 20,
      maxRefused: 1000,
      priceType: "int32",
      sizeType: "int32",
      partition: "week",
      preset: "portable",
      zstdLevel: 3,
      tryCodecs: false,
      disableSharding: false,
      maxConcurrentReads: 2,
      maxConcurrentWrites: 4,
      lateToleranceMs: 5000,
      sync: "always",
      overwrite: false,
    });
  });

  test("is explained key by key in the file that init writes, defaults included", () => {
    const { symbols, ...keys } = schema.properties;
    for (const [key, { default: value }] of Object.entries<{ default?: unknown }>(keys)) {
      expect(EVERY_KEY, key).toMatch(new RegExp(`^${key} = `, "m"));
      if (value === undefined || key === "input") continue;
      expect(QUARRY_TOML, key).toContain(`\n# ${key} = ${JSON.stringify(value)}\n`);
    }
    for (const key of Object.keys(schema.$defs.symbol.properties)) expect(QUARRY_TOML, key).toContain(key);
    expect(symbols.items).toEqual({ $ref: "#/$defs/symbol" });
  });

  test("has the limits and the words of the code in its schema", () => {
    const { partition, preset, sync, zstd_level } = schema.properties;
    expect([partition.enum, preset.enum, sync.enum]).toEqual([PARTITION_KINDS, PRESET_NAMES, SYNC_MODES]);
    expect(Object.keys(schema.$defs.symbol.properties.columns.properties)).toEqual(FIELDS);
    expect(schema.$defs.stepType.enum).toEqual(STEP_TYPES);
    expect([zstd_level.maximum, schema.$defs.levels.maximum]).toEqual([ZSTD_LEVEL_MAX, LEVELS_MAX]);
  });

  test("may name its symbols in one list, and leave everything out", () => {
    expect(parseQuarryToml('symbols = ["BTCUSDT", "ETHUSDT"]', "q.toml").symbols).toEqual([
      { name: "BTCUSDT" },
      { name: "ETHUSDT" },
    ]);
    expect(parseQuarryToml("", "q.toml")).toMatchObject({ directory: ".", symbols: [] });
  });

  test("takes steps as numbers and as text", () => {
    const [symbol] = parseQuarryToml(
      '[[symbols]]\nname = "A"\ntick_size = 0.10\nlot_size = 25',
      "q.toml",
    ).symbols;
    expect(symbol).toMatchObject({ tickSize: "0.1", lotSize: "25" });
  });

  test.each([
    [
      "an unknown key",
      'output = "o"\n\nlevel = 20\n',
      "q.toml:3: level is not a key that belongs there; did you mean levels?",
    ],
    [
      "a number out of range",
      "levels = 20\nzstd_level = 23",
      "q.toml:2: zstd_level must be a whole number from 1 to 22, not 23",
    ],
    [
      "a number in quotes",
      'levels = "20"',
      'q.toml:1: levels must be a whole number from 1 to 255, not "20"',
    ],
    [
      "a fraction",
      "\n\nmax_concurrent_reads = 1.5",
      "q.toml:3: max_concurrent_reads must be a whole number from 1 to 64, not 1.5",
    ],
    [
      "a word that is none of its words",
      'preset = "tiny"',
      'q.toml:1: preset must be one of "portable", "small", "fast", not "tiny"',
    ],
    [
      "a type that steps cannot have",
      '[[symbols]]\nname = "A"\nsize_type = "int16"',
      'q.toml:3: symbols[0].size_type must be one of "int32", "int64", not "int16"',
    ],
    ["an unknown format", 'format = "nyse"', "q.toml:1: format must be one of binance"],
    [
      "no symbols in the list",
      "symbols = []",
      "q.toml:1: symbols must be a list of symbols, not an empty array",
    ],
    ["a symbol without a name", "[[symbols]]\nlevels = 5", "q.toml:1: symbols[0].name is missing"],
    [
      "a symbol that could be a path",
      'symbols = [\n  "A",\n  "../B"\n]',
      'q.toml:1: symbols[1] must be a name, or a table with a name, not "../B"',
    ],
    [
      "a symbol that is there twice",
      'output = "o"\nsymbols = ["A", "A"]',
      "q.toml:2: symbols: A is there twice",
    ],
    [
      "a step that is none",
      '[[symbols]]\nname = "A"\n\n[[symbols]]\nname = "B"\ntick_size = "0"',
      'q.toml:6: symbols[1].tick_size must be a positive decimal number such as "0.1", not 0',
    ],
    [
      "a field that no CSV file has",
      '[[symbols]]\nname = "A"\ncolumns = { tme = "date" }',
      "q.toml:3: symbols[0].columns.tme is not a key that belongs there; did you mean time?",
    ],
    [
      "a level of zstd where there is none",
      'preset = "fast"\nlevels = 5\nzstd_level = 3',
      "q.toml:3: zstd_level is for the presets portable and small",
    ],
    ["no TOML", "levels = 20\noutput = stores", "q.toml:2: Invalid TOML document: invalid value (column 10)"],
    ["a key that is there twice", "levels = 20\nlevels = 10", "q.toml:2: Invalid TOML document"],
  ])("is refused with its line and key for %s", (_, text, message) => {
    expect(() => parseQuarryToml(text, "q.toml")).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        path: "q.toml",
        message: expect.stringContaining(message),
      }),
    );
  });
});
