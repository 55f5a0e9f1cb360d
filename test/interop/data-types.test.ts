/**
 * Every data type beyond plain numbers, written by Quarry and read by zarr-python, and the reverse: items, fill value
 * and the spelling of the type. Sharded and not, in both byte orders where an item has one, ragged at both edges.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codec, createGroup, type DataType, openGroup, slice, verify, ZarrArray } from "../../src/index.ts";
import { hasByteOrder } from "../../src/metadata/byte-order.ts";
import { isVariableLength, serializeDataType } from "../../src/metadata/data-type.ts";
import { fillValueOf, serializeFillValue } from "../../src/metadata/fill-value.ts";
import type { JsonObject, JsonValue } from "../../src/metadata/json.ts";
import { parseDataType } from "../../src/metadata/parse-data-type.ts";
import { elementsPerItem, isListed } from "../../src/metadata/typed-array.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { askPython } from "./python.ts";

const ZARRITA = sharedPath("conformance", "zarrita", "fixtures", "v3", "data.zarr");

const named = (name: string, configuration: JsonObject): JsonObject => ({ name, configuration });
const utf8 = new TextEncoder();

const STRUCTURED = named("structured", {
  fields: [
    ["price", "int32"],
    ["size", "float64"],
    ["side", named("null_terminated_bytes", { length_bytes: 3 })],
    ["venue", named("fixed_length_utf32", { length_bytes: 8 })],
    ["at", named("numpy.datetime64", { unit: "ns", scale_factor: 1 })],
    [
      "quote",
      named("structured", {
        fields: [
          ["bid", "int16"],
          ["ask", "complex64"],
        ],
      }),
    ],
    ["flags", named("raw_bytes", { length_bytes: 2 })],
  ],
});

/** Eight items of each type, and a fill value that is one of them. */
const TYPES: readonly { readonly dataType: JsonValue; readonly items: unknown; readonly fill: unknown }[] = [
  {
    dataType: "complex64",
    items: Float32Array.of(1, -0, NaN, Infinity, 0.1, -Infinity, 3, 4, 5, 6, 1, -0, 7, 8, 9, 10),
    fill: [1, -0],
  },
  {
    dataType: "complex128",
    items: Float64Array.of(1, -0, NaN, Infinity, 0.1, -5e-324, 3, 4, 5, 6, NaN, Infinity, 7, 8, 9, 10),
    fill: [NaN, Infinity],
  },
  {
    dataType: named("raw_bytes", { length_bytes: 3 }),
    items: Uint8Array.from({ length: 24 }, (_, i) => (i < 3 ? 7 : i * 9)),
    fill: Uint8Array.of(7, 7, 7),
  },
  {
    dataType: named("fixed_length_utf32", { length_bytes: 12 }),
    items: ["", "a", "bé😀", "abc", "", "日本語", "x", "\uffff"],
    fill: "bé😀",
  },
  {
    dataType: named("null_terminated_bytes", { length_bytes: 4 }),
    items: ["", "a", "BUY", "SELL", "", "\0a", "x", "SELL"].map((text) => utf8.encode(text)),
    fill: utf8.encode("SELL"),
  },
  ...(["ns", "us", "D", "generic"] as const).map((unit) => ({
    dataType: named("numpy.datetime64", { unit, scale_factor: 1 }),
    items: BigInt64Array.of(0n, -(2n ** 63n), 2n ** 63n - 1n, -1n, 1_700_000_000_000_000_001n, 5n, 6n, 7n),
    fill: unit === "ns" || unit === "generic" ? -(2n ** 63n) : 2n ** 53n + 1n,
  })),
  {
    dataType: named("numpy.datetime64", { unit: "s", scale_factor: 10 }),
    items: BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n),
    fill: 5n,
  },
  {
    dataType: named("numpy.timedelta64", { unit: "ms", scale_factor: 25 }),
    items: BigInt64Array.of(0n, -1n, 2n, 3n, -(2n ** 63n), 5n, 6n, 7n),
    fill: -7n,
  },
  {
    dataType: "string",
    items: ["", "a", "bé", "日本語", "😀", "a\0", "\ufeffx", "y".repeat(300)],
    fill: "日本語",
  },
  {
    dataType: "variable_length_bytes",
    items: ["", "a", "\0", "abc", "", "x\0", "z".repeat(300), "q"].map((text) => utf8.encode(text)),
    fill: utf8.encode("abc"),
  },
  {
    dataType: STRUCTURED,
    // The venue has to be Unicode, everything else may have any bits.
    items: Uint8Array.from({ length: 8 * 43 }, (_, i) => {
      const at = i % 43;
      return at >= 15 && at < 23 ? (at % 4 === 3 ? 97 + (i % 7) : 0) : (i * 37) % 256;
    }),
    fill: Uint8Array.from({ length: 43 }, (_, at) => (at >= 15 && at < 23 ? 0 : at)),
  },
];

const SHAPE = [4, 2];
const CHUNKS = [3, 1];

const cases = TYPES.flatMap(({ dataType, items, fill }, index) => {
  const type = parseDataType(dataType);
  // zarr-python 3.1 gives structured arrays no byte order, whatever it is asked for.
  const hasOrder = hasByteOrder(type) && !isVariableLength(type) && type.kind !== "struct";
  // NumPy takes times without a unit for the same in either order, and so zarr-python stores big-endian ones wrong.
  const isGeneric = JSON.stringify(dataType).includes("generic");
  const endians = !hasOrder ? [null] : isGeneric ? ["little"] : ["little", "big"];
  return endians.flatMap((endian) =>
    // zarr-python 3.1 neither writes nor reads shards of these two: its cache cannot take their fill values for a key.
    (["raw", "struct"].includes(type.kind) ? [null] : [null, [6, 2]]).map((shards) => ({
      title: `${JSON.stringify(dataType)}, ${endian ?? "default"} order, ${shards === null ? "unsharded" : "sharded"}`,
      array: `${index}-${endian}-${shards === null ? "unsharded" : "sharded"}`,
      type,
      dataType,
      items,
      fill,
      endian: endian as "little" | "big" | null,
      shards,
    })),
  );
});
type Case = (typeof cases)[number];

interface Seen {
  readonly dataType: JsonValue;
  readonly shape: readonly number[];
  readonly items: readonly string[];
  readonly fill: string;
}

let folder: string;
let answer: { readonly written: readonly Seen[]; readonly read: readonly Seen[] };
const ofQuarry = () => join(folder, "quarry.zarr");
const ofPython = () => join(folder, "python.zarr");

/** Each item's bytes in hexadecimal, as `data_types.py` has them. */
function hexItems({ type }: { readonly type: DataType }, data: unknown): string[] {
  if (Array.isArray(data)) {
    return data.map((item) => {
      const content = typeof item === "string" ? utf8.encode(item) : (item as Uint8Array);
      if (isVariableLength(type)) return Buffer.from(content).toString("hex");
      return Buffer.from(fillValueOf(item, type).bytes).toString("hex");
    });
  }
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = data as Uint8Array;
  const itemBytes = BYTES_PER_ELEMENT * elementsPerItem(type);
  return Array.from({ length: byteLength / itemBytes }, (_, item) =>
    Buffer.from(buffer, byteOffset + item * itemBytes, itemBytes).toString("hex"),
  );
}

function hexFill({ type, fill }: Case): string {
  const content = typeof fill === "string" ? utf8.encode(fill) : (fill as Uint8Array);
  return Buffer.from(isVariableLength(type) ? content : fillValueOf(fill, type).bytes).toString("hex");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quarry-interop-"));
  const root = await createGroup(ofQuarry());
  for (const { array, dataType, items, fill, endian, shards } of cases) {
    const options = {
      shape: SHAPE,
      dataType: dataType as "string",
      chunks: CHUNKS,
      ...(shards && { shards }),
      codecs: [
        ...(endian === null ? [] : [codec.bytes({ endian })]),
        codec.zstd({ level: 1 }),
        codec.crc32c(),
      ],
      fillValue: fill as string,
    };
    await (await root.createArray(array, options)).set(null, items as string[]);
    await root.createArray(`untouched-${array}`, options);
  }
  answer = await askPython("data_types.py", {
    write: cases.map(({ array, type, dataType, items, fill, endian, shards }, index) => ({
      store: ofPython(),
      array,
      shape: SHAPE,
      dataType,
      chunks: CHUNKS,
      shards,
      endian,
      fillValue: serializeFillValue(fillValueOf(fill, type), type),
      items: hexItems(cases[index]!, items),
    })),
    read: cases.flatMap(({ array }) => [
      { store: ofQuarry(), array },
      { store: ofQuarry(), array: `untouched-${array}` },
    ]),
  } as JsonObject);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(cases.map((each, index) => ({ ...each, index })))("$title", (each) => {
  const { array, dataType, type, items, index } = each;

  it("written by Quarry, is read by zarr-python", () => {
    const expected = { dataType, shape: SHAPE, items: hexItems(each, items), fill: hexFill(each) };
    expect(answer.read[2 * index]).toEqual(expected);
    const untouched = Array.from({ length: 8 }, () => hexFill(each));
    expect(answer.read[2 * index + 1]).toEqual({ ...expected, items: untouched });
  });

  it("written by zarr-python, is read by Quarry, whole and in part", async () => {
    expect(answer.written[index]).toMatchObject({ items: hexItems(each, items), fill: hexFill(each) });
    const ofZarrPython = await (await openGroup(ofPython())).array(array);
    expect(serializeDataType(ofZarrPython.dataType)).toEqual(dataType);
    expect(serializeFillValue(ofZarrPython.metadata.fillValue, type)).toEqual(
      serializeFillValue(fillValueOf(each.fill, type), type),
    );
    const { data } = await ofZarrPython.get();
    expect(hexItems(each, data)).toEqual(hexItems(each, items));
    const part = await ofZarrPython.get([slice(1, 4, 2), 1]);
    expect(hexItems(each, (part as { data: unknown }).data)).toEqual(
      [3, 7].map((item) => hexItems(each, items)[item]),
    );
  });
});

describeShared("zarrita's fixtures of strings", ZARRITA, () => {
  it("are read as zarr-python reads them", async () => {
    const arrays: ZarrArray[] = [];
    for await (const [, node] of (await openGroup(ZARRITA)).members({ depth: 1 })) {
      if (node instanceof ZarrArray && isListed(node.dataType)) arrays.push(node);
    }
    expect(arrays.length).toBeGreaterThanOrEqual(6);
    const store = ZARRITA;
    const job = { write: [], read: arrays.map(({ path }) => ({ store, array: path.slice(1) })) };
    const { read } = await askPython<{ read: readonly Seen[] }>("data_types.py", job);
    for (const [index, array] of arrays.entries()) {
      const { data, shape } = await array.get();
      const type = array.dataType;
      expect(read[index], array.path).toMatchObject({ shape, items: hexItems({ type }, data) });
    }
  });
});

it("both stores are without a fault", async () => {
  for (const store of [ofQuarry(), ofPython()]) expect((await verify(store)).faults).toEqual([]);
});
