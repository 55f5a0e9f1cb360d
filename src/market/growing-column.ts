/** A column in memory that doubles when it is full. */

type Column = BigInt64Array | Int32Array | Uint32Array | Uint8Array | Float64Array;

/** `column` itself where `items` fit into it, else a copy of at least twice its length. */
export function grownColumn<Items extends Column>(column: Items, items: number): Items {
  if (items <= column.length) return column;
  const longer = new (column.constructor as new (length: number) => Items)(
    Math.max(items, column.length * 2),
  );
  longer.set(column as never);
  return longer;
}
