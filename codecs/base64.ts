/**
 * `numcodecs.base64` (bytes to bytes): RFC 4648, 4, with padding and without line breaks. Zarr v2 only, as a filter.
 *
 * Configuration: none. numcodecs skips characters of no meaning; here they are a fault.
 * Specification: https://numcodecs.readthedocs.io/en/stable/filter/base64.html
 */
import { objectSchema } from "./configuration.ts";
import { checkDecodedBytes } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";

const NAME = "numcodecs.base64";
const ALPHABET = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PADDING = 0x3d;
const NO_DIGIT = 0xff;

const DIGIT_OF_CHARACTER = new Uint8Array(256).fill(NO_DIGIT);
for (const [digit, character] of ALPHABET.entries()) {
  DIGIT_OF_CHARACTER[character] = digit;
}

function encodedBytesOf(decodedBytes: number): number {
  return 4 * Math.ceil(decodedBytes / 3);
}

const portable: PortableCodec = {
  encode(decoded) {
    const encoded = new Uint8Array(encodedBytesOf(decoded.length));
    for (let from = 0, to = 0; from < decoded.length; from += 3, to += 4) {
      const bits = (decoded[from]! << 16) | ((decoded[from + 1] ?? 0) << 8) | (decoded[from + 2] ?? 0);
      encoded[to] = ALPHABET[bits >> 18]!;
      encoded[to + 1] = ALPHABET[(bits >> 12) & 63]!;
      encoded[to + 2] = from + 1 < decoded.length ? ALPHABET[(bits >> 6) & 63]! : PADDING;
      encoded[to + 3] = from + 2 < decoded.length ? ALPHABET[bits & 63]! : PADDING;
    }
    return encoded;
  },

  decode(encoded, size) {
    if (encoded.length % 4 !== 0) {
      throw new CodecFault("truncated", { actual: encoded.length });
    }
    const isPadded = (fromEnd: number) => encoded.length > 0 && encoded[encoded.length - fromEnd] === PADDING;
    const paddingBytes = isPadded(1) ? (isPadded(2) ? 2 : 1) : 0;
    const decodedBytes = (encoded.length / 4) * 3 - paddingBytes;
    checkDecodedBytes(decodedBytes, size);
    const digits = encoded.length - paddingBytes;
    const decoded = new Uint8Array(decodedBytes);
    let bits = 0;
    let to = 0;
    for (let at = 0; at < digits; at++) {
      const digit = DIGIT_OF_CHARACTER[encoded[at]!]!;
      if (digit === NO_DIGIT) {
        throw new CodecFault("malformed");
      }
      bits = ((bits << 6) | digit) & 0xffffff;
      // Of the digits of a group, the first fills no byte; each of the others ends one.
      const position = at & 3;
      if (position > 0) {
        decoded[to++] = bits >> (6 - 2 * position);
      }
    }
    // Bits behind the last byte, which an encoder leaves at zero.
    if ((bits & ((1 << (2 * paddingBytes)) - 1)) !== 0) {
      throw new CodecFault("malformed");
    }
    return decoded;
  },
};

export const base64Definition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: NAME,
  configurationSchema: objectSchema({}),
  resolve() {
    return {
      kind: "bytes-to-bytes",
      name: NAME,
      configuration: {},
      encodedBytes: encodedBytesOf,
      portable: async () => portable,
    };
  },
};
