/** Selections that leave dimensions out, or have an ellipsis, with one entry a dimension (zarr-python's rules). */
import { QuarryError } from "../../errors.ts";
import { type Ellipsis, ellipsis } from "./slice.ts";

/**
 * `selection` with `null` for each dimension that it does not name; of no selection at all, for every one.
 * @throws QuarryError `SHAPE_MISMATCH` for more entries than dimensions
 * @throws RangeError for a second ellipsis
 */
export function fullSelection<I>(
  selection: readonly (I | Ellipsis)[] | null | undefined,
  rank: number,
  path: string,
): readonly (I | null)[] {
  if (selection === null || selection === undefined) return allOf(rank);
  if (!Array.isArray(selection)) throw new TypeError(`a selection of ${path} is a list of entries, or null`);
  if (selection.length === rank && !selection.includes(ellipsis)) return selection as readonly I[];
  const named = selection.filter((entry): entry is I => entry !== ellipsis);
  if (named.length > rank) {
    throw new QuarryError(
      "SHAPE_MISMATCH",
      `${path} has ${rank} dimensions, and the selection has entries for ${named.length}`,
      { path },
    );
  }
  if (selection.length - named.length > 1) {
    throw new RangeError(`a selection of ${path} has one ellipsis at most`);
  }
  const at = selection.indexOf(ellipsis);
  const before = at < 0 ? named.length : at;
  return [...named.slice(0, before), ...allOf(rank - named.length), ...named.slice(before)];
}

function allOf(rank: number): null[] {
  return new Array<null>(rank).fill(null);
}
