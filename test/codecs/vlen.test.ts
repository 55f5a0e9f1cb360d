/** The codecs of items that have no fixed size: their format, byte by byte, and what they do with any other bytes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChunkType, PortableCodec } from "../../codecs/definition.ts";
import { CodecFault } from "../../codecs/fault.ts";
import { type HeapItem, handlesIn, ItemHeap } from "../../codecs/item-heap.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { type DataType, dataTypeOf, OBJECT_TYPE } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { damaged, damages } from "../kit/arbitraries.ts";

interface Vlen {
  readonly title: string;
  readonly codec: string;
  readonly configuration: JsonObject;
  readonly dataType: DataType;
  readonly fill: HeapItem;
  readonly item: fc.Arbitrary<HeapItem>;
}

const VLENS: readonly Vlen[] = [
  {
    title: "vlen-utf8",
    codec: "vlen-utf8",
    configuration: {},
    dataType: dataTypeOf("string"),
    fill: "",
    item: fc.oneof(
      fc.string({ unit: "binary", maxLength: 9 }),
      fc.constantFrom("", "\ufeffa", "a\0", "\u{10ffff}"),
    ),
  },
  {
    title: "vlen-bytes",
    codec: "vlen-bytes",
    configuration: {},
    dataType: dataTypeOf("variable_length_bytes"),
    fill: Uint8Array.of(1, 2),
    item: fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.constant(Uint8Array.of(1, 2))),
  },
  {
    title: "numcodecs.vlen-array",
    codec: "numcodecs.vlen-array",
    configuration: { dtype: "<i4" },
    dataType: OBJECT_TYPE,
    fill: null,
    item: fc.int32Array({ maxLength: 5 }),
  },
  {
    title: "numcodecs.vlen-array of big-endian numbers",
    codec: "numcodecs.vlen-array",
    configuration: { dtype: ">f8" },
    dataType: OBJECT_TYPE,
    fill: null,
    item: fc.float64Array({ maxLength: 5 }),
  },
];

const EXACT = (bytes: number) => ({ exact: bytes, max: bytes });

async function start(vlen: Vlen, shape: readonly number[], heap = new ItemHeap(vlen.fill)) {
  const input: ChunkType = { dataType: vlen.dataType, shape };
  const { codec: name, configuration } = vlen;
  const portable = await resolveCodec({ name, configuration }, input, "/a").portable(heap);
  return { heap, portable: portable as SynchronousCodec };
}

/** These codecs answer at once. */
interface SynchronousCodec {
  encode(...args: Parameters<PortableCodec["encode"]>): Uint8Array;
  decode(...args: Parameters<PortableCodec["decode"]>): Uint8Array;
}

const PLACE = { path: "/a" };

function chunkOf(heap: ItemHeap, items: readonly HeapItem[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(items, (item) => heap.add(item)).buffer);
}

describe.each(VLENS)("$title", (vlen) => {
  test("gives back what it was given, in another heap", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(vlen.item, { maxLength: 20 }), async (items) => {
        const writer = await start(vlen, [items.length]);
        const chunk = chunkOf(writer.heap, items);
        const encoded = writer.portable.encode(chunk, PLACE);
        const reader = await start(vlen, [items.length]);
        const shifted = new Uint8Array(encoded.length + 1).subarray(1);
        shifted.set(encoded);
        const decoded = reader.portable.decode(shifted, EXACT(chunk.length), PLACE);
        encoded.fill(0xff);
        shifted.fill(0xff);
        expect(Array.from(handlesIn(decoded), (handle) => reader.heap.get(handle))).toEqual(items);
      }),
    );
  });

  test("refuses every truncation, every appended byte and another number of items", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(vlen.item, { minLength: 1, maxLength: 8 }), async (items) => {
        const { heap, portable } = await start(vlen, [items.length]);
        const chunk = chunkOf(heap, items);
        const encoded = portable.encode(chunk, PLACE);
        for (let length = 0; length < encoded.length; length++) {
          expect(() => portable.decode(encoded.slice(0, length), EXACT(chunk.length), PLACE)).toThrow(
            CodecFault,
          );
        }
        const longer = Uint8Array.of(...encoded, 0);
        expect(() => portable.decode(longer, EXACT(chunk.length), PLACE)).toThrow(CodecFault);
        const other = await start(vlen, [items.length + 1]);
        expect(() => other.portable.decode(encoded, EXACT(chunk.length + 4), PLACE)).toThrow(CodecFault);
      }),
      { numRuns: 30 },
    );
  });

  test("refuses altered bytes and noise, or makes as many items of them as there are", async () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 80 }), damages);
    await fc.assert(
      fc.asyncProperty(fc.array(vlen.item, { maxLength: 8 }), bytes, async (items, change) => {
        const { heap, portable } = await start(vlen, [items.length]);
        const chunk = chunkOf(heap, items);
        const encoded = portable.encode(chunk, PLACE);
        const given = change instanceof Uint8Array ? change : damaged(encoded, change);
        let decoded: Uint8Array;
        try {
          decoded = portable.decode(given, EXACT(chunk.length), PLACE);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecFault);
          return;
        }
        for (const handle of handlesIn(decoded)) expect(heap.get(handle)).toBeDefined();
        expect(decoded.length).toBe(chunk.length);
      }),
      { numRuns: 500 },
    );
  });

  test("is for no other items", () => {
    const resolve = () =>
      resolveCodec(
        { name: vlen.codec, configuration: vlen.configuration },
        { dataType: dataTypeOf("int32"), shape: [2] },
        "/a",
      );
    expect(resolve).toThrow(expect.objectContaining({ code: "CODEC_CONFIGURATION" }));
  });

  test("lets what follows it see single bytes", () => {
    const { codec: name, configuration, dataType } = vlen;
    const { encodedType } = resolveCodec({ name, configuration }, { dataType, shape: [2] }, "/a");
    expect(encodedType?.dataType.name).toBe("uint8");
  });
});

const [utf8, bytes, arrays] = VLENS as [Vlen, Vlen, Vlen];

test("the format is numcodecs': the number of items, then each behind its length", async () => {
  const { heap, portable } = await start(utf8, [3]);
  const encoded = portable.encode(chunkOf(heap, ["a", "", "é"]), PLACE);
  expect(Buffer.from(encoded).toString("hex")).toBe("03000000" + "0100000061" + "00000000" + "02000000c3a9");
  const ints = await start(arrays, [2]);
  const ofArrays = ints.portable.encode(chunkOf(ints.heap, [Int32Array.of(1), Int32Array.of()]), PLACE);
  expect(Buffer.from(ofArrays).toString("hex")).toBe("02000000" + "0400000001000000" + "00000000");
});

test("what equals the fill value has its handle, so that a chunk of nothing else is known for one", async () => {
  const { heap, portable } = await start(bytes, [2]);
  const encoded = portable.encode(chunkOf(heap, [Uint8Array.of(1, 2), Uint8Array.of(1, 3)]), PLACE);
  const reader = await start(bytes, [2]);
  const [first, second] = handlesIn(reader.portable.decode(encoded, EXACT(8), PLACE));
  expect([first, second !== 0]).toEqual([0, true]);
});

test.each<[string, Vlen, string]>([
  ["a byte that UTF-8 has not", utf8, "01000000" + "01000000ff"],
  ["half a character", utf8, "01000000" + "01000000c3"],
  ["a surrogate in UTF-8", utf8, "01000000" + "03000000eda080"],
  ["a length beyond the end", utf8, "01000000" + "ffffffff61"],
  ["four thousand million items", utf8, "ffffffff" + "00000000"],
  ["half a number", arrays, "01000000" + "03000000010203"],
])("%s is a fault", async (_, vlen, hex) => {
  const { portable } = await start(vlen, [1]);
  expect(() => portable.decode(Buffer.from(hex, "hex"), EXACT(4), PLACE)).toThrow(CodecFault);
});

test("bytes cannot hold items of variable length", () => {
  const bytesOfStrings = () =>
    resolveCodec({ name: "bytes", configuration: {} }, { dataType: utf8.dataType, shape: [1] }, "/a");
  expect(bytesOfStrings).toThrow(expect.objectContaining({ code: "CODEC_CONFIGURATION" }));
});
