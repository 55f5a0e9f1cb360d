/**
 * Bytes as positions in a list of all that occur, in which each is moved to the front. Position 0, a byte once more,
 * makes runs, whose lengths are written in digits of 1 and 2; other positions are the symbols from 2 on, and the
 * last symbol of all ends the block.
 */
import { RUN_A, RUN_B } from "./format.ts";

/** @param usedBytes those that occur, in their order */
export function moveToFront(bytes: Uint8Array, usedBytes: Uint8Array): Uint16Array {
  const recent = usedBytes.slice();
  const symbols = new Uint16Array(bytes.length + 1);
  let symbolCount = 0;
  let run = 0;
  const endRun = () => {
    for (; run > 0; run = (run - 1) >> 1) {
      symbols[symbolCount++] = run % 2 === 1 ? RUN_A : RUN_B;
    }
  };
  for (const byte of bytes) {
    if (byte === recent[0]) {
      run++;
      continue;
    }
    endRun();
    const position = recent.indexOf(byte);
    recent.copyWithin(1, 0, position);
    recent[0] = byte;
    symbols[symbolCount++] = position + 1;
  }
  endRun();
  symbols[symbolCount++] = usedBytes.length + 1;
  return symbols.subarray(0, symbolCount);
}
