/** NumPy's rule of broadcasting: shapes are matched from the last dimension on, and a dimension of 1 is repeated. */
import { contiguousStrides } from "../../codec/c-order.ts";

/** The shape that all of `shapes` are repeated to; undefined where there is none. */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (const [i, extent] of shape.entries()) {
      const axis = rank - shape.length + i;
      if (result[axis] === 1) result[axis] = extent;
      else if (extent !== 1 && extent !== result[axis]) return undefined;
    }
  }
  return result;
}

/** Strides, in items, by which a C-order box of shape `from` is read as one of shape `to`, which it fits. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const own = contiguousStrides(from);
  return to.map((_, axis) => {
    const i = axis - (to.length - from.length);
    return i < 0 || from[i] === 1 ? 0 : own[i]!;
  });
}
