/** What the `vlen-*` codecs have in common: handles on one side, framed items on the other. */
import { type DataType, dataTypeOf } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { configurationError } from "../configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength, elementCountOf } from "../decoded-size.ts";
import type { ChunkType, PortableCodec, ResolvedCodec } from "../definition.ts";
import { type HeapItem, handlesIn, type ItemHeap } from "../item-heap.ts";
import { decodeFrames, FRAMES_BYTES_MAX, FrameWriter } from "./item-frames.ts";

/** How one item is written; both may throw a `CodecFault`. */
export interface ItemFormat {
  encode(item: HeapItem, frames: FrameWriter): void;
  /** @param bytes a view of the encoded chunk, which the item must not keep */
  decode(bytes: Uint8Array): HeapItem;
}

/** Behind the codec there are single bytes: that is what shuffles and Blosc take as their item. */
const BYTES: ChunkType = { dataType: dataTypeOf("uint8"), shape: [] };

/**
 * @param kind of the items that the codec is for
 * @throws QuarryError `CODEC_CONFIGURATION` for a chunk of other items
 */
export function vlenCodec(
  codec: { readonly name: string; readonly configuration: JsonObject; readonly kind: DataType["kind"] },
  input: ChunkType,
  format: ItemFormat,
): ResolvedCodec {
  const { name, configuration, kind } = codec;
  if (input.dataType.kind !== kind) {
    throw configurationError(name, `it is not for items of ${input.dataType.name}`);
  }
  const itemCount = elementCountOf(input);
  const chunkBytes = byteLengthOf(input);
  return {
    kind: "array-to-bytes",
    name,
    configuration,
    encodedType: BYTES,
    encodedBytesMax: () => FRAMES_BYTES_MAX,
    async portable(heap) {
      if (heap === undefined) throw new TypeError(`${name} needs the heap that the items are in`);
      return portableVlen(heap, itemCount, chunkBytes, format);
    },
  };
}

function portableVlen(
  heap: ItemHeap,
  itemCount: number,
  chunkBytes: number,
  format: ItemFormat,
): PortableCodec {
  return {
    encode(decoded) {
      checkLength(decoded.length, chunkBytes);
      const frames = new FrameWriter(itemCount);
      for (const handle of handlesIn(decoded)) format.encode(heap.get(handle), frames);
      return frames.finish();
    },
    decode(encoded, size) {
      checkDecodedBytes(chunkBytes, size);
      const handles = new Uint32Array(itemCount);
      let position = 0;
      for (const bytes of decodeFrames(encoded, itemCount))
        handles[position++] = heap.add(format.decode(bytes));
      return new Uint8Array(handles.buffer);
    },
  };
}
