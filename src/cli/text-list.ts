/** Lists of text, cut to what people read. */
import { grouped } from "./quantities.ts";

/**
 * A line for each of the first `shownMax` items, and one that counts the rest.
 * @param total how many there are, where `items` are the first of them
 */
export function textList<Item>(
  items: readonly Item[],
  text: (item: Item) => string,
  shownMax: number,
  total: number = items.length,
): string[] {
  const shown = items.slice(0, shownMax).map((item) => `  ${text(item)}`);
  if (total > shown.length) shown.push(`  … and ${grouped(total - shown.length)} more (--json names them)`);
  return shown;
}
