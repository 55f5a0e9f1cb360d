/**
 * Steps on their way from one form to another: between columns of either type, and between doubles and the int64 items
 * of arrays. Nothing is rounded: what does not fit is named by its index.
 *
 * An int64 is taken as its two words, which costs no allocation. Hosts are little-endian, as everywhere in Quarry.
 */
import { MISSING_STEPS, STEPS_MAX, type StepColumn, type StepType, stepTypeOf } from "./step-types.ts";

const WORD = 2 ** 32;

/**
 * Index of the first of the steps `[0, count)` that `type` does not hold: a fraction, no number at all, or beyond its
 * range; -1 where it holds all of them.
 * @param missing what stands for a level that is not there, which either type holds; undefined where there is none
 */
export function firstUnfit(
  steps: StepColumn,
  count: number,
  type: StepType,
  missing: number | undefined,
): number {
  // Every item of an Int32Array is a count of either type.
  if (steps instanceof Int32Array) return -1;
  const stepsMax = STEPS_MAX[type];
  for (let index = 0; index < count; index += 1) {
    const value = steps[index]!;
    const isHeld = Number.isInteger(value) && Math.abs(value) <= stepsMax;
    if (!isHeld && value !== missing) return index;
  }
  return -1;
}

/** Copies steps `[from, to)` of `source` to `target`, from `at` on. All of them fit, as {@link firstUnfit} has it. */
export function copySteps(
  source: StepColumn,
  from: number,
  to: number,
  target: StepColumn,
  at: number,
): void {
  const copied = source.subarray(from, to);
  target.set(copied, at);
  const [given, wanted] = [MISSING_STEPS[stepTypeOf(source)], MISSING_STEPS[stepTypeOf(target)]];
  if (given === wanted) return;
  for (let index = 0; index < copied.length; index += 1) {
    if (copied[index] === given) target[at + index] = wanted;
  }
}

/** Steps as an array holds them: the very same, or as int64. */
export function itemsOfSteps(steps: StepColumn): Int32Array | BigInt64Array {
  if (steps instanceof Int32Array) return steps;
  const items = new BigInt64Array(steps.length);
  const words = new Int32Array(items.buffer);
  for (let index = 0; index < steps.length; index += 1) {
    const high = Math.floor(steps[index]! / WORD);
    words[index * 2] = steps[index]! - high * WORD;
    words[index * 2 + 1] = high;
  }
  return items;
}

/**
 * Integers of 64 bits as the doubles that they are, into `numbers`. `missing`, which stands for no number, may be beyond
 * 2^53.
 * @returns index of the first that no double holds exactly, -1 where all are held
 */
export function fillNumbers(
  items: BigInt64Array | BigUint64Array,
  numbers: Float64Array,
  missing: bigint | undefined,
): number {
  const { buffer, byteOffset, length } = items;
  const low = new Uint32Array(buffer, byteOffset, length * 2);
  const high = items instanceof BigInt64Array ? new Int32Array(buffer, byteOffset, length * 2) : low;
  for (let index = 0; index < length; index += 1) {
    const value = high[index * 2 + 1]! * WORD + low[index * 2]!;
    // A double near 2^63 stands for two thousand integers, of which `missing` is one.
    if (!Number.isSafeInteger(value) && items[index] !== missing) return index;
    numbers[index] = value;
  }
  return -1;
}
