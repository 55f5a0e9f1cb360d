/** The small fields of the xz format, with every read checked against the end of the input. */
import { crc32 } from "../../src/metadata/crc.ts";
import { CodecFault } from "../fault.ts";

const VARIABLE_BYTES_MAX = 9;

export class XzReader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.at = 0;
  }

  take(byteCount: number): Uint8Array {
    if (this.bytes.length - this.at < byteCount) {
      throw new CodecFault("truncated", { expected: this.at + byteCount, actual: this.bytes.length });
    }
    this.at += byteCount;
    return this.bytes.subarray(this.at - byteCount, this.at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  uint32(): number {
    const bytes = this.take(4);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  }

  /** Seven bits a byte, the lowest first; the top bit of each but the last is 1, and the last is not 0. */
  variable(): number {
    let value = 0;
    for (let index = 0; index < VARIABLE_BYTES_MAX; index++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) {
        if ((byte === 0 && index > 0) || !Number.isSafeInteger(value)) {
          break;
        }
        return value;
      }
    }
    throw new CodecFault("malformed");
  }

  /** Zeros up to a multiple of four bytes from `start`. */
  padding(start: number): void {
    while ((this.at - start) % 4 !== 0) {
      this.zero();
    }
  }

  zero(): void {
    if (this.byte() !== 0) {
      throw new CodecFault("malformed");
    }
  }

  /** The CRC-32 of what was read since `start`. */
  crc32(start: number): void {
    const computed = crc32(this.bytes.subarray(start, this.at));
    const stored = this.uint32();
    if (stored !== computed) {
      throw new CodecFault("checksum-mismatch", { expected: stored, actual: computed });
    }
  }
}
