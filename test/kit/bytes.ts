import { expect } from "vitest";

/** `toEqual` takes milliseconds on a chunk, and is needed only for its difference. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array, message: string): void {
  if (Buffer.compare(actual, expected) !== 0) {
    expect(actual, message).toEqual(expected);
  }
}
