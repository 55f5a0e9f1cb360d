/** Strided boxes of items in callers' memory. */
import type { MemoryLayout } from "../../codec/engine.ts";
import { QuarryError } from "../../errors.ts";

export function countOf(shape: readonly number[]): number {
  return shape.reduce((count, extent) => count * extent, 1);
}

/** Positions of a box's items in C order: [i, j, …] is at `offset + i * strides[0] + j * strides[1] + …`. */
export function* positionsIn(shape: readonly number[], { offset, strides }: MemoryLayout): Generator<number> {
  if (shape.includes(0)) return;
  const coordinates = shape.map(() => 0);
  let position = offset;
  for (;;) {
    yield position;
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      position += strides[axis]!;
      coordinates[axis]! += 1;
      if (coordinates[axis]! < shape[axis]!) break;
      position -= strides[axis]! * shape[axis]!;
      coordinates[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/**
 * The strides that make a box of shape `from` one of shape `to`: NumPy's rule, by which shapes are matched from the
 * last dimension on, and a dimension of 1 is repeated.
 * @throws QuarryError `SHAPE_MISMATCH`
 */
export function broadcast(
  from: readonly number[],
  strides: readonly number[],
  to: readonly number[],
  path: string,
): number[] {
  const missing = to.length - from.length;
  const fits = missing >= 0 && from.every((extent, axis) => extent === 1 || extent === to[axis + missing]);
  if (!fits) {
    throw shapeMismatch(
      `a value of shape [${from.join(", ")}] does not fit a selection of [${to.join(", ")}]`,
      path,
    );
  }
  return to.map((_, axis) => {
    const own = axis - missing;
    return own < 0 || from[own] === 1 ? 0 : strides[own]!;
  });
}

/**
 * That what a caller describes as a box is one; where it is, {@link checkInside} has to say.
 * @throws QuarryError `VALUE_INVALID`
 */
export function checkBox(
  { shape, stride }: { readonly shape: unknown; readonly stride?: unknown },
  path: string,
): void {
  const isShape =
    Array.isArray(shape) && shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (isShape && (stride === undefined || Array.isArray(stride))) return;
  throw new QuarryError(
    "VALUE_INVALID",
    `items for ${path} that are not in C order come as { data, shape, stride }, of which the last two are lists of whole numbers`,
    { path },
  );
}

/** @throws RangeError for a box that reaches outside `itemCount` items */
export function checkInside(shape: readonly number[], memory: MemoryLayout, itemCount: number): void {
  if (memory.strides.length !== shape.length) throw new RangeError("stride has one entry a dimension");
  if (shape.includes(0)) return;
  let lowest = memory.offset;
  let highest = memory.offset;
  for (const [axis, extent] of shape.entries()) {
    const span = (extent - 1) * memory.strides[axis]!;
    if (span < 0) lowest += span;
    else highest += span;
  }
  const whole = [memory.offset, ...memory.strides, ...shape].every(Number.isSafeInteger);
  if (!whole || lowest < 0 || highest >= itemCount) {
    throw new RangeError("shape, stride and offset reach outside the data");
  }
}

export function shapeMismatch(message: string, path: string): QuarryError {
  return new QuarryError("SHAPE_MISMATCH", `${path}: ${message}`, { path });
}
