/**
 * Byte shuffle: a matrix of elements × bytes, transposed, so that the first bytes of all elements come first.
 * What is left over after the last whole element is copied as it is.
 */
export function byteShuffle(source: Uint8Array, target: Uint8Array, elementBytes: number): void {
  const elementCount = Math.floor(source.length / elementBytes);
  for (let byte = 0; byte < elementBytes; byte++) {
    const row = byte * elementCount;
    for (let element = 0, from = byte; element < elementCount; element++, from += elementBytes) {
      target[row + element] = source[from]!;
    }
  }
  copyTail(source, target, elementCount * elementBytes);
}

export function byteUnshuffle(source: Uint8Array, target: Uint8Array, elementBytes: number): void {
  const elementCount = Math.floor(source.length / elementBytes);
  for (let byte = 0; byte < elementBytes; byte++) {
    const row = byte * elementCount;
    for (let element = 0, to = byte; element < elementCount; element++, to += elementBytes) {
      target[to] = source[row + element]!;
    }
  }
  copyTail(source, target, elementCount * elementBytes);
}

function copyTail(source: Uint8Array, target: Uint8Array, startBytes: number): void {
  if (startBytes < source.length) {
    target.set(source.subarray(startBytes), startBytes);
  }
}
