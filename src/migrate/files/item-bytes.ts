/** Items as a file has them, one after the other, as the values that the library gives. */
import { QuarryError } from "../../errors.ts";
import { type ByteOrder, hasByteOrder, withUnitsReversed } from "../../metadata/byte-order.ts";
import type { DataType } from "../../metadata/data-type.ts";
import { elementOf } from "../../metadata/element.ts";
import { elementsPerItem, isListed, type TypedArrayOf, typedArrayOf } from "../../metadata/typed-array.ts";
import { settleBooleans } from "../../zarr/items/typed-items.ts";

/**
 * @param bytes whole items, in memory that the result may keep; it begins at a multiple of 8 in its buffer
 * @param place what errors call the array
 * @throws QuarryError `FILE_INVALID` for text that is no Unicode
 */
export function itemsOfBytes(
  bytes: Uint8Array,
  dataType: DataType,
  byteOrder: ByteOrder,
  place: string,
): TypedArrayOf {
  const native = byteOrder === "big" && hasByteOrder(dataType) ? withUnitsReversed(bytes, dataType) : bytes;
  const { itemBytes } = dataType;
  const count = native.length / itemBytes;
  if (isListed(dataType)) {
    return Array.from({ length: count }, (_, item) => {
      const value = elementOf(native.subarray(item * itemBytes, (item + 1) * itemBytes), dataType);
      if (value !== undefined) return value;
      throw new QuarryError(
        "FILE_INVALID",
        `${place} has text that is no Unicode, in item ${item} of the region`,
        {
          path: place,
        },
      );
    }) as TypedArrayOf;
  }
  if (dataType.kind === "bool") settleBooleans(native, [count], { offset: 0, strides: [1] });
  const Elements = typedArrayOf(dataType);
  return new Elements(native.buffer, native.byteOffset, count * elementsPerItem(dataType));
}
