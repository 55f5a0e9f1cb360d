/**
 * `numcodecs.categorize` (array to array): strings as the number of their label, counted from 1; the empty string is 0.
 * Zarr v2 only.
 *
 * Configuration: `{ "labels": ["female", "male"], "dtype": "|O", "astype": "|u1" }`, types in numpy's spellings.
 * `astype`, "|u1" if it is left out, is an integer type. `dtype` is the data type of the array.
 *
 * numcodecs stores 0 for a string that is no label, and gives back the empty string for a number that is none. Here
 * either is a fault.
 * Specification: https://numcodecs.readthedocs.io/en/stable/filter/categorize.html
 */
import { isVariableLength } from "../src/metadata/data-type.ts";
import { elementBytes, elementOf } from "../src/metadata/element.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { ChunkType, CodecDefinition, PortableCodec } from "./definition.ts";
import { CodecFault } from "./fault.ts";
import { handlesIn, type ItemHeap } from "./item-heap.ts";
import { bytesOf, elementsOf, newElements } from "./numeric/elements.ts";
import { numpyDtypeOf, parseNumpyDtype } from "./numeric/numpy-dtype.ts";
import { float64ValuesOf, integerRangeOf } from "./numeric/representable.ts";

const NAME = "numcodecs.categorize";

/** Between items in memory and strings. */
interface StringItems {
  stringsOf(chunk: Uint8Array): Iterable<unknown>;
  /** Items of the strings with these numbers. */
  chunkOf(numbers: Float64Array): Uint8Array;
}

function handleItems(heap: ItemHeap, strings: readonly string[]): StringItems {
  return {
    stringsOf: (chunk) => Array.from(handlesIn(chunk), (handle) => heap.get(handle)),
    chunkOf(numbers) {
      const handles = strings.map((text) => heap.add(text));
      return bytesOf(Uint32Array.from(numbers, (number) => handles[number]!));
    },
  };
}

function fixedItems(chunk: ChunkType, strings: readonly string[]): StringItems {
  const { dataType } = chunk;
  const items = strings.map((text) => {
    const item = elementBytes(text, dataType);
    if (item === undefined) {
      throw configurationError(
        NAME,
        `the label ${JSON.stringify(text)} is no ${dataType.name} of this array`,
      );
    }
    return item;
  });
  return {
    *stringsOf(chunk) {
      for (let at = 0; at < chunk.length; at += dataType.itemBytes) {
        yield elementOf(chunk.subarray(at, at + dataType.itemBytes), dataType);
      }
    },
    chunkOf(numbers) {
      const chunk = new Uint8Array(numbers.length * dataType.itemBytes);
      for (const [index, number] of numbers.entries()) {
        chunk.set(items[number]!, index * dataType.itemBytes);
      }
      return chunk;
    },
  };
}

export const categorizeDefinition: CodecDefinition = {
  kind: "array-to-array",
  name: NAME,
  configurationSchema: objectSchema(
    {
      labels: { type: "array", items: { type: "string" } },
      dtype: { type: "string" },
      astype: { type: "string" },
    },
    ["labels"],
  ),

  resolve(configuration, input) {
    const { labels, astype = "|u1" } = configuration as { labels: string[]; astype?: string };
    const { dataType } = input;
    if (!isVariableLength(dataType) && dataType.kind !== "fixed-unicode") {
      throw configurationError(NAME, `is for strings, not ${dataType.name}`);
    }
    const encodedType = parseNumpyDtype(astype, NAME, "astype");
    if (encodedType.kind !== "int" && encodedType.kind !== "uint") {
      throw configurationError(NAME, `"astype" is ${astype}, which is no integer type`);
    }
    if (labels.length >= integerRangeOf(encodedType).end) {
      throw configurationError(NAME, `${encodedType.name} cannot count ${labels.length} labels`);
    }
    const strings = ["", ...labels];
    // A label given twice is read by both numbers, and written as the second, as by numcodecs.
    const numbers = new Map<unknown, number>(strings.map((text, number) => [text, number]));
    const encoded: ChunkType = { dataType: encodedType, shape: input.shape };

    function portable(items: StringItems): PortableCodec {
      return {
        encode(decodedBytes) {
          checkLength(decodedBytes.length, byteLengthOf(input));
          const values = Array.from(items.stringsOf(decodedBytes), (text) => {
            const number = numbers.get(text);
            if (number === undefined) {
              throw new CodecFault("not-representable");
            }
            return number;
          });
          const elements = newElements(values.length, encodedType) as Float64Array;
          for (const [index, number] of values.entries()) {
            elements[index] = (encodedType.itemBytes === 8 ? BigInt(number) : number) as number;
          }
          return bytesOf(elements);
        },
        decode(encodedBytes, size) {
          checkLength(encodedBytes.length, byteLengthOf(encoded));
          checkDecodedBytes(byteLengthOf(input), size);
          const values = float64ValuesOf(elementsOf(encodedBytes, encodedType), encodedType);
          if (values.some((number) => number < 0 || number >= strings.length)) {
            throw new CodecFault("malformed");
          }
          return items.chunkOf(values);
        },
      };
    }

    const fixed = isVariableLength(dataType) ? undefined : portable(fixedItems(input, strings));
    return {
      kind: "array-to-array",
      name: NAME,
      configuration: { ...configuration, astype: numpyDtypeOf(encodedType) },
      encodedType: encoded,
      encodedBytes: (decodedBytes) => (decodedBytes / dataType.itemBytes) * encodedType.itemBytes,
      async portable(heap) {
        if (fixed !== undefined) return fixed;
        if (heap === undefined) throw new TypeError(`${NAME} needs the heap that the items are in`);
        return portable(handleItems(heap, strings));
      },
    };
  },
};
