/**
 * `numcodecs.msgpack2` and its predecessor `numcodecs.msgpack` (array to bytes): the items of a chunk as MessagePack;
 * see objects/item-list.ts. Zarr v2 only, and read only.
 *
 * Configuration: `{ "raw": false, "use_bin_type": true, "use_single_float": false }`. `raw`: strings are given as
 * bytes. The others say how Python is to write.
 * Specification: https://numcodecs.readthedocs.io/en/stable/other/msgpacks.html
 */
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";
import type { ListShape } from "./objects/item-list.ts";
import { itemListCodec } from "./objects/item-list-codec.ts";
import { decodeMsgpack } from "./objects/msgpack.ts";

function msgpackDefinition(name: string, listShape: ListShape): CodecDefinition {
  return {
    kind: "array-to-bytes",
    name,
    configurationSchema: objectSchema({
      raw: { type: "boolean" },
      use_bin_type: { type: "boolean" },
      use_single_float: { type: "boolean" },
      encoding: { enum: ["utf-8", null] },
    }),

    resolve(configuration, input) {
      const { raw = false } = configuration as { raw?: boolean };
      return itemListCodec({ name, configuration, listShape }, input, (encoded) =>
        decodeMsgpack(encoded, raw),
      );
    },
  };
}

export const msgpack2Definition = msgpackDefinition("numcodecs.msgpack2", "stated");
export const legacyMsgpackDefinition = msgpackDefinition("numcodecs.msgpack", "left-out");
