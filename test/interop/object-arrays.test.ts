/** The golden encodings of numcodecs whose arrays are pickles of objects: Python says what is in them. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { handlesIn, ItemHeap } from "../../codecs/item-heap.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { type DataType, dataTypeOf, fixedUnicodeType, OBJECT_TYPE } from "../../src/metadata/data-type.ts";
import type { JsonObject, JsonValue } from "../../src/metadata/json.ts";
import { expectBytes } from "../kit/bytes.ts";
import { FIXTURES, type GoldenEncoding, goldenEncodings } from "../kit/numcodecs-fixtures.ts";
import { describeShared } from "../kit/shared.ts";
import { askPython } from "./python.ts";

const DECODED = ["json2", "msgpack2"];
const DECODED_AND_ENCODED = ["categorize/O", "categorize/U", "vlen-array", "vlen-bytes", "vlen-utf8"];

function arrayType(folder: string, dtype: string): DataType {
  const [, codePoints] = /^<U(\d+)$/.exec(dtype) ?? [];
  if (codePoints !== undefined) return fixedUnicodeType(Number(codePoints));
  if (dtype !== "|O") return dataTypeOf("int32");
  if (folder === "vlen-utf8") return dataTypeOf("string");
  return folder === "vlen-bytes" ? dataTypeOf("variable_length_bytes") : OBJECT_TYPE;
}

function arrayFile(folder: string, { name }: GoldenEncoding): string {
  const [, number] = /encoded\.(\d+)\.dat$/.exec(name)!;
  return join(FIXTURES, folder, `array.${number}.npy`);
}

/** As object_arrays.py spells items. */
function plain(item: unknown): JsonValue {
  if (item instanceof Uint8Array) return { bytes: Buffer.from(item).toString("hex") };
  if (Number.isNaN(item)) return { float: "nan" };
  if (Array.isArray(item)) return item.map(plain);
  if (typeof item !== "object" || item === null) return item as JsonValue;
  return Object.fromEntries(Object.entries(item).map(([key, part]) => [key, plain(part)]));
}

/** {@link plain} for items that are arrays of numbers, all of them small. */
function plainArray(item: unknown): JsonValue {
  return { array: Array.from(item as Int8Array, Number) };
}

describeShared("golden encodings of numcodecs, of objects", FIXTURES, () => {
  const expectedItems = new Map<string, JsonValue>();

  beforeAll(async () => {
    const files = [...DECODED, ...DECODED_AND_ENCODED].flatMap((folder) =>
      goldenEncodings(folder)
        .filter(({ dtype }) => dtype === "|O")
        .map((golden) => arrayFile(folder, golden)),
    );
    const distinct = [...new Set(files)];
    const answers = await askPython<JsonValue[]>("object_arrays.py", { files: distinct });
    for (const [index, items] of answers.entries()) {
      expectedItems.set(distinct[index]!, items);
    }
  });

  describe.each([...DECODED, ...DECODED_AND_ENCODED])("%s", (folder) => {
    test("decodes to the array", async () => {
      const codecs = goldenEncodings(folder);
      expect(codecs.length).toBeGreaterThan(0);
      for (const golden of codecs) {
        const { heap, codec, size } = await start(folder, golden);
        const decoded = await codec.decode(golden.encoded, size, { path: "/test" });
        if (golden.dtype !== "|O") {
          expectBytes(decoded, golden.decoded, golden.name);
          continue;
        }
        const items = Array.from(handlesIn(decoded), (handle) => heap.get(handle));
        const seen = items.map(folder === "vlen-array" ? plainArray : plain);
        const expected = expectedItems.get(arrayFile(folder, golden));
        // `toEqual` takes its time on a thousand items, and is needed only for its difference.
        if (JSON.stringify(seen) !== JSON.stringify(expected)) {
          expect(seen, golden.name).toEqual(expected);
        }
      }
    });
  });

  test.each(DECODED_AND_ENCODED)("%s encodes the array to the same bytes", async (folder) => {
    for (const golden of goldenEncodings(folder)) {
      const { codec, size } = await start(folder, golden);
      const decoded = await codec.decode(golden.encoded, size, { path: "/test" });
      expectBytes(await codec.encode(decoded, { path: "/test" }), golden.encoded, golden.name);
    }
  });
});

async function start(folder: string, golden: GoldenEncoding) {
  const { id, ...configuration } = golden.config as JsonObject & { id: string };
  const type = { dataType: arrayType(folder, golden.dtype), shape: golden.shape };
  const heap = new ItemHeap(null);
  const codec = await resolveCodec({ name: `numcodecs.${id}`, configuration }, type, "/test").portable(heap);
  const bytes = golden.shape.reduce((count, extent) => count * extent, type.dataType.itemBytes);
  return { heap, codec, size: { exact: bytes, max: bytes } };
}
