/** What `json2` and `msgpack2` have in common, which is everything but how a list becomes bytes. Read, not written. */
import { isVariableLength } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { byteLengthOf, checkDecodedBytes } from "../decoded-size.ts";
import type { ChunkType, ResolvedCodec } from "../definition.ts";
import { CodecFault } from "../fault.ts";
import { chunkOfItemList, ITEM_LIST_BYTES_MAX, type ListShape } from "./item-list.ts";

export function itemListCodec(
  codec: { readonly name: string; readonly configuration: JsonObject; readonly listShape: ListShape },
  input: ChunkType,
  parse: (encoded: Uint8Array) => unknown,
): ResolvedCodec {
  const { name, configuration, listShape } = codec;
  return {
    kind: "array-to-bytes",
    name,
    configuration,
    encodedBytesMax: () => ITEM_LIST_BYTES_MAX,
    async portable(heap) {
      if (heap === undefined && isVariableLength(input.dataType)) {
        throw new TypeError(`${name} needs the heap that the items are in`);
      }
      return {
        encode() {
          throw new CodecFault("unsupported");
        },
        decode(encoded, size) {
          checkDecodedBytes(byteLengthOf(input), size);
          return chunkOfItemList(parse(encoded), listShape, input, heap);
        },
      };
    },
  };
}
