/** Which name somebody may have meant. */

/** Edits that still look like a slip of the fingers, for a name of `length` characters. */
function editsMax(length: number): number {
  return length < 3 ? 0 : length < 6 ? 1 : 2;
}

/**
 * The one of `names` that `name` is nearest to, where it could be meant: by the fewest characters that are inserted, left
 * out or exchanged, and neighbours that have changed places.
 */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = editsMax(name.length);
  for (const candidate of names) {
    const edits = editsBetween(name.toLowerCase(), candidate.toLowerCase());
    if (edits > fewest || (edits === fewest && nearest !== undefined)) continue;
    nearest = candidate;
    fewest = edits;
  }
  return nearest;
}

/** The optimal string alignment distance: R. A. Wagner and M. J. Fischer (1974), with transpositions. */
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const exchanged = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let edits = Math.min(exchanged, last[column]! + 1, current[column - 1]! + 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) edits = Math.min(edits, beforeLast[column - 2]! + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
