/**
 * Arbitrary operations on an array. Selections are in thousandths of the extents that they meet, so that they fit an
 * array that grows and shrinks; fast-check shrinks a failure to a short list of printed operations.
 */
import fc from "fast-check";
import { type AxisIndex, type BasicSelection, ellipsis, slice } from "../../src/zarr/indexing/slice.ts";

export const RANK_MAX = 3;

export type AxisDraw =
  | { readonly kind: "all" }
  | { readonly kind: "index"; readonly at: number; readonly fromEnd: boolean }
  | { readonly kind: "slice"; readonly from: number; readonly to: number; readonly step: number }
  | { readonly kind: "list"; readonly at: readonly number[] };

/** How dimensions that are taken whole are written: each as `null`, left out at the end, or as an ellipsis. */
export type Spelling = "full" | "short" | "ellipsis";

/** What is read, or written with items that `seed` decides. */
export type Target =
  | { readonly kind: "box"; readonly axes: readonly AxisDraw[]; readonly spelling: Spelling }
  | { readonly kind: "points"; readonly at: readonly (readonly number[])[] }
  | { readonly kind: "mask"; readonly seed: number }
  | { readonly kind: "blocks"; readonly axes: readonly AxisDraw[] };

export type Operation =
  | { readonly kind: "get"; readonly target: Target }
  | { readonly kind: "set"; readonly target: Target; readonly seed: number; readonly scalar: boolean }
  | { readonly kind: "append"; readonly rows: number; readonly seed: number }
  | { readonly kind: "resize"; readonly to: readonly number[] };

const thousandth = fc.nat(999);
/** For points: the same place now and then. */
const placeOfPoint = fc.oneof(thousandth, fc.constantFrom(0, 999));
const all = fc.constant<AxisDraw>({ kind: "all" });
const index = fc.record({ kind: fc.constant("index" as const), at: thousandth, fromEnd: fc.boolean() });
const range = (steps: readonly number[]): fc.Arbitrary<AxisDraw> =>
  fc.record({
    kind: fc.constant("slice" as const),
    from: fc.nat(1100),
    to: fc.nat(1100),
    step: fc.constantFrom(...steps),
  });
const list = fc.record({ kind: fc.constant("list" as const), at: fc.array(thousandth, { maxLength: 6 }) });

function ofEachAxis<T>(draw: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(draw, { minLength: RANK_MAX, maxLength: RANK_MAX });
}

const targets: fc.Arbitrary<Target> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("box" as const),
      axes: ofEachAxis(
        fc.oneof(
          { weight: 2, arbitrary: all },
          { weight: 1, arbitrary: index },
          { weight: 3, arbitrary: range([1, 1, 1, 2, 3, 7]) },
          { weight: 1, arbitrary: list },
        ),
      ),
      spelling: fc.constantFrom<Spelling>("full", "short", "ellipsis"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("points" as const),
      at: fc.array(ofEachAxis(placeOfPoint), { maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("mask" as const), seed: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("blocks" as const),
      axes: ofEachAxis(fc.oneof(all, index, range([1]))),
    }),
  },
);

export const operations: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("set" as const),
      target: targets,
      seed: fc.nat(),
      scalar: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("get" as const), target: targets }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("append" as const), rows: fc.nat(9), seed: fc.nat() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("resize" as const), to: ofEachAxis(fc.nat(20)) }),
  },
);

/** The selection that `axes` mean for an array of shape `shape`: an orthogonal one where there are lists. */
export function selectionOf(axes: readonly AxisDraw[], shape: readonly number[]): (AxisIndex | number[])[] {
  return shape.map((extent, axis) => {
    const draw = axes[axis]!;
    if (draw.kind === "all" || (draw.kind === "index" && extent === 0)) return null;
    if (draw.kind === "index") {
      const at = placeIn(extent, draw.at);
      return draw.fromEnd ? at - extent : at;
    }
    if (draw.kind === "list") return extent === 0 ? [] : draw.at.map((at) => placeIn(extent, at));
    return slice(placeIn(extent, draw.from), placeIn(extent, draw.to), draw.step);
  });
}

/** The same selection in another spelling. */
export function spelled<I>(selection: readonly (I | null)[], spelling: Spelling): (I | null | "...")[] {
  if (spelling === "full") return [...selection];
  const isNull = (entry: I | null): boolean => entry === null;
  if (spelling === "short") return selection.slice(0, selection.findLastIndex((entry) => !isNull(entry)) + 1);
  const begin = selection.findIndex(isNull);
  if (begin < 0) return [...selection, ellipsis];
  const after = selection.findIndex((entry, axis) => axis > begin && !isNull(entry));
  return [...selection.slice(0, begin), ellipsis, ...(after < 0 ? [] : selection.slice(after))];
}

/** Coordinates of points in an array of shape `shape`; none where it has no items. */
export function pointsOf(
  at: readonly (readonly number[])[],
  shape: readonly number[],
): readonly (readonly number[])[] {
  if (shape.includes(0)) return [];
  return at.map((point) => shape.map((extent, axis) => placeIn(extent, point[axis]!)));
}

/** A selection of blocks, and what it means in items. */
export function blocksOf(
  axes: readonly AxisDraw[],
  shape: readonly number[],
  blockShape: readonly number[],
): { readonly blocks: BasicSelection; readonly items: AxisIndex[] } {
  const counts = shape.map((extent, axis) => Math.ceil(extent / blockShape[axis]!));
  const drawn = selectionOf(axes, counts) as AxisIndex[];
  // A range that begins behind the last block is out of bounds.
  const blocks = drawn.map((entry, axis) =>
    entry !== null && typeof entry !== "number" && entry.start! >= counts[axis]! ? null : entry,
  );
  const items = blocks.map((entry, axis) => {
    if (entry === null) return null;
    const extent = blockShape[axis]!;
    if (typeof entry === "number") {
      const first = entry < 0 ? entry + counts[axis]! : entry;
      return slice(first * extent, (first + 1) * extent);
    }
    return slice(entry.start! * extent, entry.stop! * extent);
  });
  return { blocks, items };
}

function placeIn(extent: number, thousandths: number): number {
  return Math.floor((thousandths * extent) / 1000);
}
