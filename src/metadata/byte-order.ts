/** The byte order of items: which bytes of an item are turned round together. */
import type { DataType } from "./data-type.ts";

export type ByteOrder = "little" | "big";

/** `count` units of `unitBytes` bytes, one after the other. */
export interface UnitRun {
  readonly unitBytes: number;
  readonly count: number;
}

/** The units of an item, in order: the item itself for a number, two for a complex one, those of each field. */
export function unitsOf(dataType: DataType): readonly UnitRun[] {
  const { itemBytes } = dataType;
  switch (dataType.kind) {
    case "complex":
      return [{ unitBytes: itemBytes / 2, count: 2 }];
    case "fixed-unicode":
      return [{ unitBytes: 4, count: itemBytes / 4 }];
    case "raw":
    case "fixed-bytes":
      return [{ unitBytes: 1, count: itemBytes }];
    case "struct":
      return dataType.fields.flatMap((field) => unitsOf(field.dataType));
    default:
      return [{ unitBytes: itemBytes, count: 1 }];
  }
}

/** Whether byte order means anything to an item. */
export function hasByteOrder(dataType: DataType): boolean {
  return unitsOf(dataType).some(({ unitBytes }) => unitBytes > 1);
}

/** A copy of `items`, whole items of `dataType`, in the opposite byte order. */
export function withUnitsReversed(items: Uint8Array, dataType: DataType): Uint8Array<ArrayBuffer> {
  const reversed = new Uint8Array(items.length);
  const units = unitsOf(dataType);
  for (let at = 0; at < items.length; ) {
    for (const { unitBytes, count } of units) {
      for (const end = at + unitBytes * count; at < end; at += unitBytes) {
        for (let byte = 0; byte < unitBytes; byte++) reversed[at + byte] = items[at + unitBytes - 1 - byte]!;
      }
    }
  }
  return reversed;
}
