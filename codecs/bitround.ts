/**
 * `numcodecs.bitround` (array to array): floats whose fraction is rounded to its first `keepbits` bits, ties to
 * even, so that the zeros behind them compress. Decoding leaves the elements as they are.
 *
 * Configuration: `{ "keepbits": 7 }`, at most the bits that the fraction has (10, 23 or 52), which rounds nothing.
 *
 * numcodecs rounds the bits of a NaN like any others, which can make it a zero, and a large number to infinity.
 * Here NaN stays as it is, and a finite number that would become infinite is a fault.
 * `bitround` of zarr-extensions is the same for floats; of integers it is not done.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/filter/bitround.html
 */
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";
import { bytesOf } from "./numeric/elements.ts";
import { floatFormatOf } from "./numeric/float-format.ts";

const NAME = "numcodecs.bitround";

/** Rounds float16 or float32, seen as unsigned integers, in place. */
function roundShortFractions(bits: Uint16Array | Uint32Array, fractionBits: number, keptBits: number): void {
  const droppedBits = fractionBits - keptBits;
  const halfDown = 2 ** (droppedBits - 1) - 1;
  const dropped = 2 ** droppedBits;
  const infinity = 2 ** (8 * bits.BYTES_PER_ELEMENT - 1) - 2 ** fractionBits;
  const signBit = 2 ** (8 * bits.BYTES_PER_ELEMENT - 1);
  for (let at = 0; at < bits.length; at++) {
    const sign = bits[at]! >= signBit ? signBit : 0;
    const magnitude = bits[at]! - sign;
    if (magnitude >= infinity) {
      continue;
    }
    const carried = magnitude + ((magnitude >>> droppedBits) & 1) + halfDown;
    const rounded = carried - (carried % dropped);
    if (rounded >= infinity) {
      throw new CodecFault("not-representable");
    }
    bits[at] = sign + rounded;
  }
}

const FLOAT64_SIGN = 1n << 63n;
const FLOAT64_INFINITY = 0x7ffn << 52n;

/** {@link roundShortFractions} for float64. */
function roundLongFractions(bits: BigUint64Array, fractionBits: number, keptBits: number): void {
  const droppedBits = BigInt(fractionBits - keptBits);
  const halfDown = (1n << (droppedBits - 1n)) - 1n;
  for (let at = 0; at < bits.length; at++) {
    const sign = bits[at]! & FLOAT64_SIGN;
    const magnitude = bits[at]! ^ sign;
    if (magnitude >= FLOAT64_INFINITY) {
      continue;
    }
    const carried = magnitude + ((magnitude >> droppedBits) & 1n) + halfDown;
    const rounded = (carried >> droppedBits) << droppedBits;
    if (rounded >= FLOAT64_INFINITY) {
      throw new CodecFault("not-representable");
    }
    bits[at] = sign | rounded;
  }
}

export const bitroundDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  // The name under which zarr-extensions registers it, for floats with the same meaning.
  aliases: ["bitround"],
  configurationSchema: objectSchema({ keepbits: { type: "integer", minimum: 0, maximum: 52 } }, ["keepbits"]),

  resolve(configuration, input) {
    const { keepbits } = configuration as { keepbits: number };
    const { kind, name, itemBytes } = input.dataType;
    if (kind !== "float") {
      throw configurationError(NAME, `rounds floats, not ${name}`);
    }
    const fractionBits = floatFormatOf(input.dataType).significandBits - 1;
    if (keepbits > fractionBits) {
      throw configurationError(NAME, `"keepbits" is ${keepbits}, but ${name} has ${fractionBits} to keep`);
    }
    const chunkBytes = byteLengthOf(input);
    const portable: PortableCodec = {
      encode(decoded) {
        checkLength(decoded.length, chunkBytes);
        if (keepbits === fractionBits) {
          return decoded;
        }
        const { buffer } = decoded.slice();
        if (itemBytes === 8) {
          const bits = new BigUint64Array(buffer);
          roundLongFractions(bits, fractionBits, keepbits);
          return bytesOf(bits);
        }
        const bits = itemBytes === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
        roundShortFractions(bits, fractionBits, keepbits);
        return bytesOf(bits);
      },
      decode(encoded, size) {
        checkLength(encoded.length, chunkBytes);
        checkDecodedBytes(encoded.length, size);
        return encoded;
      },
    };
    return {
      kind: "array-to-array",
      name: NAME,
      configuration: { keepbits },
      encodedType: input,
      encodedBytes: (decodedBytes) => decodedBytes,
      native: { id: "bitround", keepBits: keepbits },
      portable: async () => portable,
    };
  },
};
