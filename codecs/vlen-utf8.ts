/**
 * `vlen-utf8` (array to bytes): strings as UTF-8, each behind its length; see vlen/item-frames.ts. Bytes that are not
 * UTF-8 are a fault, and never replaced.
 *
 * Configuration: none. Also read by zarr-python and by zarrs.
 * Specification: https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/vlen-utf8
 */
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";
import { CodecFault } from "./fault.ts";
import { type ItemFormat, vlenCodec } from "./vlen/vlen-codec.ts";

const NAME = "vlen-utf8";

/** A byte order mark is a character like any other. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const format: ItemFormat = {
  encode: (item, frames) => frames.addText(item as string),
  decode(bytes) {
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new CodecFault("malformed", { cause });
    }
  },
};

export const vlenUtf8Definition: CodecDefinition = {
  kind: "array-to-bytes",
  name: NAME,
  aliases: ["numcodecs.vlen-utf8"],
  configurationSchema: objectSchema({}),
  resolve: (_, input) => vlenCodec({ name: NAME, configuration: {}, kind: "string" }, input, format),
};
