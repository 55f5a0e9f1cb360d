import { describe, expect, test } from "vitest";
import { codec } from "../../codecs/builders.ts";
import { PRESET_NAMES } from "../../src/market/presets.ts";
import { defineArray, defineGroup } from "../../src/market/schema.ts";
import { groupSchemaFromJson, groupSchemaToJson } from "../../src/market/schema-json.ts";
import { bookSchema } from "../../src/market/schemas/book.ts";
import { parseJson, stringifyJson } from "../../src/metadata/json.ts";

const bars = defineArray({
  name: "bars",
  description: "one row a minute",
  dataType: "float64",
  dimensions: ["time", "column"],
  shape: [null, 4],
  columns: ["open", "high", "low", "close"],
  filters: [codec.delta()],
  compressors: [codec.zstd({ level: 9, checksum: true })],
  compressionRatioHint: 4.5,
  effectiveItemSize: 5,
});

describe("a schema", () => {
  test("goes through JSON unchanged", () => {
    const nested = defineGroup({
      name: "market",
      description: "two groups",
      attributes: { venue: "binance", id: 2n ** 60n },
      arrays: [bars],
      groups: [defineGroup({ name: "empty", description: "nothing" })],
    });
    const books = PRESET_NAMES.map((preset) =>
      bookSchema({ levels: 20, tickSize: "0.1", lotSize: "1" }, { preset }),
    );
    for (const schema of [nested, ...books]) {
      expect(groupSchemaFromJson(parseJson(stringifyJson(groupSchemaToJson(schema))))).toEqual(schema);
    }
  });

  test.each([
    ["a dimension without a length", () => defineArray({ ...bars, shape: [null] })],
    ["a later dimension that grows", () => defineArray({ ...bars, shape: [4, null] })],
    ["columns that do not fit", () => defineArray({ ...bars, columns: ["open"] })],
    ["two members of one name", () => defineGroup({ name: "g", description: "", arrays: [bars, bars] })],
  ])("refuses %s", (_, define) => {
    expect(define).toThrow(expect.objectContaining({ code: "METADATA_INVALID" }));
  });

  test.each([
    ["no object", []],
    ["no name", { description: "" }],
    ["arrays that are no list", { name: "g", description: "", attributes: {}, arrays: {}, groups: [] }],
    ["an unknown data type", withArray({ dataType: "complex64" })],
    ["a length that is none", withArray({ shape: [-1, 4] })],
    ["a codec without a name", withArray({ compressors: [{ configuration: {} }] })],
    ["a fill value that is no number", withArray({ fillValue: "0" })],
  ])("is not read from JSON with %s", (_, json) => {
    expect(() => groupSchemaFromJson(json as never)).toThrow(
      expect.objectContaining({ code: "METADATA_INVALID" }),
    );
  });
});

/** A group of one array, some of whose members are replaced. */
function withArray(members: object): object {
  const schema = groupSchemaToJson(defineGroup({ name: "g", description: "", arrays: [bars] }));
  const [array] = schema.arrays as [object];
  return { ...schema, arrays: [{ ...array, ...members }] };
}
