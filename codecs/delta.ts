/**
 * `numcodecs.delta` (array to array): the first element, then the difference of each from the one before it,
 * over the whole chunk in C order.
 *
 * Configuration: `{ "dtype": "<i8", "astype": "<i4" }`, numpy's spellings. `dtype` is the data type of the
 * array, `astype` that of the stored differences; left out, both are the array's. Differences are taken in
 * `dtype` (integers wrap, floats round), then converted to `astype` (see numeric/cast.ts); decoding converts
 * back and adds up, element by element. Integers therefore come back exactly as long as `astype` holds the
 * differences, which nobody checks, as in numcodecs; floats come back rounded.
 *
 * numcodecs adds up in the type to which numpy promotes the two. Where that is neither `dtype` nor equal to it
 * modulo 2^bits (int64 with uint64 goes through float64), what comes back depends on numpy's version and
 * buffers: such pairs are refused.
 * Also read by zarr-python with numcodecs: https://numcodecs.readthedocs.io/en/stable/filter/delta.html
 */
import type { DataType } from "../src/metadata/data-type.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength, elementCountOf } from "./decoded-size.ts";
import type { ChunkType, CodecDefinition, PortableCodec } from "./definition.ts";
import { castElements } from "./numeric/cast.ts";
import { type AxisLayout, addUpDifferences, differencesOf } from "./numeric/differences.ts";
import { bytesOf, elementsOf } from "./numeric/elements.ts";
import { numpyDtypeOf, parseNumpyDtype } from "./numeric/numpy-dtype.ts";

const NAME = "numcodecs.delta";

export const deltaDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  configurationSchema: objectSchema({
    dtype: { type: ["string", "null"] },
    astype: { type: ["string", "null"] },
  }),

  resolve(configuration, input) {
    const { dtype, astype } = configuration as { dtype?: string | null; astype?: string | null };
    const decodedType = input.dataType;
    if (dtype != null && parseNumpyDtype(dtype, NAME, "dtype") !== decodedType) {
      throw configurationError(
        NAME,
        `"dtype" is ${JSON.stringify(dtype)}, but the elements are ${decodedType.name}`,
      );
    }
    const encodedType = astype == null ? decodedType : parseNumpyDtype(astype, NAME, "astype");
    checkTypes(decodedType, encodedType);
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
        const elements = castElements(elementsOf(encodedBytes, encodedType), encodedType, decodedType);
        addUpDifferences(elements, layout);
        return bytesOf(elements);
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

/** Bytes of the narrowest float that numpy takes for all integers of as many bytes as the index says. */
const FLOAT_BYTES_FOR_INTEGER = { 1: 2, 2: 4, 4: 8, 8: 8 } as const;

/** Whether adding up in numpy's common type of the two gives what adding up in `decodedType` gives. */
function addsUpInDecodedType(decodedType: DataType, encodedType: DataType): boolean {
  if (encodedType.kind === "float") {
    return decodedType.kind === "float" && encodedType.itemBytes <= decodedType.itemBytes;
  }
  if (decodedType.kind === "float") {
    return FLOAT_BYTES_FOR_INTEGER[encodedType.itemBytes] <= decodedType.itemBytes;
  }
  const hasUint64 = decodedType.name === "uint64" || encodedType.name === "uint64";
  return !hasUint64 || decodedType.kind === encodedType.kind;
}

function checkTypes(decodedType: DataType, encodedType: DataType): void {
  // numcodecs encodes bool by XOR and decodes it by OR, so that it cannot read back what it writes.
  if (decodedType.kind === "bool" || encodedType.kind === "bool") {
    throw configurationError(NAME, "bool has no differences");
  }
  if (!addsUpInDecodedType(decodedType, encodedType)) {
    throw configurationError(
      NAME,
      `differences of ${decodedType.name} cannot be stored as ${encodedType.name}: they would be added up in a third type`,
    );
  }
}
