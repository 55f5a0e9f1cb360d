/** A grid of cells cut into boxes of bounded size, to be read with one call each. */

export interface CellBox {
  /** Coordinates of the first cell. */
  readonly first: readonly number[];
  /** Cells along each axis. */
  readonly extents: readonly number[];
}

/**
 * Cuts the grid `extents`, whose first cell is `origin`, into boxes of at most `cellsMax` cells (at least 1), in C
 * order: whole along the last axes, cut along one, single cells along those before it.
 */
export function* cellBoxes(
  origin: readonly number[],
  extents: readonly number[],
  cellsMax: number,
): Generator<CellBox> {
  const boxExtents = extents.map(() => 1);
  let room = Math.max(1, Math.floor(cellsMax));
  for (let axis = extents.length - 1; axis >= 0 && room > 1; axis--) {
    boxExtents[axis] = Math.min(extents[axis]!, room);
    room = boxExtents[axis] === extents[axis] ? Math.floor(room / extents[axis]!) : 1;
  }
  const offset = extents.map(() => 0);
  for (;;) {
    yield {
      first: offset.map((cells, axis) => origin[axis]! + cells),
      extents: offset.map((cells, axis) => Math.min(boxExtents[axis]!, extents[axis]! - cells)),
    };
    let axis = extents.length - 1;
    for (; axis >= 0; axis--) {
      offset[axis]! += boxExtents[axis]!;
      if (offset[axis]! < extents[axis]!) break;
      offset[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** The coordinates of every cell of a box, in C order. */
export function* cellsOf(box: CellBox): Generator<number[]> {
  for (const { first } of cellBoxes(box.first, box.extents, 1)) yield [...first];
}

/** The smallest box that holds `cells`; undefined for none. */
export function boxAround(cells: Iterable<readonly number[]>): CellBox | undefined {
  let first: number[] | undefined;
  let last: number[] = [];
  for (const cell of cells) {
    if (first === undefined) {
      first = [...cell];
      last = [...cell];
      continue;
    }
    for (const [axis, at] of cell.entries()) {
      if (at < first[axis]!) first[axis] = at;
      if (at > last[axis]!) last[axis] = at;
    }
  }
  return first && { first, extents: last.map((at, axis) => at - first[axis]! + 1) };
}
