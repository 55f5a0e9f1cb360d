/**
 * `vlen-bytes` (array to bytes): byte strings, each behind its length; see vlen/item-frames.ts.
 *
 * Configuration: none. Also read by zarr-python and by zarrs.
 * Specification: https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/vlen-bytes
 */
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";
import { type ItemFormat, vlenCodec } from "./vlen/vlen-codec.ts";

const NAME = "vlen-bytes";

const format: ItemFormat = {
  encode: (item, frames) => frames.addBytes(item as Uint8Array),
  decode: (bytes) => bytes.slice(),
};

export const vlenBytesDefinition: CodecDefinition = {
  kind: "array-to-bytes",
  name: NAME,
  aliases: ["numcodecs.vlen-bytes"],
  configurationSchema: objectSchema({}),
  resolve: (_, input) => vlenCodec({ name: NAME, configuration: {}, kind: "variable-bytes" }, input, format),
};
