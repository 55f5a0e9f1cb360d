/** Which columns and levels of a row are wanted; what is not is not read. */

export interface BookSelection {
  /**
   * Of the layout `ticks`: names among `bid_px`, `bid_sz`, `ask_px`, `ask_sz`, `ts_recv`, `sequence`. Of `floats`: names
   * that the store's attribute `columns` lists, in the order in which they are wanted. Default: all.
   */
  readonly columns?: readonly string[] | undefined;
  /** The best so many levels of each side, or the levels at these distances from the best. Default: all. */
  readonly levels?: number | readonly number[] | undefined;
}

/**
 * `columns`, or all that there are.
 * @throws RangeError for one that there is not
 */
export function selectedColumns<Name extends string>(
  columns: BookSelection["columns"],
  available: readonly Name[],
  path: string,
): readonly Name[] {
  if (columns === undefined) return available;
  for (const name of columns) {
    if ((available as readonly string[]).includes(name)) continue;
    const names =
      available.length === 0 ? "does not name its columns" : `has columns ${available.join(", ")}`;
    throw new RangeError(`${path} ${names}, and no column ${name}`);
  }
  return columns as readonly Name[];
}

/**
 * Distances from the best level, 0 … `levelCount` - 1; undefined for all of them.
 * @throws RangeError for a level that there is not
 */
export function selectedLevels(
  levels: BookSelection["levels"],
  levelCount: number,
  path: string,
): readonly number[] | undefined {
  if (levels === undefined || levels === levelCount) return undefined;
  const isCount = typeof levels === "number";
  const distances = isCount ? Array.from({ length: Math.max(0, levels) }, (_, level) => level) : levels;
  const isWhole = !isCount || (Number.isInteger(levels) && levels > 0);
  if (
    isWhole &&
    distances.length > 0 &&
    distances.every((level) => Number.isInteger(level) && level >= 0 && level < levelCount)
  ) {
    return distances;
  }
  const wanted = isCount ? `${levels} levels` : `levels [${levels.join(", ")}]`;
  throw new RangeError(`${path} has levels 0 to ${levelCount - 1}: ${wanted} cannot be taken of them`);
}
