/** Columns of text, aligned. */

/**
 * @param rows the first one is the heading; all have as many cells
 * @param rightAligned indices of the columns of numbers
 * @returns one line a row, without spaces at its end
 */
export function textTable(
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        rightAligned.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd(),
  );
}
