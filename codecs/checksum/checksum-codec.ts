/**
 * What the checksum codecs have in common: 32 bits, little-endian, before or behind the bytes that they are of.
 * A checksum that does not match is a fault on every read.
 */
import { objectSchema } from "../configuration.ts";
import { checkDecodedBytes } from "../decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "../definition.ts";
import { CodecFault } from "../fault.ts";

export const CHECKSUM_BYTES = 4;

export type ChecksumLocation = "start" | "end";

export function checksumCodec(
  checksumOf: (bytes: Uint8Array) => number,
  location: ChecksumLocation,
): PortableCodec {
  const start = location === "start" ? CHECKSUM_BYTES : 0;
  return {
    encode(decoded) {
      const encoded = new Uint8Array(decoded.length + CHECKSUM_BYTES);
      encoded.set(decoded, start);
      const checksumAt = location === "start" ? 0 : decoded.length;
      new DataView(encoded.buffer).setUint32(checksumAt, checksumOf(decoded), true);
      return encoded;
    },

    decode(encoded, size) {
      if (encoded.length < CHECKSUM_BYTES) {
        throw new CodecFault("truncated", { expected: CHECKSUM_BYTES, actual: encoded.length });
      }
      const decodedBytes = encoded.length - CHECKSUM_BYTES;
      checkDecodedBytes(decodedBytes, size);
      const decoded = encoded.subarray(start, start + decodedBytes);
      const checksumAt = location === "start" ? 0 : decodedBytes;
      const stored = new DataView(encoded.buffer, encoded.byteOffset + checksumAt).getUint32(0, true);
      const computed = checksumOf(decoded);
      if (stored !== computed) {
        throw new CodecFault("checksum-mismatch", { expected: stored, actual: computed });
      }
      return decoded;
    },
  };
}

/** A checksum of numcodecs, whose configuration says where it stands: `{ "location": "start" }` or `"end"`. */
export function locatedChecksumDefinition(
  name: string,
  nativeId: string,
  checksumOf: (bytes: Uint8Array) => number,
  defaultLocation: ChecksumLocation,
): CodecDefinition {
  return {
    kind: "bytes-to-bytes",
    name,
    configurationSchema: objectSchema({ location: { enum: ["start", "end"] } }),
    resolve(configuration) {
      const { location = defaultLocation } = configuration as { location?: ChecksumLocation };
      const portable = checksumCodec(checksumOf, location);
      return {
        kind: "bytes-to-bytes",
        name,
        configuration: { location },
        encodedBytes: (decodedBytes) => decodedBytes + CHECKSUM_BYTES,
        verifiesContent: true,
        native: { id: nativeId, atStart: location === "start" },
        portable: async () => portable,
      };
    },
  };
}
