/**
 * `numcodecs.astype` (array to array): stores the elements in another data type.
 *
 * Configuration: `{ "encode_dtype": "<f2", "decode_dtype": "<f4" }`, numpy's spellings; `decode_dtype` is the
 * data type of the array and may be left out. Whatever the encoded type cannot hold is lost without a word:
 * that is what this codec is for, and why nothing here uses it unasked. See numeric/cast.ts for each result.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/filter/astype.html
 */
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { ChunkType, CodecDefinition, PortableCodec } from "./definition.ts";
import { castElements } from "./numeric/cast.ts";
import { bytesOf, elementsOf } from "./numeric/elements.ts";
import { numericTypeOf } from "./numeric/filter-types.ts";
import { numpyDtypeOf, parseNumpyDtype } from "./numeric/numpy-dtype.ts";

const NAME = "numcodecs.astype";

export const astypeDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  configurationSchema: objectSchema(
    { encode_dtype: { type: "string" }, decode_dtype: { type: ["string", "null"] } },
    ["encode_dtype"],
  ),

  resolve(configuration, input) {
    const { encode_dtype, decode_dtype } = configuration as {
      encode_dtype: string;
      decode_dtype?: string | null;
    };
    const decodedType = numericTypeOf(NAME, input.dataType);
    const encodedType = parseNumpyDtype(encode_dtype, NAME, "encode_dtype");
    if (decode_dtype != null && parseNumpyDtype(decode_dtype, NAME, "decode_dtype") !== decodedType) {
      throw configurationError(
        NAME,
        `"decode_dtype" is ${JSON.stringify(decode_dtype)}, but the elements are ${decodedType.name}`,
      );
    }
    const encoded: ChunkType = { dataType: encodedType, shape: input.shape };
    const portable: PortableCodec = {
      encode(decodedBytes) {
        checkLength(decodedBytes.length, byteLengthOf(input));
        return bytesOf(castElements(elementsOf(decodedBytes, decodedType), decodedType, encodedType));
      },
      decode(encodedBytes, size) {
        checkLength(encodedBytes.length, byteLengthOf(encoded));
        checkDecodedBytes(byteLengthOf(input), size);
        return bytesOf(castElements(elementsOf(encodedBytes, encodedType), encodedType, decodedType));
      },
    };
    return {
      kind: "array-to-array",
      name: NAME,
      configuration: { encode_dtype: numpyDtypeOf(encodedType), decode_dtype: numpyDtypeOf(decodedType) },
      encodedType: encoded,
      encodedBytes: (decodedBytes) => (decodedBytes / decodedType.itemBytes) * encodedType.itemBytes,
      native: { id: "astype", decodedType: decodedType.name, encodedType: encodedType.name },
      portable: async () => portable,
    };
  },
};
