/** Copies N-dimensional boxes of items between byte buffers of any strides. */

/** A box of items in memory: `offset` and `strides` in items. */
export interface ItemBox {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Copies `counts` items from `source` to `target`; a stride of 0 in the source repeats. */
export function copyBox(
  target: ItemBox,
  source: ItemBox,
  counts: readonly number[],
  itemBytes: number,
): void {
  if (counts.includes(0)) return;
  copyAxis(target, source, counts, itemBytes, 0, target.offset, source.offset);
}

function copyAxis(
  target: ItemBox,
  source: ItemBox,
  counts: readonly number[],
  itemBytes: number,
  axis: number,
  targetAt: number,
  sourceAt: number,
): void {
  if (axis === counts.length) {
    copyItems(target.bytes, source.bytes, targetAt * itemBytes, sourceAt * itemBytes, itemBytes);
    return;
  }
  const count = counts[axis]!;
  const targetStride = target.strides[axis]!;
  const sourceStride = source.strides[axis]!;
  if (axis === counts.length - 1 && targetStride === 1 && sourceStride === 1) {
    copyItems(target.bytes, source.bytes, targetAt * itemBytes, sourceAt * itemBytes, count * itemBytes);
    return;
  }
  for (let i = 0; i < count; i++) {
    copyAxis(
      target,
      source,
      counts,
      itemBytes,
      axis + 1,
      targetAt + i * targetStride,
      sourceAt + i * sourceStride,
    );
  }
}

function copyItems(
  target: Uint8Array,
  source: Uint8Array,
  targetAt: number,
  sourceAt: number,
  bytes: number,
): void {
  // Short runs are quicker by hand than through a view.
  if (bytes <= 32) for (let i = 0; i < bytes; i++) target[targetAt + i] = source[sourceAt + i]!;
  else target.set(source.subarray(sourceAt, sourceAt + bytes), targetAt);
}

/** A buffer of `count` copies of `item`. */
export function filledWith(item: Uint8Array, count: number): Uint8Array {
  const bytes = new Uint8Array(item.length * count);
  if (item.every((byte) => byte === 0)) return bytes;
  bytes.set(item.subarray(0, bytes.length));
  for (let done = item.length; done < bytes.length; done *= 2) {
    bytes.copyWithin(done, 0, Math.min(done, bytes.length - done));
  }
  return bytes;
}

/** Whether `bytes` is nothing but copies of `item`. */
export function isFilledWith(bytes: Uint8Array, item: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== item[i % item.length]) return false;
  }
  return true;
}
