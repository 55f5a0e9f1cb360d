/**
 * Datatype messages (HDF5 File Format Specification 3.0, IV.A.2.d): what the bits of an item are. h5wasm names classes
 * and sizes, but not the bits of a number: a bfloat16 and an integer of 12 bits are just "2 bytes" to it.
 *
 * ```text
 * u8 class | version << 4, 24 bits of flags, u32 size, properties by class; other types inside follow in the same form
 * ```
 */
import type { ByteOrder } from "../../../metadata/byte-order.ts";
import { unsigned } from "./object-header.ts";

/** What an item is. `bytes`: its size, in the file and in memory. */
export type Hdf5Type = { readonly bytes: number } & (
  | { readonly kind: "int" | "uint" | "float"; readonly order: ByteOrder }
  | { readonly kind: "text"; readonly padding: "nul" | "zeros" | "blanks" }
  /** Text of any length, elsewhere in the file. */
  | { readonly kind: "vlen-text" }
  | { readonly kind: "opaque"; readonly tag: string }
  | { readonly kind: "compound"; readonly members: readonly Hdf5Member[] }
  | { readonly kind: "enum"; readonly base: Hdf5Type; readonly names: readonly EnumName[] }
  | { readonly kind: "array"; readonly shape: readonly number[]; readonly base: Hdf5Type }
  | { readonly kind: "other"; readonly what: string }
);

export interface Hdf5Member {
  readonly name: string;
  readonly offsetBytes: number;
  readonly type: Hdf5Type;
}

export interface EnumName {
  readonly name: string;
  /** As it is stored. */
  readonly value: Uint8Array;
}

interface Parsed {
  readonly type: Hdf5Type;
  /** Where what follows it begins. */
  readonly end: number;
}

const NESTING_MAX = 32;
const RANK_MAX = 32;

/** Sizes of IEEE 754: bits of exponent and mantissa, and the exponent's bias, by bytes. */
const IEEE: Readonly<Record<number, readonly [number, number, number]>> = {
  2: [5, 10, 15],
  4: [8, 23, 127],
  8: [11, 52, 1023],
};

/** @throws RangeError for a message that is cut short, Error for one that is malformed */
export function parseDatatype(message: Uint8Array): Hdf5Type {
  return typeAt(message, 0, 0).type;
}

function typeAt(message: Uint8Array, at: number, depth: number): Parsed {
  if (depth > NESTING_MAX) throw new Error(`there are types ${NESTING_MAX} deep`);
  const version = unsigned(message, at, 1) >> 4;
  const flags = unsigned(message, at + 1, 3);
  const bytes = unsigned(message, at + 4, 4);
  const body = at + 8;
  if (bytes === 0) throw new Error("there is a type of no bytes");
  switch (message[at]! & 0x0f) {
    case 0:
      return { type: integerOf(message, body, flags, bytes), end: body + 4 };
    case 1:
      return { type: floatOf(message, body, flags, bytes), end: body + 12 };
    case 2:
      return { type: { bytes, kind: "other", what: "times of HDF5" }, end: body + 2 };
    case 3:
      return { type: textOf(flags, bytes), end: body };
    case 4:
      return { type: integerOf(message, body, flags & 1, bytes), end: body + 4 };
    case 5:
      return {
        type: { bytes, kind: "opaque", tag: nulEnded(message, body).text },
        end: body + (flags & 0xff),
      };
    case 6:
      return compoundOf(message, body, { version, bytes, count: flags & 0xffff, depth });
    case 7:
      return { type: { bytes, kind: "other", what: "references" }, end: body };
    case 8:
      return enumOf(message, body, { version, bytes, count: flags & 0xffff, depth });
    case 9:
      return variableOf(message, body, { flags, bytes, depth });
    case 10:
      return arrayOf(message, body, { version, bytes, depth });
    default:
      return {
        type: { bytes, kind: "other", what: `a type of class ${message[at]! & 0x0f}` },
        end: message.length,
      };
  }
}

function integerOf(message: Uint8Array, body: number, flags: number, bytes: number): Hdf5Type {
  const [offsetBits, bits] = [unsigned(message, body, 2), unsigned(message, body + 2, 2)];
  if (offsetBits !== 0 || bits !== 8 * bytes || ![1, 2, 4, 8].includes(bytes)) {
    return { bytes, kind: "other", what: `whole numbers of ${bits} bits in ${bytes} bytes` };
  }
  return { bytes, kind: flags & 0x08 ? "int" : "uint", order: flags & 1 ? "big" : "little" };
}

function floatOf(message: Uint8Array, body: number, flags: number, bytes: number): Hdf5Type {
  const [offsetBits, bits] = [unsigned(message, body, 2), unsigned(message, body + 2, 2)];
  const [exponentAt, exponentBits, mantissaAt, mantissaBits] = [4, 5, 6, 7].map(
    (at) => message[body + at] ?? -1,
  );
  const bias = unsigned(message, body + 8, 4);
  const [ieeeExponent, ieeeMantissa, ieeeBias] = IEEE[bytes] ?? [];
  const isIeee =
    (flags & 0x40) === 0 &&
    ((flags >> 4) & 3) === 2 &&
    ((flags >> 8) & 0xff) === 8 * bytes - 1 &&
    offsetBits === 0 &&
    bits === 8 * bytes &&
    mantissaAt === 0 &&
    mantissaBits === ieeeMantissa &&
    exponentAt === mantissaBits &&
    exponentBits === ieeeExponent &&
    bias === ieeeBias;
  if (!isIeee) {
    return { bytes, kind: "other", what: `floats of ${bytes} bytes that are not those of IEEE 754` };
  }
  return { bytes, kind: "float", order: flags & 1 ? "big" : "little" };
}

function textOf(flags: number, bytes: number): Hdf5Type {
  const padding = (["nul", "zeros", "blanks"] as const)[flags & 0x0f];
  if (padding === undefined) throw new Error(`text is padded in the way ${flags & 0x0f}`);
  return { bytes, kind: "text", padding };
}

interface Counted {
  readonly version: number;
  readonly bytes: number;
  readonly count: number;
  readonly depth: number;
}

function compoundOf(message: Uint8Array, body: number, { version, bytes, count, depth }: Counted): Parsed {
  const members: Hdf5Member[] = [];
  let at = body;
  for (let i = 0; i < count; i++) {
    const { text: name, end } = nulEnded(message, at, version < 3);
    const offsetLength = version < 3 ? 4 : bytesFor(bytes);
    const offsetBytes = unsigned(message, end, offsetLength);
    // Version 1 has arrays in its members: a rank, which way round they are, and four extents.
    const rank = version === 1 ? unsigned(message, end + 4, 1) : 0;
    if (rank > 4) throw new Error(`a member of a compound has ${rank} dimensions`);
    const shape = Array.from({ length: rank }, (_, axis) => unsigned(message, end + 16 + 4 * axis, 4));
    const inner = typeAt(message, end + offsetLength + (version === 1 ? 28 : 0), depth + 1);
    const type = rank === 0 ? inner.type : arrayOfShape(shape, inner.type);
    if (offsetBytes + type.bytes > bytes) throw new Error(`the member ${name} lies outside its compound`);
    members.push({ name, offsetBytes, type });
    at = inner.end;
  }
  return { type: { bytes, kind: "compound", members }, end: at };
}

function enumOf(message: Uint8Array, body: number, { version, bytes, count, depth }: Counted): Parsed {
  const { type: base, end } = typeAt(message, body, depth + 1);
  if (base.bytes !== bytes) throw new Error(`an enumeration of ${bytes} bytes is one of ${base.bytes}`);
  const texts: string[] = [];
  let at = end;
  for (let i = 0; i < count; i++) {
    const named = nulEnded(message, at, version < 3);
    texts.push(named.text);
    at = named.end;
  }
  const names = texts.map((name, i) => {
    const from = at + i * base.bytes;
    if (from + base.bytes > message.length)
      throw new RangeError("the values of an enumeration are cut short");
    return { name, value: message.subarray(from, from + base.bytes) };
  });
  return { type: { bytes, kind: "enum", base, names }, end: at + count * base.bytes };
}

function variableOf(
  message: Uint8Array,
  body: number,
  { flags, bytes, depth }: { readonly flags: number; readonly bytes: number; readonly depth: number },
): Parsed {
  const { end } = typeAt(message, body, depth + 1);
  if ((flags & 0x0f) === 1) return { type: { bytes, kind: "vlen-text" }, end };
  return { type: { bytes, kind: "other", what: "lists of any length" }, end };
}

function arrayOf(
  message: Uint8Array,
  body: number,
  { version, bytes, depth }: { readonly version: number; readonly bytes: number; readonly depth: number },
): Parsed {
  const rank = unsigned(message, body, 1);
  if (rank > RANK_MAX) throw new Error(`there are arrays of ${rank} dimensions`);
  const extentsAt = body + (version < 3 ? 4 : 1);
  const shape = Array.from({ length: rank }, (_, axis) => unsigned(message, extentsAt + 4 * axis, 4));
  const { type: base, end } = typeAt(message, extentsAt + 4 * rank * (version < 3 ? 2 : 1), depth + 1);
  const type = arrayOfShape(shape, base);
  if (type.bytes !== bytes) throw new Error(`an array of ${type.bytes} bytes is said to have ${bytes}`);
  return { type, end };
}

function arrayOfShape(shape: readonly number[], base: Hdf5Type): Hdf5Type {
  return { bytes: shape.reduce((bytes, extent) => bytes * extent, base.bytes), kind: "array", shape, base };
}

/** Bytes that it takes to write offsets below `limit`. */
function bytesFor(limit: number): number {
  return limit < 2 ** 8 ? 1 : limit < 2 ** 16 ? 2 : limit < 2 ** 24 ? 3 : 4;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** @param isPadded with the text's end, to a multiple of 8 bytes */
function nulEnded(
  message: Uint8Array,
  at: number,
  isPadded = false,
): { readonly text: string; readonly end: number } {
  const nul = message.indexOf(0, at);
  if (nul < 0) throw new RangeError("a name does not end");
  const bytes = nul + 1 - at;
  return {
    text: UTF8.decode(message.subarray(at, nul)),
    end: at + (isPadded ? Math.ceil(bytes / 8) * 8 : bytes),
  };
}
