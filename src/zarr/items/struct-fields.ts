/** Structs as columns: an item of a struct is its bytes, the fields one after the other without padding. */
import { contiguousStrides } from "../../codec/c-order.ts";
import { QuarryError } from "../../errors.ts";
import type { DataType, StructField, StructType } from "../../metadata/data-type.ts";
import { isListed, type TypedArrayOf, typedArrayOf } from "../../metadata/typed-array.ts";
import { shapeMismatch } from "./item-box.ts";
import { bytesOfList, listOfBytes, requireList } from "./listed-items.ts";
import { bytesOfTypedArray, itemCountOf, settleBooleans } from "./typed-items.ts";

/**
 * One field of every item, in memory of its own: what an array of the field's type would hold (`Int32Array`,
 * `string[]` …; of a struct in the struct its bytes, which `fieldOf` takes in turn).
 * @param items as `get` gives them: the structs' bytes, `dataType.itemBytes` an item
 * @param dataType of the array
 * @throws RangeError for a field that there is not
 * @throws QuarryError `SHAPE_MISMATCH` for bytes that are no whole items, `CHUNK_CORRUPT` for text that is no Unicode
 * @example
 * const { data } = await trades.get([slice(0, 100)]);
 * const price = fieldOf(data, trades.dataType, "price") as Float64Array;
 */
export function fieldOf(items: Uint8Array, dataType: DataType, field: string): TypedArrayOf {
  const struct = requireStruct(dataType);
  const found = struct.fields.find(({ name }) => name === field);
  if (found === undefined) {
    const names = struct.fields.map(({ name }) => name).join(", ");
    throw new RangeError(`there is no field ${JSON.stringify(field)}, only ${names}`);
  }
  const shape = [itemCountOf(items, struct, "a struct")];
  const bytes = new Uint8Array(shape[0]! * found.dataType.itemBytes);
  copyField(found, struct, items, bytes, "out of struct");
  if (found.dataType.kind === "bool") settleBooleans(bytes, shape, { offset: 0, strides: [1] });
  if (!isListed(found.dataType)) return new (typedArrayOf(found.dataType))(bytes.buffer);
  const list: unknown[] = new Array(shape[0]!);
  const type = { dataType: found.dataType, heap: undefined };
  listOfBytes(bytes, list, shape, { offset: 0, strides: contiguousStrides(shape) }, type, `field ${field}`);
  return list as string[];
}

/**
 * Items of a struct out of its fields, as `set` and `append` take them.
 * @param columns for each field of `dataType` its items, equally many
 * @throws QuarryError `VALUE_INVALID`, `SHAPE_MISMATCH`
 * @example
 * await trades.append(structsOf({ price, size }, trades.dataType));
 */
export function structsOf(
  columns: { readonly [field: string]: TypedArrayOf },
  dataType: DataType,
): Uint8Array {
  const struct = requireStruct(dataType);
  const { fields } = struct;
  const unknown = Object.keys(columns).find((name) => fields.every((field) => field.name !== name));
  if (unknown !== undefined) throw new RangeError(`there is no field ${JSON.stringify(unknown)}`);
  let items: Uint8Array | undefined;
  for (const field of fields) {
    const bytes = bytesOfColumn(Object.hasOwn(columns, field.name) ? columns[field.name] : undefined, field);
    const count = bytes.length / field.dataType.itemBytes;
    items ??= new Uint8Array(count * struct.itemBytes);
    if (items.length !== count * struct.itemBytes) {
      const others = items.length / struct.itemBytes;
      throw shapeMismatch(`${count} items, where the first field has ${others}`, `field ${field.name}`);
    }
    copyField(field, struct, items, bytes, "into struct");
  }
  return items!;
}

function bytesOfColumn(column: TypedArrayOf | undefined, { name, dataType }: StructField): Uint8Array {
  const place = `field ${name}`;
  if (column === undefined) throw new QuarryError("VALUE_INVALID", `${place} has no items`);
  if (!isListed(dataType)) {
    itemCountOf(column, dataType, place);
    return bytesOfTypedArray(column, dataType, place, "value");
  }
  const list = requireList(column, dataType, place);
  return bytesOfList(list, [list.length], { offset: 0, strides: [1] }, { dataType, heap: undefined }, place);
}

function copyField(
  { offsetBytes, dataType }: StructField,
  struct: StructType,
  items: Uint8Array,
  column: Uint8Array,
  direction: "into struct" | "out of struct",
): void {
  const { itemBytes } = dataType;
  for (let at = 0, item = offsetBytes; at < column.length; at += itemBytes, item += struct.itemBytes) {
    for (let byte = 0; byte < itemBytes; byte++) {
      if (direction === "into struct") items[item + byte] = column[at + byte]!;
      else column[at + byte] = items[item + byte]!;
    }
  }
}

function requireStruct(dataType: DataType): StructType {
  if (dataType.kind === "struct") return dataType;
  throw new TypeError(`${dataType.name} has no fields`);
}
