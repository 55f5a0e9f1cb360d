/** Lists inside lists, as callers write small boxes. */

/** In C order, with its shape; undefined where the lists are of different lengths or depths. */
export function boxOfLists(
  list: readonly unknown[],
): { readonly items: readonly unknown[]; readonly shape: readonly number[] } | undefined {
  if (!list.some(Array.isArray)) return { items: list, shape: [list.length] };
  const rows = list.map((entry) => (Array.isArray(entry) ? boxOfLists(entry) : undefined));
  const rowShape = rows[0]?.shape;
  const isBox = rows.every((row) => row !== undefined && String(row.shape) === String(rowShape));
  if (rowShape === undefined || !isBox) return undefined;
  return { items: rows.flatMap((row) => row!.items), shape: [list.length, ...rowShape] };
}
