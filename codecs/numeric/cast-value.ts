/**
 * Casts of single values as `cast_value` defines them: what the type can hold stays; everything else is rounded and
 * then, if that is out of range, treated as `outOfRange` says.
 *
 * A value is a `bigint` of 64-bit integers and a `number` of all other types.
 */
import type { NumericType } from "../../src/metadata/data-type.ts";
import { CodecFault } from "../fault.ts";
import { floatFormatOf } from "./float-format.ts";
import { integerRangeOf } from "./representable.ts";
import { type Rounding, roundedShift, roundToWhole } from "./rounding.ts";

export type Value = number | bigint;
export type OutOfRange = "error" | "clamp" | "wrap";
export type CastValue = (value: Value) => Value;

function notRepresentable(): CodecFault {
  return new CodecFault("not-representable");
}

/** From whole numbers, given as either type, to the values of an integer type. */
function integerLimiter(to: NumericType, outOfRange: OutOfRange): CastValue {
  const { min, end } = integerRangeOf(to);
  const bits = 8 * to.itemBytes;
  const smallest = BigInt(min);
  const largest = BigInt(end) - 1n;
  const ofType: CastValue = to.itemBytes === 8 ? (value) => BigInt(value) : (value) => Number(value);
  return (value) => {
    if (value >= min && value < end) {
      return ofType(value);
    }
    if (outOfRange === "clamp") {
      return ofType(value < min ? smallest : largest);
    }
    if (outOfRange === "wrap") {
      const whole = BigInt(value);
      return ofType(to.kind === "int" ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole));
    }
    throw notRepresentable();
  };
}

function floatToInteger(to: NumericType, rounding: Rounding, outOfRange: OutOfRange): CastValue {
  const limit = integerLimiter(to, outOfRange);
  return (value) => {
    // An integer type has no infinity to clamp one to.
    if (!Number.isFinite(value)) {
      throw notRepresentable();
    }
    return limit(roundToWhole(value as number, rounding));
  };
}

/** From values that are rounded already, as if exponents had no upper limit. */
function floatLimiter(to: NumericType, outOfRange: OutOfRange): (value: number) => number {
  const { max } = floatFormatOf(to);
  return (value) => {
    if (Math.abs(value) <= max) {
      return value;
    }
    if (outOfRange !== "clamp") {
      throw notRepresentable();
    }
    return value < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  };
}

function integerToFloat(to: NumericType, rounding: Rounding, outOfRange: OutOfRange): CastValue {
  const { significandBits } = floatFormatOf(to);
  const limit = floatLimiter(to, outOfRange);
  const exactEnd = 2 ** significandBits;
  return (value) => {
    if (value >= -exactEnd && value <= exactEnd) {
      return Number(value);
    }
    const whole = BigInt(value);
    const magnitude = whole < 0n ? -whole : whole;
    const excessBits = magnitude.toString(2).length - significandBits;
    return limit(Number(roundedShift(whole, excessBits, rounding)) * 2 ** excessBits);
  };
}

function floatToFloat(
  from: NumericType,
  to: NumericType,
  rounding: Rounding,
  outOfRange: OutOfRange,
): CastValue {
  if (to.itemBytes >= from.itemBytes) {
    return (value) => value;
  }
  const { significandBits, exponentMin } = floatFormatOf(to);
  const limit = floatLimiter(to, outOfRange);
  return (given) => {
    const value = given as number;
    if (value === 0 || !Number.isFinite(value)) {
      return value;
    }
    const quantum = 2 ** (Math.max(exponentOf(value), exponentMin) - significandBits + 1);
    // Exact both times: the quantum is a power of two, and neither result is beyond the range of float64.
    return limit(roundToWhole(value / quantum, rounding) * quantum);
  };
}

const scratch = new DataView(new ArrayBuffer(8));

/** Exponent of a finite float64; of a subnormal one, that of the smallest normal number. */
function exponentOf(value: number): number {
  scratch.setFloat64(0, value);
  return Math.max((scratch.getUint16(0) >> 4) & 0x7ff, 1) - 1023;
}

export function valueCast(
  from: NumericType,
  to: NumericType,
  rounding: Rounding,
  outOfRange: OutOfRange,
): CastValue {
  if (from.kind === "float") {
    return to.kind === "float"
      ? floatToFloat(from, to, rounding, outOfRange)
      : floatToInteger(to, rounding, outOfRange);
  }
  return to.kind === "float" ? integerToFloat(to, rounding, outOfRange) : integerLimiter(to, outOfRange);
}
