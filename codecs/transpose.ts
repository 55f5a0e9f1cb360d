/**
 * `transpose` (array to array): permutes the dimensions. Dimension `i` of the result is dimension `order[i]`
 * of the chunk, as in `numpy.transpose(chunk, order)`.
 *
 * Configuration: `{ "order": [1, 0] }`, a permutation of the chunk's dimensions.
 * Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/transpose/
 */
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";

/** Copies items out of the C-ordered array `source` of `shape` into the C order of the permuted array. */
function permuted(source: Uint8Array, itemBytes: number, shape: readonly number[], order: readonly number[]) {
  const sourceStrides: number[] = new Array(shape.length);
  for (let axis = shape.length - 1, stride = itemBytes; axis >= 0; axis--) {
    sourceStrides[axis] = stride;
    stride *= shape[axis]!;
  }
  const lengths = order.map((axis) => shape[axis]!);
  const strides = order.map((axis) => sourceStrides[axis]!);
  const target = new Uint8Array(source.length);
  const position = lengths.map(() => 0);
  let from = 0;
  for (let to = 0; to < target.length; to += itemBytes) {
    for (let byte = 0; byte < itemBytes; byte++) {
      target[to + byte] = source[from + byte]!;
    }
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      position[axis]!++;
      if (position[axis]! < lengths[axis]!) {
        break;
      }
      from -= strides[axis]! * lengths[axis]!;
      position[axis] = 0;
    }
  }
  return target;
}

export const transposeDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: "transpose",
  configurationSchema: objectSchema(
    { order: { type: "array", items: { type: "integer", minimum: 0 }, uniqueItems: true } },
    ["order"],
  ),

  resolve(configuration, input) {
    const { order } = configuration as { order: number[] };
    const rank = input.shape.length;
    const isPermutation =
      order.length === rank && new Set(order).size === rank && order.every((axis) => axis < rank);
    if (!isPermutation) {
      throw configurationError(
        "transpose",
        `"order" ${JSON.stringify(order)} is not a permutation of the ${rank} dimensions of the chunk`,
      );
    }
    const encodedShape = order.map((axis) => input.shape[axis]!);
    const inverse = order.map((_, axis) => order.indexOf(axis));
    const { itemBytes } = input.dataType;
    const chunkBytes = byteLengthOf(input);
    const portable: PortableCodec = {
      encode(decoded) {
        checkLength(decoded.length, chunkBytes);
        return permuted(decoded, itemBytes, input.shape, order);
      },
      decode(encoded, size) {
        checkLength(encoded.length, chunkBytes);
        checkDecodedBytes(encoded.length, size);
        return permuted(encoded, itemBytes, encodedShape, inverse);
      },
    };
    return {
      kind: "array-to-array",
      name: "transpose",
      configuration: { order: [...order] },
      encodedType: { dataType: input.dataType, shape: encodedShape },
      encodedBytes: (decodedBytes) => decodedBytes,
      native: { id: "transpose", order },
      portable: async () => portable,
    };
  },
};
