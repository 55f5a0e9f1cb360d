/** What people write by hand, altered at random: a schema or settings, or a typed error, and nothing else. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isQuarryError } from "../../src/errors.ts";
import { MemoryStore } from "../../src/index.ts";
import { parseQuarryToml } from "../../src/market/config/quarry-toml.ts";
import { QUARRY_TOML } from "../../src/market/config/template.ts";
import { createStore } from "../../src/market/create-from-schema.ts";
import { defineGroup } from "../../src/market/schema.ts";
import { groupSchemaFromJson, groupSchemaToJson } from "../../src/market/schema-json.ts";
import {
  bookSchema,
  futureOpportunitiesSchema,
  midPriceGroup,
  normalizedBookSchema,
} from "../../src/market/schemas/index.ts";
import type { JsonObject, JsonValue } from "../../src/metadata/json.ts";
import { holds } from "../kit/property.ts";

const SCHEMA = groupSchemaToJson(
  defineGroup({
    name: "features",
    arrays: [normalizedBookSchema(), futureOpportunitiesSchema({ calculatorVersion: "1" })],
    groups: [midPriceGroup(), bookSchema({ levels: 2, tickSize: "1", lotSize: "1" })],
  }),
);

/** Every place in `value`, from the outside in. */
function* placesIn(value: JsonValue, place: string[] = []): Generator<string[]> {
  yield place;
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) yield* placesIn(item as JsonValue, [...place, key]);
}
const PLACES = [...placesIn(SCHEMA)].slice(1);

/** A copy of `value` with `by` at `place`; without what is there, if `by` is undefined. */
function replaced(value: JsonValue, place: readonly string[], by: JsonValue | undefined): JsonValue {
  const [key, ...rest] = place;
  if (key === undefined) return by ?? null;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as JsonObject) }) as JsonObject;
  if (rest.length === 0 && by === undefined) delete copy[key];
  else copy[key] = replaced(copy[key] as JsonValue, rest, by);
  return Array.isArray(copy) ? copy.filter((item) => item !== undefined) : copy;
}

const VALUES = fc.oneof(
  fc.constantFrom<JsonValue | undefined>(
    undefined,
    null,
    "",
    "grows",
    "NaN",
    "float16",
    "numcodecs.delta",
    "/",
  ),
  fc.constantFrom<JsonValue | undefined>(
    -1,
    0,
    1,
    1.5,
    1e308,
    2 ** 53,
    2n ** 64n,
    true,
    [],
    {},
    [null],
    [[]],
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>,
);

function expectTypedError(error: unknown): void {
  if (!isQuarryError(error)) throw error;
  expect(error.message).not.toMatch(/undefined|\[object Object\]/);
}

test("an altered schema is one, and makes a store, or is refused with a typed error", async () => {
  const alterations = fc.array(fc.tuple(fc.constantFrom(...PLACES), VALUES), { minLength: 1, maxLength: 3 });
  await holds(
    "hostile-settings: schemas",
    alterations,
    async (altered) => {
      let json: JsonValue = SCHEMA;
      for (const [place, value] of altered) {
        // An alteration before may have taken the place away.
        if ([...placesIn(json)].some((each) => each.join("\0") === place.join("\0"))) {
          json = replaced(json, place, value);
        }
      }
      try {
        const schema = groupSchemaFromJson(json);
        expect(groupSchemaFromJson(groupSchemaToJson(schema))).toEqual(schema);
        await createStore(new MemoryStore(), schema);
      } catch (error) {
        expectTypedError(error);
      }
    },
    200,
  );
});

test("an altered quarry.toml is one, or is refused with its line", async () => {
  const uncommented = QUARRY_TOML.replace(/^# (\w+ = )/gm, "$1");
  const edits = fc.array(
    fc.record({
      at: fc.nat(uncommented.length - 1),
      remove: fc.nat(12),
      insert: fc.oneof(
        fc.constantFrom("", '"', "[", "]", "[[symbols]]", "\n", "0", "-", "= 1\n", "#", "{", "é"),
        fc.string(),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await holds(
    "hostile-settings: quarry.toml",
    edits,
    async (list) => {
      let text = uncommented;
      for (const { at, remove, insert } of list) text = text.slice(0, at) + insert + text.slice(at + remove);
      try {
        parseQuarryToml(text, "quarry.toml");
      } catch (error) {
        expectTypedError(error);
        expect(error).toMatchObject({
          code: "CONFIG_INVALID",
          message: expect.stringMatching(/^quarry\.toml:\d+: /),
        });
      }
    },
    200,
  );
});
