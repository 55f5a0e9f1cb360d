/**
 * What `quarry doctor` tries each codec on: items that the codec gives back exactly, and, for a codec that Quarry
 * decodes and does not encode, what another implementation made of them.
 */
import { type HeapItem, handlesIn, type ItemHeap } from "../../codecs/item-heap.ts";
import { type DataType, dataTypeOf, isVariableLength, OBJECT_TYPE } from "../metadata/data-type.ts";
import type { JsonObject } from "../metadata/json.ts";

export interface CodecSample {
  readonly dataType: DataType;
  readonly shape: readonly number[];
  readonly configuration: JsonObject;
  /** The bytes of items of a fixed size, or the others. */
  readonly items: Uint8Array | readonly HeapItem[];
  /** The encoded chunk; absent for a codec that is to make it itself. */
  readonly encoded?: Uint8Array;
}

const INT32 = Int32Array.from({ length: 64 }, (_, item) => 1000 + (item % 7));
const FLOAT32 = Float32Array.from(INT32);
const BOOL = Uint8Array.from({ length: 64 }, (_, item) => (item % 3 === 0 ? 1 : 0));
const LABELS = ["bid", "ask"];

function numbers(type: "bool" | "int32" | "float32", configuration: JsonObject = {}): CodecSample {
  const { buffer } = { bool: BOOL, int32: INT32, float32: FLOAT32 }[type];
  return { dataType: dataTypeOf(type), shape: [8, 8], configuration, items: new Uint8Array(buffer) };
}

function objects(
  items: readonly HeapItem[],
  dataType: DataType,
  configuration: JsonObject = {},
): CodecSample {
  return { dataType, shape: [items.length], configuration, items };
}

function encodedBy(sample: CodecSample, encoded: Uint8Array): CodecSample {
  return { ...sample, encoded };
}

function bytesOfText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** `["bid", "ask", "|O", [2]]` in MessagePack, and without its shape. */
const MSGPACK = Uint8Array.of(
  0x94,
  0xa3,
  ...bytesOfText("bid"),
  0xa3,
  ...bytesOfText("ask"),
  0xa2,
  0x7c,
  0x4f,
  0x91,
  2,
);
const LEGACY_MSGPACK = Uint8Array.of(0x93, ...MSGPACK.subarray(1, -2));

const SAMPLES: ReadonlyMap<string, CodecSample> = new Map([
  ["bytes", numbers("int32", { endian: "little" })],
  ["transpose", numbers("int32", { order: [1, 0] })],
  ["cast_value", numbers("int32", { data_type: "int16" })],
  ["quarry.temporal", numbers("int32", { transform: "delta", axis: 0 })],
  ["numcodecs.astype", numbers("int32", { encode_dtype: "<i8", decode_dtype: "<i4" })],
  ["numcodecs.fixedscaleoffset", numbers("int32", { offset: 1000, scale: 1, astype: "|i1" })],
  ["numcodecs.quantize", numbers("float32", { digits: 0 })],
  ["numcodecs.bitround", numbers("float32", { keepbits: 10 })],
  ["numcodecs.packbits", numbers("bool")],
  ["numcodecs.categorize", objects(LABELS, OBJECT_TYPE, { labels: LABELS })],
  ["vlen-utf8", objects(LABELS, dataTypeOf("string"))],
  ["vlen-bytes", objects([Uint8Array.of(1, 2)], dataTypeOf("variable_length_bytes"))],
  ["numcodecs.vlen-array", objects([Int16Array.of(1, 2)], OBJECT_TYPE, { dtype: "<i2" })],
  ["numcodecs.json2", encodedBy(objects(LABELS, OBJECT_TYPE), bytesOfText('["bid","ask","|O",[2]]'))],
  ["numcodecs.json", encodedBy(objects(LABELS, OBJECT_TYPE), bytesOfText('["bid","ask","|O"]'))],
  ["numcodecs.msgpack2", encodedBy(objects(LABELS, OBJECT_TYPE), MSGPACK)],
  ["numcodecs.msgpack", encodedBy(objects(LABELS, OBJECT_TYPE), LEGACY_MSGPACK)],
  [
    "numcodecs.lzma",
    encodedBy(
      numbers("int32"),
      fromBase64(
        "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AD/ABddAHQAvBghDPGi+PV5E43kfpP6qNSmyAAAAAAQiH9yAAEvgAIAAAAnG0AuPjANiwIAAAAAAVla",
      ),
    ),
  ],
]);

/** A codec that a third party registered is tried on numbers, without a configuration. */
export function codecSample(codec: string): CodecSample {
  return SAMPLES.get(codec) ?? numbers("int32");
}

/** The items as a chunk in memory. */
export function chunkOfSample({ items }: CodecSample, heap: ItemHeap): Uint8Array {
  return items instanceof Uint8Array
    ? items.slice()
    : new Uint8Array(Uint32Array.from(items, (item) => heap.add(item)).buffer);
}

/** Whether a chunk in memory holds the items. */
export function isChunkOfSample(
  chunk: Uint8Array,
  { dataType, items }: CodecSample,
  heap: ItemHeap,
): boolean {
  const seen = isVariableLength(dataType)
    ? Array.from(handlesIn(chunk), (handle) => heap.get(handle))
    : chunk;
  return JSON.stringify(seen) === JSON.stringify(items);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
