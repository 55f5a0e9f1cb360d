/**
 * What whole ticks and lots are counted in. In memory `int64` is exact doubles: a loop over bigints would allocate one
 * for each price and size. So steps of either type are numbers, and those of `int64` end at ±2^53 and not at ±2^63.
 *
 * | type    | in memory      | in arrays     | from, to     | a level that is not there |
 * |---------|----------------|---------------|--------------|---------------------------|
 * | `int32` | `Int32Array`   | int32         | ±(2^31 - 1)  | -2^31                     |
 * | `int64` | `Float64Array` | int64         | ±(2^53 - 1)  | -2^63                     |
 */

export type StepType = "int32" | "int64";
export const STEP_TYPES: readonly StepType[] = ["int32", "int64"];

/** Of the prices and of the sizes of one store. */
export interface StepTypes {
  readonly priceType: StepType;
  readonly sizeType: StepType;
}

export interface StepTypeOptions {
  /** Of prices in ticks. `int64` takes twice the memory and, compressed, little more room. Default `int32`. */
  readonly priceType?: StepType | undefined;
  /** Of sizes in lots, likewise. Default `int32`. */
  readonly sizeType?: StepType | undefined;
}

/** Steps in memory. */
export type StepColumn = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Steps as arrays of a store give them. */
export type StepItems<Type extends StepType = StepType> = Type extends "int64" ? BigInt64Array : Int32Array;

/** Price and size of a level that is not there, of `int32`; CF `_FillValue` of the arrays. */
export const MISSING_LEVEL = -0x8000_0000;
/** The same of `int64`. */
export const MISSING_LEVEL_INT64 = -0x8000_0000_0000_0000n;

/** The largest count of steps; the least is its negative. */
export const STEPS_MAX: Readonly<Record<StepType, number>> = {
  int32: 0x7fff_ffff,
  int64: Number.MAX_SAFE_INTEGER,
};

/** {@link MISSING_LEVEL} and {@link MISSING_LEVEL_INT64} among steps in memory; a power of two is exact in a double. */
export const MISSING_STEPS: Readonly<Record<StepType, number>> = {
  int32: MISSING_LEVEL,
  int64: Number(MISSING_LEVEL_INT64),
};

export const STEP_BYTES: Readonly<Record<StepType, number>> = { int32: 4, int64: 8 };

/** {@link MISSING_STEPS} as fill values of arrays. */
export const MISSING_ITEMS: Readonly<Record<StepType, number | bigint>> = {
  int32: MISSING_LEVEL,
  int64: MISSING_LEVEL_INT64,
};

export const INT32_STEPS: StepTypes = { priceType: "int32", sizeType: "int32" };

/**
 * The types that options say.
 * @throws RangeError for one that there is not
 */
export function stepTypesOf({ priceType = "int32", sizeType = "int32" }: StepTypeOptions): StepTypes {
  for (const [name, type] of Object.entries({ priceType, sizeType })) {
    if (!STEP_TYPES.includes(type))
      throw new RangeError(`${name} is ${type}, not ${STEP_TYPES.join(" or ")}`);
  }
  return { priceType, sizeType };
}

/** Of a column in memory. */
export function stepTypeOf(steps: StepColumn): StepType {
  return steps instanceof Int32Array ? "int32" : "int64";
}

export function stepColumn(type: StepType, length: number): StepColumn {
  return type === "int32" ? new Int32Array(length) : new Float64Array(length);
}
