/**
 * `numcodecs.delta` (array to array): the first element, then the difference of each from the one before it,
 * over the whole chunk in C order.
 *
 * Configuration: `{ "dtype": "<i8", "astype": "<i4" }`, numpy's spellings. `dtype` is the data type of the
 * array, `astype` that of the stored differences; left out, both are the array's. Differences are taken in
 * `dtype` (integers wrap, floats round), then converted to `astype` (see numeric/cast.ts). Decoding adds up, one
 * element after another, in the type to which numpy promotes the two, and converts each sum to `dtype`.
 * Integers come back exactly as long as `astype` holds the differences, which nobody checks, as in numcodecs;
 * floats come back rounded.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/filter/delta.html
 */
import { objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength, elementCountOf } from "./decoded-size.ts";
import type { ChunkType, CodecDefinition, PortableCodec } from "./definition.ts";
import { castElements } from "./numeric/cast.ts";
import { type AxisLayout, addUpDifferences, differencesOf } from "./numeric/differences.ts";
import { bytesOf, elementsOf } from "./numeric/elements.ts";
import { parseFilterTypes } from "./numeric/filter-types.ts";
import { numpyDtypeOf } from "./numeric/numpy-dtype.ts";
import { promotedType } from "./numeric/promote.ts";

const NAME = "numcodecs.delta";

export const deltaDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  configurationSchema: objectSchema({
    dtype: { type: ["string", "null"] },
    astype: { type: ["string", "null"] },
  }),

  resolve(configuration, input) {
    // numcodecs encodes bool by XOR and decodes it by OR, so that it cannot read back what it writes.
    const { decodedType, encodedType } = parseFilterTypes(NAME, configuration, input.dataType);
    const sumType = promotedType(decodedType, encodedType);
    const encoded: ChunkType = { dataType: encodedType, shape: input.shape };
    const layout: AxisLayout = { planeLength: elementCountOf(input), stride: 1 };
    const portable: PortableCodec = {
      encode(decodedBytes) {
        checkLength(decodedBytes.length, byteLengthOf(input));
        const differences = differencesOf(elementsOf(decodedBytes, decodedType), layout);
        return bytesOf(castElements(differences, decodedType, encodedType));
      },
      decode(encodedBytes, size) {
        checkLength(encodedBytes.length, byteLengthOf(encoded));
        checkDecodedBytes(byteLengthOf(input), size);
        const sums = castElements(elementsOf(encodedBytes, encodedType), encodedType, sumType);
        addUpDifferences(sums, layout);
        return bytesOf(castElements(sums, sumType, decodedType));
      },
    };
    return {
      kind: "array-to-array",
      name: NAME,
      configuration: { dtype: numpyDtypeOf(decodedType), astype: numpyDtypeOf(encodedType) },
      encodedType: encoded,
      encodedBytes: (decodedBytes) => (decodedBytes / decodedType.itemBytes) * encodedType.itemBytes,
      native: { id: "delta", decodedType: decodedType.name, encodedType: encodedType.name },
      portable: async () => portable,
    };
  },
};
