/** Every codec configuration of numcodecs' own fixtures, in a `.zarray`: known, or refused by name. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isQuarryError } from "../../src/errors.ts";
import type { JsonObject, JsonValue } from "../../src/metadata/json.ts";
import { arrayLayout } from "../../src/zarr/array-layout.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { metadataOf } from "../metadata/v2/documents.ts";

const FIXTURES = sharedPath("conformance/numcodecs/fixture");
/** Those without an implementation, for the reasons in codecs/refused.ts, and one that numcodecs itself cannot read back. */
const REFUSED = [
  "delta of bool: CODEC_CONFIGURATION",
  ...["pcodec", "pickle", "zfpy"].map((id) => `${id}: UNSUPPORTED_CODEC`),
];
const OF_OBJECTS = ["json", "json2", "msgpack2", "pickle", "vlen-array", "vlen-bytes", "vlen-utf8"];

function configurations(): JsonObject[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("config.json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(FIXTURES, file), "utf8")) as JsonObject);
}

/** Items that the codec is made for. */
function dtypeFor({ id, dtype }: JsonObject): JsonValue {
  if (OF_OBJECTS.includes(id as string)) return "|O";
  if (id === "packbits") return "|b1";
  return typeof dtype === "string" ? dtype : "<f8";
}

/** What a reader of an array with this codec is told; nothing where it can be read. */
function refusalOf(codec: JsonObject): string[] {
  const dtype = dtypeFor(codec);
  try {
    arrayLayout(metadataOf({ dtype, fill_value: null, filters: [codec] }), "/px");
    return [];
  } catch (error) {
    if (!isQuarryError(error)) throw new Error(JSON.stringify(codec), { cause: error });
    return [`${codec.id}${dtype === "|b1" ? " of bool" : ""}: ${error.code}`];
  }
}

describeShared("numcodecs' fixtures", FIXTURES, () => {
  it("have no codec that is not known, or refused with its reason", () => {
    const codecs = configurations();
    expect([...new Set(codecs.flatMap(refusalOf))].sort()).toEqual(REFUSED);
    expect(new Set(codecs.map(({ id }) => id)).size).toBeGreaterThanOrEqual(22);
  });
});
