/**
 * The values of a page, decompressed, in any of Parquet's encodings. Values of one size come as their bytes, one after
 * another, others as a list.
 *
 * Whatever a page claims is held against the bytes that it has before memory is taken for it, and a page that has bytes
 * left over, or too few, is an error.
 */
import type { Encoding, SchemaElement } from "hyparquet";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { storedBytes } from "./column-type.ts";
import { decodeRuns, varint } from "./runs.ts";

/** Of a column whose values have one size, its bytes; of another, the values. */
export type StoredValues = Uint8Array | Uint8Array[];

/** What the values of one page of a column without a fixed size may take: prefixes make more of them than the page is. */
const LISTED_BYTES_MAX = 2 ** 30;

/**
 * @param bytes of the values alone, without levels
 * @throws Error that says what is wrong
 */
export function decodeValues(
  bytes: Uint8Array,
  encoding: Encoding,
  count: number,
  element: SchemaElement,
  dictionary: StoredValues | undefined,
): StoredValues {
  switch (encoding) {
    case "PLAIN":
      return plainValues(bytes, count, element);
    case "PLAIN_DICTIONARY":
    case "RLE_DICTIONARY":
      return dictionaryValues(bytes, count, element, dictionary);
    case "RLE":
      if (element.type === "BOOLEAN") return booleanRuns(bytes, count);
      break;
    case "BYTE_STREAM_SPLIT":
      return joinedStreams(bytes, count, element);
    case "DELTA_BINARY_PACKED":
      if (element.type === "INT32") return bytesIn(deltas(bytes, new Int32Array(count)).values);
      if (element.type === "INT64") return bytesIn(deltas(bytes, new BigInt64Array(count)).values);
      break;
    case "DELTA_LENGTH_BYTE_ARRAY":
      if (element.type === "BYTE_ARRAY") return deltaLengths(bytes, count);
      break;
    case "DELTA_BYTE_ARRAY":
      return deltaStrings(bytes, count, element);
  }
  throw new Error(`values of ${element.type} in the encoding ${encoding} are not known`);
}

function plainValues(bytes: Uint8Array, count: number, element: SchemaElement): StoredValues {
  if (element.type === "BOOLEAN") {
    requireBytes(bytes, Math.ceil(count / 8));
    return Uint8Array.from({ length: count }, (_, i) => (bytes[i >> 3]! >> (i & 7)) & 1);
  }
  const valueBytes = storedBytes(element);
  if (valueBytes !== undefined) {
    requireBytes(bytes, count * valueBytes);
    return bytes.slice();
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(at, true);
    values.push(part(bytes, at + 4, length));
    at += 4 + length;
  }
  requireBytes(bytes, at);
  return values;
}

function dictionaryValues(
  bytes: Uint8Array,
  count: number,
  element: SchemaElement,
  dictionary: StoredValues | undefined,
): StoredValues {
  if (dictionary === undefined) throw new Error("it refers to a dictionary, and there is none before it");
  const indices = decodeRuns(bytes.subarray(1), count === 0 ? 0 : part(bytes, 0, 1)[0]!, count);
  const valueBytes = Array.isArray(dictionary) ? 1 : storedBytes(element)!;
  const entries = dictionary.length / valueBytes;
  const beyond = indices.find((index) => index >= entries);
  if (beyond !== undefined) throw new Error(`it refers to value ${beyond} of a dictionary of ${entries}`);
  if (Array.isArray(dictionary)) return Array.from(indices, (index) => dictionary[index]!);
  return gathered(dictionary, indices, valueBytes);
}

function gathered(dictionary: Uint8Array, indices: Uint32Array, valueBytes: number): Uint8Array {
  const values = new Uint8Array(indices.length * valueBytes);
  if (valueBytes % 4 !== 0) {
    for (let i = 0; i < indices.length; i++) {
      const at = indices[i]! * valueBytes;
      values.set(dictionary.subarray(at, at + valueBytes), i * valueBytes);
    }
    return values;
  }
  // As whole numbers: floats need not survive with all their bits.
  const from = new Uint32Array(dictionary.buffer, dictionary.byteOffset, dictionary.length / 4);
  const to = new Uint32Array(values.buffer);
  const words = valueBytes / 4;
  for (let i = 0, at = 0; i < indices.length; i++) {
    for (let word = indices[i]! * words, end = word + words; word < end; ) to[at++] = from[word++]!;
  }
  return values;
}

function booleanRuns(bytes: Uint8Array, count: number): Uint8Array {
  const lengthBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0, true);
  return Uint8Array.from(decodeRuns(part(bytes, 4, lengthBytes), 1, count));
}

/** The first bytes of all values, then their second bytes, and so on. */
function joinedStreams(bytes: Uint8Array, count: number, element: SchemaElement): Uint8Array {
  const valueBytes = storedBytes(element);
  if (valueBytes === undefined || element.type === "BOOLEAN") {
    throw new Error(`values of ${element.type} are not split into streams`);
  }
  requireBytes(bytes, count * valueBytes);
  const values = new Uint8Array(bytes.length);
  for (let byte = 0; byte < valueBytes; byte++) {
    for (let i = 0; i < count; i++) values[i * valueBytes + byte] = bytes[byte * count + i]!;
  }
  return values;
}

/** A block has 128 deltas or a multiple of it; more than this nobody writes. */
const BLOCK_VALUES_MAX = 2 ** 20;

/** Fills `values`, and says where what follows them begins. */
function deltas<T extends Int32Array | BigInt64Array>(
  bytes: Uint8Array,
  values: T,
): { readonly values: T; readonly end: number } {
  const block = varint(bytes, 0);
  const miniblocks = varint(bytes, block.end);
  const total = varint(bytes, miniblocks.end);
  const perMiniblock = block.value / miniblocks.value;
  const isSound =
    block.value <= BLOCK_VALUES_MAX &&
    Number.isInteger(perMiniblock) &&
    perMiniblock >= 1 &&
    perMiniblock % 8 === 0;
  if (!isSound || total.value !== values.length) {
    throw new Error(
      `its deltas are ${total.value} in blocks of ${block.value} in ${miniblocks.value} parts, and ${values.length} values are expected`,
    );
  }
  // Views of exactly these bytes: hyparquet reads as far as its view goes.
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  deltaBinaryUnpack(reader, values.length, values);
  return { values, end: reader.offset };
}

function deltaLengths(bytes: Uint8Array, count: number): Uint8Array[] {
  const { values: lengths, end } = deltas(bytes, new Int32Array(count));
  return consecutive(bytes, end, lengths);
}

function consecutive(bytes: Uint8Array, begin: number, lengths: Int32Array): Uint8Array[] {
  let at = begin;
  const values = Array.from(lengths, (length) => {
    at += length;
    return part(bytes, at - length, length);
  });
  requireBytes(bytes, at);
  return values;
}

/** Each value begins with a number of bytes of the one before. */
function deltaStrings(bytes: Uint8Array, count: number, element: SchemaElement): StoredValues {
  const { values: prefixes, end } = deltas(bytes, new Int32Array(count));
  const suffixes = deltaLengths(bytes.subarray(end), count);
  const values: Uint8Array[] = [];
  let previous = new Uint8Array(0);
  let totalBytes = 0;
  for (const [i, suffix] of suffixes.entries()) {
    const prefix = part(previous, 0, prefixes[i]!);
    totalBytes += prefix.length + suffix.length;
    if (totalBytes > LISTED_BYTES_MAX) throw new Error(`its values take more than ${LISTED_BYTES_MAX} bytes`);
    previous = new Uint8Array(prefix.length + suffix.length);
    previous.set(prefix);
    previous.set(suffix, prefix.length);
    values.push(previous);
  }
  const valueBytes = storedBytes(element);
  if (valueBytes === undefined) return values;
  if (values.some((value) => value.length !== valueBytes)) {
    throw new Error(`it has values of other than ${valueBytes} bytes`);
  }
  return Uint8Array.from(Buffer.concat(values));
}

/** `length` bytes from `at` on. */
function part(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (length >= 0 && at + length <= bytes.length) return bytes.subarray(at, at + length);
  throw new Error(`${length} bytes are to be at byte ${at} of ${bytes.length}`);
}

function requireBytes(bytes: Uint8Array, expected: number): void {
  if (bytes.length === expected) return;
  throw new Error(`its values are to take ${expected} bytes, and it has ${bytes.length}`);
}

function bytesIn(values: Int32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
