/**
 * Memory for windows that is used again and again, so that what a migration holds does not depend on when garbage is
 * collected. Whoever has taken memory gives it back when nobody reads or writes it any more.
 */
import type { DataType } from "../metadata/data-type.ts";
import {
  elementsPerItem,
  isListed,
  type TypedArray,
  type TypedArrayOf,
  typedArrayOf,
} from "../metadata/typed-array.ts";

/** Free memories that are kept: what one comparison holds. */
const FREE_MAX = 4;

export class WindowMemory {
  readonly #free: ArrayBuffer[] = [];

  /** Room for `itemCount` items of undefined content; undefined for strings, which are new whoever holds them. */
  take(dataType: DataType, itemCount: number): TypedArrayOf | undefined {
    if (isListed(dataType)) return undefined;
    const bytes = itemCount * dataType.itemBytes;
    const place = this.#free.findIndex((buffer) => buffer.byteLength >= bytes);
    const [buffer = new ArrayBuffer(bytes)] = place === -1 ? [] : this.#free.splice(place, 1);
    const Items = typedArrayOf(dataType);
    return new Items(buffer, 0, itemCount * elementsPerItem(dataType)) as TypedArrayOf;
  }

  /** Takes back what {@link take} gave. */
  give(items: TypedArrayOf | undefined): void {
    if (items === undefined) return;
    this.#free.push((items as TypedArray).buffer as ArrayBuffer);
    // The smallest serves least.
    if (this.#free.length > FREE_MAX) {
      this.#free.sort((a, b) => b.byteLength - a.byteLength).pop();
    }
  }
}
