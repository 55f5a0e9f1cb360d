/**
 * `numcodecs.lz4` (bytes to bytes): the decoded length as a little-endian int32, then one LZ4 block.
 *
 * Configuration: `{ "acceleration": 1 }`; larger is faster and compresses less, below 1 counts as 1.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/compression/lz4.html
 */
import { objectSchema } from "./configuration.ts";
import { checkDecodedBytes, compressedBytesMax } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";
import { compressLz4Block } from "./lz4/compress.ts";
import { decompressLz4Block } from "./lz4/decompress.ts";

const NAME = "numcodecs.lz4";
const HEADER_BYTES = 4;
/** `LZ4_MAX_INPUT_SIZE`. */
const DECODED_BYTES_MAX = 0x7e000000;
/** A byte of the block makes at most 255 bytes: more can be claimed, but not decoded. */
const EXPANSION_MAX = 255;
/** `LZ4_ACCELERATION_MAX`. */
const ACCELERATION_MAX = 65537;

function portableLz4(acceleration: number): PortableCodec {
  return {
    encode(decoded) {
      if (decoded.length > DECODED_BYTES_MAX) {
        throw new CodecFault("too-large", { expected: DECODED_BYTES_MAX, actual: decoded.length });
      }
      const block = compressLz4Block(decoded, acceleration);
      const encoded = new Uint8Array(HEADER_BYTES + block.length);
      new DataView(encoded.buffer).setUint32(0, decoded.length, true);
      encoded.set(block, HEADER_BYTES);
      return encoded;
    },

    decode(encoded, size) {
      if (encoded.length <= HEADER_BYTES) {
        throw new CodecFault("truncated", { expected: HEADER_BYTES + 1, actual: encoded.length });
      }
      const decodedBytes = new DataView(encoded.buffer, encoded.byteOffset).getUint32(0, true);
      if (decodedBytes > DECODED_BYTES_MAX) {
        throw new CodecFault("malformed");
      }
      checkDecodedBytes(decodedBytes, size);
      const block = encoded.subarray(HEADER_BYTES);
      if (decodedBytes > block.length * EXPANSION_MAX) {
        throw new CodecFault("truncated", { actual: encoded.length });
      }
      const decoded = new Uint8Array(decodedBytes);
      decompressLz4Block(block, decoded);
      return decoded;
    },
  };
}

export const lz4Definition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: NAME,
  configurationSchema: objectSchema({ acceleration: { type: "integer" } }),

  resolve(configuration) {
    const { acceleration = 1 } = configuration as { acceleration?: number };
    const effective = Math.min(Math.max(acceleration, 1), ACCELERATION_MAX);
    return {
      kind: "bytes-to-bytes",
      name: NAME,
      configuration: { acceleration },
      encodedBytesMax: compressedBytesMax,
      native: { id: "lz4", acceleration: effective },
      portable: async () => portableLz4(effective),
    };
  },
};
