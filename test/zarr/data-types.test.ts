/** Items of every data type in and out of arrays: as several, as one, and into `out`. */
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type CodecMetadata,
  codec,
  createArray,
  type DataTypeSpelling,
  fieldOf,
  inspect,
  MemoryStore,
  slice,
  structsOf,
} from "../../src/index.ts";
import { parseDataType } from "../../src/metadata/parse-data-type.ts";

const padded = (length: number) =>
  ({ name: "null_terminated_bytes", configuration: { length_bytes: length } }) as const;
const NANOSECONDS = { name: "numpy.datetime64", configuration: { unit: "ns", scale_factor: 1 } } as const;
const TRADE = {
  name: "struct",
  configuration: {
    fields: [
      { name: "price", data_type: "float64" },
      { name: "side", data_type: { name: "fixed_length_utf32", configuration: { length_bytes: 4 } } },
      {
        name: "quote",
        data_type: { name: "struct", configuration: { fields: [{ name: "bid", data_type: "int16" }] } },
      },
    ],
  },
} as const;

const bytes = (...values: number[]) => Uint8Array.from(values);

function newArray(shape: readonly number[]) {
  return createArray(new MemoryStore(), { dataType: "string", shape, chunks: shape.map(() => 3) });
}

describe("an array of strings", () => {
  it("gives and takes plain arrays of strings, and its type says so", async () => {
    const array = await createArray(new MemoryStore(), { dataType: "string", shape: [2, 2], chunks: [1, 2] });
    await array.set(null, ["a", "bé", "😀", ""]);
    const { data } = await array.get();
    expectTypeOf(data).toEqualTypeOf<string[]>();
    expect(data).toEqual(["a", "bé", "😀", ""]);
    const one: string = await array.get([1, 0]);
    expect(one).toBe("😀");
    await array.set([0, null], "x");
    expect((await array.get()).data).toEqual(["x", "x", "😀", ""]);
    await array.append(["p", "q"]);
    expect((await array.get([-1, null])).data).toEqual(["p", "q"]);
  });

  it("repeats a value's dimensions of 1, and takes a box with strides out of a larger list", async () => {
    const array = await newArray([2, 3]);
    await array.set(null, { data: ["a", "b", "c"], shape: [3] });
    expect((await array.get()).data).toEqual(["a", "b", "c", "a", "b", "c"]);
    const data = ["-", "1", "-", "2", "-", "3", "-", "4", "-", "5", "-", "6"];
    await array.set(null, { data, shape: [2, 3], stride: [2, 4], offset: 1 });
    expect((await array.get()).data).toEqual(["1", "3", "5", "2", "4", "6"]);
  });

  it("fills a strided box of `out`, and nothing beside it", async () => {
    const array = await newArray([3]);
    await array.set(null, ["a", "b", "c"]);
    const out = { data: new Array<string>(7).fill("-"), shape: [3], stride: [2], offset: 1 };
    const { data } = await array.get(null, { out });
    expect(data).toBe(out.data);
    expect(data).toEqual(["-", "a", "-", "b", "-", "c", "-"]);
    await expect(array.get(null, { out: ["too", "few"] })).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
  });

  it("keeps what a write touches in part, in blocks and shards as well", async () => {
    const array = await createArray(new MemoryStore(), {
      dataType: "string",
      shape: [10],
      chunks: [2],
      shards: [6],
      fillValue: "?",
    });
    await array.set([slice(1, 8)], ["b", "c", "d", "e", "f", "g", "h"]);
    await array.set([slice(2, 4)], ["?", "?"]);
    expect((await array.get()).data).toEqual(["?", "b", "?", "?", "e", "f", "g", "h", "?", "?"]);
    expect(((await array.getOrthogonal([[7, 1, 1]])) as { data: unknown }).data).toEqual(["h", "b", "b"]);
    const blocks = [];
    for await (const { start, data } of array.blocks()) blocks.push([start, data.length]);
    expect(blocks).toEqual([
      [0, 6],
      [6, 4],
    ]);
  });

  it("takes strings of any length, in shards with codecs around them and in shards inside shards", async () => {
    const index = [codec.bytes(), codec.crc32c()].map((each) => ({ ...each }));
    const sharding = (extent: number, codecs: CodecMetadata[]) => ({
      name: "sharding_indexed",
      configuration: {
        chunk_shape: [extent],
        codecs: codecs.map((each) => ({ ...each })),
        index_codecs: index,
        index_location: "end",
      },
    });
    const vlen = { name: "vlen-utf8", configuration: {} };
    const long = "x".repeat(300_000);
    const around = { chunks: [4], codecs: [sharding(2, [vlen]), codec.crc32c()] };
    const nested = { shards: [4], chunks: [2], codecs: [sharding(1, [vlen])] };
    for (const layout of [around, nested]) {
      const array = await createArray(new MemoryStore(), { dataType: "string", shape: [6], ...layout });
      await array.set([slice(1, 5)], ["b", long, "", "e"]);
      await array.set([0], long);
      expect((await array.get()).data).toEqual([long, "b", long, "", "e", ""]);
      expect(await array.get([2])).toBe(long);
    }
  });

  it("does not store chunks of nothing but the fill value", async () => {
    const store = new MemoryStore();
    const array = await createArray(store, {
      dataType: "string",
      shape: [4],
      chunks: [2],
      fillValue: "none",
    });
    await array.set(null, ["none", "none", "some", "none"]);
    const keys = [];
    for await (const key of store.list("/")) keys.push(key);
    expect(keys.filter((key) => key.startsWith("/c/"))).toEqual(["/c/1"]);
  });
});

describe("items of other types", () => {
  it("of complex numbers are pairs, and two elements in a typed array", async () => {
    const array = await createArray(new MemoryStore(), {
      dataType: "complex64",
      shape: [3],
      chunks: [2],
      fillValue: [1, -1],
    });
    expect(array.fillValue).toEqual([1, -1]);
    await array.set([slice(1, 3)], Float32Array.of(5, 6, 7, 8));
    await array.set([2], [Number.NaN, 0.5]);
    expect((await array.get()).data).toEqual(Float32Array.of(1, -1, 5, 6, Number.NaN, 0.5));
    const one = await array.get([1]);
    expectTypeOf(one).toEqualTypeOf<readonly [number, number]>();
    expect(one).toEqual([5, 6]);
    const out = { data: new Float32Array(8), shape: [3], stride: [-1], offset: 3 };
    await array.get(null, { out });
    expect(out.data).toEqual(Float32Array.of(0, 0, Number.NaN, 0.5, 5, 6, 1, -1));
  });

  it("of times are bigint, and no time at all where nothing was written", async () => {
    const array = await createArray(new MemoryStore(), { dataType: NANOSECONDS, shape: [2], chunks: [2] });
    await array.set([0], 1_700_000_000_000_000_001n);
    const { data } = await array.get();
    expectTypeOf(data).toEqualTypeOf<BigInt64Array>();
    expect(data).toEqual(BigInt64Array.of(1_700_000_000_000_000_001n, -(2n ** 63n)));
  });

  it("of raw bits are bytes, as many an item as it has", async () => {
    const array = await createArray(new MemoryStore(), { dataType: "r24", shape: [2, 2], chunks: [1, 2] });
    await array.set(null, bytes(1, 2, 3));
    await array.set([1, null], bytes(4, 5, 6, 7, 8, 9));
    expect((await array.get()).data).toEqual(bytes(1, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    expect(await array.get([1, 1])).toEqual(bytes(7, 8, 9));
    await expect(array.set([0, null], bytes(1, 2, 3, 4))).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    await expect(array.append(bytes(1, 2, 3))).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    expect(await array.append(bytes(1, 2, 3, 4, 5, 6))).toEqual({ firstRow: 2, rows: 1 });
  });

  it("of padded bytes lose the zeros at their end, as in NumPy", async () => {
    const array = await createArray(new MemoryStore(), { dataType: padded(3), shape: [3], chunks: [2] });
    await array.set(null, [bytes(1, 0, 0), bytes(0, 1), bytes()]);
    expect((await array.get()).data).toEqual([bytes(1), bytes(0, 1), bytes()]);
  });

  it("of variable bytes belong to the caller: the fill value is nobody's to change", async () => {
    const array = await createArray(new MemoryStore(), {
      dataType: "variable_length_bytes",
      shape: [3],
      chunks: [3],
      fillValue: bytes(7),
    });
    const first = (await array.get()).data;
    first[0]![0] = 9;
    expect((await array.get()).data).toEqual([bytes(7), bytes(7), bytes(7)]);
    expect(first[1]).toEqual(bytes(7));
  });

  it.each<[string, DataTypeSpelling, () => never]>([
    ["bytes of any length", "variable_length_bytes", () => bytes(7) as never],
    ["bytes in a Buffer", "variable_length_bytes", () => Buffer.from([7]) as never],
    ["raw bits", "r8", () => bytes(7) as never],
    ["a complex number", "complex64", () => [7, 7] as never],
  ])("are filled with a value that nobody else holds: %s", async (_, dataType, fill) => {
    const fillValue = fill();
    const array = await createArray(new MemoryStore(), { dataType, shape: [1], chunks: [1], fillValue });
    const unchanged = fill();
    (fillValue as number[])[0] = 9;
    expect([...(array.fillValue as number[])]).toEqual([...(unchanged as number[])]);
    (array.fillValue as number[])[0] = 9;
    expect([...(array.fillValue as number[])]).toEqual([...(unchanged as number[])]);
  });
});

describe("bool", () => {
  it.each([1, 3])("has any byte but 0 for true, in chunks of %i, and takes what it gave", async (chunk) => {
    const store = new MemoryStore();
    const array = await createArray(store, { dataType: "bool", shape: [9], chunks: [chunk], codecs: [] });
    const stored = bytes(0, 1, 255, 2, 0, 128, 1, 0, 3);
    for (let at = 0; at < 9; at += chunk) await store.set(`/c/${at / chunk}`, stored.slice(at, at + chunk));
    const expected = [0, 1, 1, 1, 0, 1, 1, 0, 1];
    const read = await array.get();
    expect([...read.data]).toEqual(expected);
    expect([...(await array.getPoints([[2, 4, 8]])).data]).toEqual([1, 0, 1]);
    expect([...(await array.get([slice(1, 9, 2)])).data]).toEqual([1, 1, 1, 0]);
    expect(await array.get([5])).toBe(true);
    expect((await array.getMask(read)).data.length).toBe(6);
    await array.set(null, read);
    const second = Uint8Array.from(expected).slice(chunk, 2 * chunk);
    expect(await store.get("/c/1")).toEqual(second);
  });

  it("leaves alone what lies between the items of an output", async () => {
    const store = new MemoryStore();
    const array = await createArray(store, { dataType: "bool", shape: [2, 2], chunks: [2, 2], codecs: [] });
    await store.set("/c/0/0", bytes(7, 0, 0, 9));
    const out = { data: new Uint8Array(9).fill(99), shape: [2, 2], stride: [-4, 2], offset: 5 };
    await array.get(null, { out });
    expect(out.data).toEqual(bytes(99, 0, 99, 1, 99, 1, 99, 0, 99));
  });

  it("is true in a struct for any byte but 0", () => {
    const dataType = parseDataType({
      name: "struct",
      configuration: { fields: [{ name: "flag", data_type: "bool" }] },
    });
    expect(fieldOf(bytes(0, 1, 255), dataType, "flag")).toEqual(bytes(0, 1, 1));
  });
});

describe("structs", () => {
  const trades = () => createArray(new MemoryStore(), { dataType: TRADE, shape: [0], chunks: [2] });

  it("are put together out of columns, and taken apart", async () => {
    const array = await trades();
    const quote = structsOf({ bid: Int16Array.of(-1, 2, 3) }, quoteType(array));
    await array.append(
      structsOf({ price: Float64Array.of(1.5, 2.5, 3.5), side: ["B", "", "é"], quote }, array.dataType),
    );
    const { data } = await array.get();
    expect(data.length).toBe(3 * (8 + 4 + 2));
    expect(fieldOf(data, array.dataType, "price")).toEqual(Float64Array.of(1.5, 2.5, 3.5));
    expect(fieldOf(data, array.dataType, "side")).toEqual(["B", "", "é"]);
    const bids = fieldOf(data, array.dataType, "quote") as Uint8Array;
    expect(fieldOf(bids, quoteType(array), "bid")).toEqual(Int16Array.of(-1, 2, 3));
  });

  it("need every field, of one length, and no others", async () => {
    const { dataType } = await trades();
    const columns = { price: Float64Array.of(1), side: ["B"], quote: bytes(1, 0) };
    const { price: _, ...missing } = columns;
    expect(() => structsOf(missing, dataType)).toThrow(expect.objectContaining({ code: "VALUE_INVALID" }));
    expect(() => structsOf({ ...columns, side: ["B", "A"] }, dataType)).toThrow(
      expect.objectContaining({ code: "SHAPE_MISMATCH" }),
    );
    expect(() => structsOf({ ...columns, side: ["BA"] }, dataType)).toThrow(
      expect.objectContaining({ code: "VALUE_INVALID" }),
    );
    expect(() => structsOf({ ...columns, price: Float32Array.of(1) }, dataType)).toThrow(
      expect.objectContaining({ code: "VALUE_INVALID" }),
    );
    expect(() => structsOf({ ...columns, size: bytes(1) }, dataType)).toThrow(RangeError);
    expect(() => fieldOf(bytes(), dataType, "size")).toThrow(RangeError);
    expect(() => fieldOf(bytes(1), dataType, "price")).toThrow(
      expect.objectContaining({ code: "SHAPE_MISMATCH" }),
    );
  });

  /** The type of the field `quote`. */
  function quoteType({ dataType }: Awaited<ReturnType<typeof trades>>) {
    return dataType.fields[2]!.dataType;
  }
});

it("inspecting tells the types, and no raw bytes where items have no fixed size", async () => {
  const store = new MemoryStore();
  await createArray(store, { dataType: NANOSECONDS, shape: [3], chunks: [3] });
  expect(await inspect(store)).toMatchObject({
    rawBytes: 24,
    arrays: [
      { dataType: "numpy.datetime64", dataTypeConfiguration: { unit: "ns", scale_factor: 1 }, rawBytes: 24 },
    ],
  });
  const strings = new MemoryStore();
  await createArray(strings, { dataType: "string", shape: [3], chunks: [3] });
  expect(await inspect(strings)).toMatchObject({
    rawBytes: null,
    arrays: [{ dataType: "string", dataTypeConfiguration: null, rawBytes: null, backend: "portable" }],
  });
});
