/**
 * `quarry.v2_filter` (bytes to bytes): a filter of numcodecs that takes the bytes it is given for items of its own.
 * The reader of Zarr v2 makes it (src/metadata/v2/chain.ts); no document holds it, and none should.
 *
 * In Zarr v2 a filter sees bytes: an array of times passes through `delta` as int64, one of big-endian items through a
 * filter that is told so, and what a byte shuffle left through whatever comes next. Zarr v3 has no place for such a
 * filter behind `bytes`, where there are no items any more.
 *
 * Configuration: `{ "codec": { "name": "numcodecs.delta", "configuration": {…} }, "items": 100, "decoded":
 * { "data_type": "int64", "endian": "big" }, "encoded": {…} }`: the filter, how many items it takes, and how these and
 * those that it leaves are stored.
 */
import { withUnitsReversed } from "../src/metadata/byte-order.ts";
import { type DataType, dataTypeOf } from "../src/metadata/data-type.ts";
import type { JsonObject } from "../src/metadata/json.ts";
import { astypeDefinition } from "./astype.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { CodecDefinition } from "./definition.ts";
import { deltaDefinition } from "./delta.ts";
import { fixedScaleOffsetDefinition } from "./fixed-scale-offset.ts";
import { packBitsDefinition } from "./packbits.ts";
import { quantizeDefinition } from "./quantize.ts";

const NAME = "quarry.v2_filter";

const FILTERS: ReadonlyMap<string, CodecDefinition> = new Map(
  [deltaDefinition, astypeDefinition, fixedScaleOffsetDefinition, quantizeDefinition, packBitsDefinition].map(
    (definition) => [definition.name, definition],
  ),
);

const STORED_SCHEMA = objectSchema({ data_type: { type: "string" }, endian: { enum: ["little", "big"] } }, [
  "data_type",
  "endian",
]);

interface V2FilterConfiguration {
  readonly codec: { readonly name: string; readonly configuration: JsonObject };
  readonly items: number;
  readonly decoded: StoredItems;
  readonly encoded: StoredItems;
}

interface StoredItems {
  readonly data_type: string;
  readonly endian: "little" | "big";
}

export const v2FilterDefinition: CodecDefinition = {
  kind: "bytes-to-bytes",
  name: NAME,
  internal: true,
  configurationSchema: objectSchema(
    {
      codec: objectSchema({ name: { enum: [...FILTERS.keys()] }, configuration: { type: "object" } }, [
        "name",
        "configuration",
      ]),
      items: { type: "integer", minimum: 1 },
      decoded: STORED_SCHEMA,
      encoded: STORED_SCHEMA,
    },
    ["codec", "items", "decoded", "encoded"],
  ),

  resolve(configuration) {
    const { codec, items, decoded, encoded } = configuration as unknown as V2FilterConfiguration;
    const decodedType = dataTypeOf(decoded.data_type);
    const filter = FILTERS.get(codec.name)!.resolve(codec.configuration, {
      dataType: decodedType,
      shape: [items],
    });
    const encodedType = filter.encodedType!;
    if (encodedType.dataType.name !== encoded.data_type) {
      throw configurationError(
        NAME,
        `${codec.name} leaves ${encodedType.dataType.name}, not ${encoded.data_type}`,
      );
    }
    const decodedBytes = items * decodedType.itemBytes;
    const encodedBytes = byteLengthOf(encodedType);
    return {
      kind: "bytes-to-bytes",
      name: NAME,
      configuration,
      encodedBytes: () => encodedBytes,
      async portable() {
        const portable = await filter.portable();
        return {
          async encode(bytes, place) {
            checkLength(bytes.length, decodedBytes);
            const result = await portable.encode(turned(bytes, decodedType, decoded), place);
            return turned(result, encodedType.dataType, encoded);
          },
          async decode(bytes, size, place) {
            checkLength(bytes.length, encodedBytes);
            checkDecodedBytes(decodedBytes, size);
            const items = turned(bytes, encodedType.dataType, encoded);
            const result = await portable.decode(items, { exact: decodedBytes, max: decodedBytes }, place);
            return turned(result, decodedType, decoded);
          },
        };
      },
    };
  },
};

/** Between the order in which items are stored and the host's. */
function turned(bytes: Uint8Array, dataType: DataType, { endian }: StoredItems): Uint8Array {
  return endian === "big" ? withUnitsReversed(bytes, dataType) : bytes;
}
