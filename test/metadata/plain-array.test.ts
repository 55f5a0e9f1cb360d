import { type Schema, Validator } from "@cfworker/json-schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import arraySchema from "../../spec/schemas/array.json" with { type: "json" };
import type { JsonObject, JsonValue } from "../../src/metadata/json.ts";
import { isPlainArray } from "../../src/metadata/plain-array.ts";

const schema = new Validator(arraySchema as Schema, "2020-12");

/** As zarr-python 3.1.6 writes it. */
function plain(): JsonObject {
  return {
    shape: [1000, 20],
    data_type: { name: "numpy.datetime64", configuration: { unit: "ns", scale_factor: 1 } },
    chunk_grid: { name: "regular", configuration: { chunk_shape: [512, 20] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: "NaT",
    codecs: [{ name: "bytes", configuration: { endian: "little" } }, { name: "crc32c" }],
    attributes: { note: [1, { deep: null }] },
    dimension_names: ["ts_event", null],
    zarr_format: 3,
    node_type: "array",
    storage_transformers: [],
  };
}

const ODD_VALUES: readonly JsonValue[] = [
  null,
  true,
  0,
  -1,
  1.5,
  3,
  1e300,
  "",
  "array",
  "regular",
  [],
  [1],
  [[]],
  ["", null],
  {},
  { name: "" },
  { name: "x", configuration: null },
  { name: "x", other: 1 },
  { name: "irregular", configuration: {} },
  { must_understand: false },
];

const step = fc.record({
  path: fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }),
  change: fc.oneof(
    fc.record({ kind: fc.constant("set" as const), value: fc.constantFrom(...ODD_VALUES) }),
    fc.record({ kind: fc.constant("remove" as const) }),
    fc.record({
      kind: fc.constant("add" as const),
      key: fc.constantFrom("name", "must_understand", "configuration", "chunk_shape", "x"),
      value: fc.constantFrom(...ODD_VALUES),
    }),
  ),
});

/** Follows `path`, each number taken modulo the entries there, and changes what it ends at. */
function mutate(
  document: JsonObject,
  { path, change }: typeof step extends fc.Arbitrary<infer T> ? T : never,
): void {
  let parent: JsonObject | JsonValue[] = document;
  for (const [depth, number] of path.entries()) {
    const keys = Object.keys(parent);
    if (keys.length === 0) return;
    const key = keys[number % keys.length]!;
    const container = parent as JsonObject;
    const value = container[key]!;
    const isLast = depth === path.length - 1 || typeof value !== "object" || value === null;
    if (!isLast) {
      parent = value as JsonObject | JsonValue[];
      continue;
    }
    const put = "value" in change ? structuredClone(change.value) : null;
    if (change.kind === "set") container[key] = put;
    else if (Array.isArray(parent))
      parent.splice(number % keys.length, 1, ...(change.kind === "add" ? [put] : []));
    else if (change.kind === "add") container[change.key] = put;
    else delete container[key];
    return;
  }
}

describe("a plain array document", () => {
  test("is what zarr-python writes, with and without names, attributes, configurations", () => {
    expect(isPlainArray(plain())).toBe(true);
    expect(isPlainArray({ ...plain(), data_type: "int32", fill_value: 0, dimension_names: null })).toBe(true);
    expect(isPlainArray({ ...plain(), attributes: {}, shape: [], codecs: ["bytes"] })).toBe(true);
  });

  test("is valid by the schema, whatever has been changed in it", () => {
    let plainOnes = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 3 }), (steps) => {
        const document = plain();
        for (const each of steps) mutate(document, each);
        if (!isPlainArray(document)) return;
        plainOnes += 1;
        expect(schema.validate(document).errors).toEqual([]);
      }),
      { numRuns: 3000 },
    );
    expect(plainOnes).toBeGreaterThan(300);
  });
});
