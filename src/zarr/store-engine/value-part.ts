/** A value that has been read, and a part of a value (an inner chunk that is a shard itself), as stores of one value. */
import type { ShardEntry } from "../../codec/sharding/shard.ts";
import { rangeWithin } from "../../store/key.ts";
import type { AbsolutePath, GetOptions, RangeQuery, ReadableStore, ValuePart } from "../../store/store.ts";

/** `bytes`, whatever the key. What it gives are views. */
export function wholeValue(bytes: Uint8Array): ReadableStore {
  return {
    get: async () => bytes,
    getRange: async (_, range: RangeQuery) => {
      const { start, end } = rangeWithin(range, bytes.length);
      return bytes.subarray(start, end);
    },
  };
}

/**
 * @param store one with `getRange`
 * @param held options of every request, such as the version of the whole value
 */
export function valuePart(
  store: ReadableStore,
  key: AbsolutePath,
  { offsetBytes, encodedBytes }: ShardEntry,
  held: GetOptions,
): ReadableStore {
  const getRange = (
    begin: number,
    length: number,
    options: GetOptions = {},
  ): Promise<Uint8Array | undefined> =>
    store.getRange!(key, { offset: offsetBytes + begin, length }, { ...held, ...options });
  const getPart = async (
    begin: number,
    length: number,
    options?: GetOptions,
  ): Promise<ValuePart | undefined> => {
    const bytes = await getRange(begin, length, options);
    return bytes && { bytes, valueBytes: encodedBytes };
  };
  return {
    get: (_, options) => getRange(0, encodedBytes, options),
    getRange: (_, range: RangeQuery, options) => {
      if ("offset" in range) {
        const begin = Math.min(range.offset, encodedBytes);
        return getRange(begin, Math.min(range.length, encodedBytes - begin), options);
      }
      const length = Math.min(range.suffixLength, encodedBytes);
      return getRange(encodedBytes - length, length, options);
    },
    getHead: (_, lengthBytes, options) => getPart(0, Math.min(lengthBytes, encodedBytes), options),
    getTail: (_, lengthBytes, options) => {
      const length = Math.min(lengthBytes, encodedBytes);
      return getPart(encodedBytes - length, length, options);
    },
  };
}
