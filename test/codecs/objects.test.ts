import { describe, expect, test } from "vitest";
import type { FaultReason } from "../../codecs/fault.ts";
import { handlesIn, ItemHeap } from "../../codecs/item-heap.ts";
import { decodeMsgpack } from "../../codecs/objects/msgpack.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { type DataType, dataTypeOf, fixedUnicodeType, OBJECT_TYPE } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { decodedOrReason, exactly, expectRefusals } from "../kit/decoder.ts";

async function codecFor(name: string, configuration: JsonObject, dataType: DataType, shape: number[]) {
  const heap = new ItemHeap("");
  const codec = await resolveCodec({ name, configuration }, { dataType, shape }, "/test").portable(heap);
  const size = exactly(shape.reduce((count, extent) => count * extent, dataType.itemBytes));
  const itemsOf = (chunk: Uint8Array) => Array.from(handlesIn(chunk), (handle) => heap.get(handle));
  return { codec, size, itemsOf, heap };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("json2", () => {
  test("gives 64-bit integers, Python's numbers and nested items as they are", async () => {
    const { codec, size, itemsOf } = await codecFor("numcodecs.json2", {}, OBJECT_TYPE, [2, 2]);
    const encoded = utf8('[[9007199254740993,NaN],[["a",[]],{"__proto__":-Infinity}],"|O",[2,2]]');
    const items = itemsOf(await codec.decode(encoded, size, { path: "/test" }));
    expect(items).toEqual([
      9007199254740993n,
      Number.NaN,
      ["a", []],
      Object.fromEntries([["__proto__", Number.NEGATIVE_INFINITY]]),
    ]);
  });

  test("gives an array without dimensions its item, and one of numbers its numbers", async () => {
    const scalar = await codecFor("numcodecs.json2", {}, OBJECT_TYPE, []);
    const decoded = await scalar.codec.decode(utf8('["x","|O",[]]'), scalar.size, { path: "/test" });
    expect(scalar.itemsOf(decoded)).toEqual(["x"]);
    const int16 = await codecFor("numcodecs.json2", {}, dataTypeOf("int16"), [2]);
    expect(await int16.codec.decode(utf8('[-2,3,"<i2",[2]]'), int16.size, { path: "/test" })).toEqual(
      Uint8Array.of(0xfe, 0xff, 3, 0),
    );
  });

  const faults: readonly [string, string, FaultReason][] = [
    ["that is no JSON", "[1,2", "malformed"],
    ["that is no list", '{"a":1}', "malformed"],
    ["without a shape", '["a","b","|O"]', "malformed"],
    ["whose shape is none", '["a","b","|O",[-2]]', "malformed"],
    ["with fewer items than its shape", '["a","|O",[2]]', "malformed"],
    ["of a shape of fewer items than the chunk", '["a","|O",[1]]', "length-mismatch"],
    ["whose rows are of different lengths", '[["a"],["b","c"],"|O",[2,1]]', "malformed"],
    ["whose items are not as deep as its shape", '["a","b","|O",[2,1]]', "malformed"],
  ];
  test.each(faults)("refuses a list %s", async (_, text, reason) => {
    const { codec, size } = await codecFor("numcodecs.json2", {}, OBJECT_TYPE, [2]);
    expect(await decodedOrReason((...args) => codec.decode(...args), utf8(text), size)).toBe(reason);
  });

  test("refuses a number that the data type of the array cannot hold", async () => {
    const { codec, size } = await codecFor("numcodecs.json2", {}, dataTypeOf("int8"), [1]);
    const result = decodedOrReason((...args) => codec.decode(...args), utf8('[200,"<i8",[1]]'), size);
    expect(await result).toBe("not-representable");
  });
});

describe("MessagePack", () => {
  const values: readonly [string, readonly number[], unknown][] = [
    ["a short integer", [0x7f], 127],
    ["a short negative integer", [0xe0], -32],
    ["nil", [0xc0], null],
    ["true", [0xc3], true],
    ["an unsigned integer of 4 bytes", [0xce, 0xff, 0xff, 0xff, 0xff], 0xffffffff],
    ["one of 8 bytes", [0xcf, 0, 0x20, 0, 0, 0, 0, 0, 1], 2n ** 53n + 1n],
    ["a small one of 8 bytes", [0xcf, 0, 0, 0, 0, 0, 0, 0, 1], 1],
    ["a signed integer of 1 byte", [0xd0, 0x80], -128],
    ["one of 2 bytes", [0xd1, 0x80, 0], -32768],
    ["the smallest of 8 bytes", [0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], -(2n ** 63n)],
    ["a float of 4 bytes", [0xca, 0x3f, 0x80, 0, 0], 1],
    ["bytes", [0xc4, 2, 1, 2], Uint8Array.of(1, 2)],
    ["a string with a length of its own", [0xd9, 1, 0x61], "a"],
    ["an array in a map", [0x81, 0xa1, 0x61, 0xdc, 0, 1, 0xc2], { a: [false] }],
  ];
  test.each(values)("%s", (_, bytes, value) => {
    expect(decodeMsgpack(Uint8Array.from(bytes), false)).toEqual(value);
  });

  test("strings are bytes where the configuration says so", () => {
    expect(decodeMsgpack(Uint8Array.of(0xa1, 0xff), true)).toEqual(Uint8Array.of(0xff));
  });

  const faults: readonly [string, readonly number[], FaultReason][] = [
    ["nothing", [], "truncated"],
    ["the code that is never used", [0xc1], "malformed"],
    ["a string that is not UTF-8", [0xa1, 0xff], "malformed"],
    ["a string that is cut short", [0xa2, 0x61], "truncated"],
    ["bytes of 2^32 - 1 bytes", [0xc6, 0xff, 0xff, 0xff, 0xff], "truncated"],
    ["an array of 2^32 - 1 items", [0xdd, 0xff, 0xff, 0xff, 0xff], "truncated"],
    ["a map of 2^32 - 1 pairs", [0xdf, 0xff, 0xff, 0xff, 0xff], "truncated"],
    ["a map with a number for a key", [0x81, 1, 2], "unsupported"],
    ["a map with a key given twice", [0x82, 0xa1, 0x61, 1, 0xa1, 0x61, 2], "malformed"],
    ["an extension", [0xd4, 1, 1], "unsupported"],
    ["something behind the value", [0xc0, 0xc0], "trailing-bytes"],
    ["arrays in arrays without end", new Array(100_000).fill(0x91), "malformed"],
  ];
  test.each(faults)("refuses %s", async (_, bytes, reason) => {
    const decode = (encoded: Uint8Array) => decodeMsgpack(encoded, false) as Uint8Array;
    expect(await decodedOrReason(decode, Uint8Array.from(bytes), exactly(0))).toBe(reason);
  });

  test("damage is refused or leaves a chunk of its size", async () => {
    const { codec } = await codecFor("numcodecs.msgpack2", {}, OBJECT_TYPE, [2]);
    // ["foo", {"b": [1.5, nil]}, "|O", [2]]
    const encoded = Buffer.from("94a3666f6f81a16292cb3ff8000000000000c0a27c4f9102", "hex");
    await expectRefusals((...args) => codec.decode(...args), {
      encoded: new Uint8Array(encoded),
      decoded: new Uint8Array(8),
    });
  });
});

describe("categorize", () => {
  const configuration = { labels: ["bid", "ask"], dtype: "|O", astype: "<u2" };

  test("stores the numbers of labels, and 0 for nothing", async () => {
    const { codec, size, itemsOf, heap } = await codecFor(
      "numcodecs.categorize",
      configuration,
      OBJECT_TYPE,
      [3],
    );
    const handles = Uint32Array.from(["ask", "", "bid"], (text) => heap.add(text));
    const encoded = await codec.encode(new Uint8Array(handles.buffer), { path: "/test" });
    expect(encoded).toEqual(Uint8Array.of(2, 0, 0, 0, 1, 0));
    expect(itemsOf(await codec.decode(encoded, size, { path: "/test" }))).toEqual(["ask", "", "bid"]);
  });

  test("refuses what is no label, in both directions", async () => {
    const { codec, size, heap } = await codecFor("numcodecs.categorize", configuration, OBJECT_TYPE, [1]);
    const handles = Uint32Array.of(heap.add("mid"));
    const encode = () => codec.encode(new Uint8Array(handles.buffer), { path: "/test" });
    expect(encode).toThrow(expect.objectContaining({ reason: "not-representable" }));
    const decode = () => codec.decode(Uint8Array.of(3, 0), size, { path: "/test" });
    expect(decode).toThrow(expect.objectContaining({ reason: "malformed" }));
  });

  const configurations: readonly [string, JsonObject, DataType, RegExp][] = [
    ["labels that the array cannot hold", { labels: ["ask"] }, fixedUnicodeType(2), /"ask"/],
    [
      "more labels than numbers",
      { labels: new Array(128).fill("x"), astype: "|i1" },
      OBJECT_TYPE,
      /128 labels/,
    ],
    ["floats for numbers", { labels: ["x"], astype: "<f4" }, OBJECT_TYPE, /integer/],
    ["numbers for strings", { labels: ["x"] }, dataTypeOf("int32"), /strings/],
  ];
  test.each(configurations)(
    "refuses %s when the chain is resolved",
    async (_, configuration, dataType, message) => {
      const refusal = codecFor("numcodecs.categorize", configuration, dataType, [1]);
      await expect(refusal).rejects.toThrow(message);
      await expect(refusal).rejects.toMatchObject({ code: "CODEC_CONFIGURATION" });
    },
  );
});
