/**
 * Floats as bit patterns and as JSON, because a float has NaNs that no JavaScript number can tell apart.
 *
 * In JSON a float is a number, one of "NaN", "Infinity", "-Infinity", or its bits in hexadecimal, most significant
 * digit first; "NaN" is the quiet NaN of positive sign and zero payload (float32: "0x7fc00000"), and any other NaN
 * has only the hexadecimal form.
 */
import { f16round, getFloat16, setFloat16 } from "@petamoriken/float16";
import type { JsonValue } from "./json.ts";

export type FloatBytes = 2 | 4 | 8;

const CANONICAL_NAN_BITS: Readonly<Record<FloatBytes, bigint>> = {
  2: 0x7e00n,
  4: 0x7fc00000n,
  8: 0x7ff8000000000000n,
};

/** Writes `value`, rounded to the float, little-endian, over the whole of `item`. */
export function writeFloat(value: number, item: Uint8Array): void {
  // Which of its NaNs an engine stores is its own choice.
  if (Number.isNaN(value)) {
    writeBits(CANONICAL_NAN_BITS[item.length as FloatBytes], item);
    return;
  }
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  if (item.length === 2) setFloat16(view, 0, value, true);
  else if (item.length === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
}

export function readFloat(item: Uint8Array): number {
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  if (item.length === 2) return getFloat16(view, 0, true);
  return item.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

/** Writes the float that `json` stands for into `item`; false where it stands for none of that size. */
export function writeFloatOfJson(json: JsonValue, item: Uint8Array): boolean {
  if (typeof json === "number" || typeof json === "bigint") {
    writeFloat(Number(json), item);
    return Number.isFinite(readFloat(item));
  }
  if (json === "NaN") writeFloat(Number.NaN, item);
  else if (json === "Infinity") writeFloat(Number.POSITIVE_INFINITY, item);
  else if (json === "-Infinity") writeFloat(Number.NEGATIVE_INFINITY, item);
  else {
    const isHex =
      typeof json === "string" && json.length === 2 + 2 * item.length && /^0x[0-9a-fA-F]+$/.test(json);
    if (!isHex) return false;
    writeBits(BigInt(json), item);
  }
  return true;
}

export function jsonOfFloat(item: Uint8Array): JsonValue {
  const value = readFloat(item);
  if (Number.isFinite(value)) return value;
  const bits = readBits(item);
  if (!Number.isNaN(value) || bits === CANONICAL_NAN_BITS[item.length as FloatBytes]) return String(value);
  return `0x${bits.toString(16).padStart(2 * item.length, "0")}`;
}

/** Decimals of so many digits are all different floats; of so many every float has one of its own. */
const DECIMAL_DIGITS: Readonly<Record<2 | 4, readonly [number, number]>> = { 2: [3, 5], 4: [6, 9] };

/**
 * The shortest decimal that is this float and no other of its size, as a double: 0.1 for the float32 that is
 * 0.10000000149011612.
 * @param value a float of `bytes`
 */
export function shortestDecimal(value: number, bytes: FloatBytes): number {
  if (bytes === 8 || !Number.isFinite(value)) return value;
  const [sure, most] = DECIMAL_DIGITS[bytes];
  for (let digits = sure; digits < most; digits += 1) {
    const decimal = Number(value.toPrecision(digits));
    if ((bytes === 4 ? Math.fround(decimal) : f16round(decimal)) === value) return decimal;
  }
  return Number(value.toPrecision(most));
}

function writeBits(bits: bigint, item: Uint8Array): void {
  for (let at = 0; at < item.length; at++) item[at] = Number((bits >> BigInt(8 * at)) & 0xffn);
}

function readBits(item: Uint8Array): bigint {
  return item.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}
