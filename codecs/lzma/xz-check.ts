/** The checks of an xz stream, by their number in its flags: of the decoded bytes of each block, behind it. */
import { crc32 } from "../../src/metadata/crc.ts";
import { crc64 } from "../checksum/crc64.ts";
import { CodecFault } from "../fault.ts";

const NONE = 0;
const CRC32 = 1;
const CRC64 = 4;
const SHA256 = 10;

/** Refuses a number that stands for no check, or for one that nobody has defined yet. */
export function checkBytesOf(check: number): number {
  switch (check) {
    case NONE:
      return 0;
    case CRC32:
      return 4;
    case CRC64:
      return 8;
    case SHA256:
      return 32;
    default:
      throw new CodecFault("unsupported");
  }
}

/** Compares the check with that of `decoded`; both are of the same kind. */
export async function verifyCheck(check: number, stored: Uint8Array, decoded: Uint8Array): Promise<void> {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.length);
  if (check === CRC32) {
    const checksum = crc32(decoded);
    if (view.getUint32(0, true) !== checksum) {
      throw new CodecFault("checksum-mismatch", { expected: view.getUint32(0, true), actual: checksum });
    }
  }
  if (check === CRC64) {
    const [low, high] = crc64(decoded);
    if (view.getUint32(0, true) !== low || view.getUint32(4, true) !== high) {
      throw new CodecFault("checksum-mismatch");
    }
  }
  if (check === SHA256) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", decoded.slice()));
    if (digest.some((byte, at) => byte !== stored[at])) {
      throw new CodecFault("checksum-mismatch");
    }
  }
}
