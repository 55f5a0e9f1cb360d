/** Boxes in C order: every coordinate, the position of one, the strides. */

/** Every way of taking one element of each list, the last list varying fastest; one empty way for no lists. */
export function* product<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
  if (lists.some((list) => list.length === 0)) return;
  const position = lists.map(() => 0);
  for (;;) {
    yield lists.map((list, axis) => list[position[axis]!]!);
    let axis = lists.length - 1;
    while (axis >= 0 && ++position[axis]! === lists[axis]!.length) position[axis--] = 0;
    if (axis < 0) return;
  }
}

/** Position in C order of `coordinates` in a box of `extents`. */
export function flatIndex(coordinates: readonly number[], extents: readonly number[]): number {
  return extents.reduce((flat, extent, axis) => flat * extent + coordinates[axis]!, 0);
}

/** Coordinates in a box of `extents` of what is at `position` in C order. */
export function coordinatesAt(position: number, extents: readonly number[]): number[] {
  const coordinates = new Array<number>(extents.length);
  let rest = position;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    coordinates[axis] = rest % extents[axis]!;
    rest = Math.floor(rest / extents[axis]!);
  }
  return coordinates;
}

/** Strides, in items, of a C-order array. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}
