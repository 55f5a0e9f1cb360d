/**
 * `numcodecs.vlen-array` (array to bytes): one-dimensional arrays of numbers, each behind the number of its bytes; see
 * vlen/item-frames.ts. Only Zarr v2 has arrays of such items.
 *
 * Configuration: `{ "dtype": "<i4" }`, NumPy's spelling of the type of the numbers.
 * Format: https://numcodecs.readthedocs.io/en/stable/other/vlen.html#vlenarray
 */
import { typedArrayOf } from "../src/metadata/typed-array.ts";
import { objectSchema } from "./configuration.ts";
import type { CodecDefinition } from "./definition.ts";
import { CodecFault } from "./fault.ts";
import { numpyDtypeOf, parseNumpyDtype } from "./numeric/numpy-dtype.ts";
import { vlenCodec } from "./vlen/vlen-codec.ts";

const NAME = "numcodecs.vlen-array";

export const vlenArrayDefinition: CodecDefinition = {
  kind: "array-to-bytes",
  name: NAME,
  configurationSchema: objectSchema({ dtype: { type: "string" } }, ["dtype"]),

  resolve(configuration, input) {
    const dataType = parseNumpyDtype(configuration.dtype as string, NAME, "dtype");
    const Elements = typedArrayOf(dataType);
    const complete = { dtype: numpyDtypeOf(dataType) };
    return vlenCodec({ name: NAME, configuration: complete, kind: "object" }, input, {
      encode(item, frames) {
        if (!(item instanceof Elements)) throw new CodecFault("unsupported");
        frames.addBytes(new Uint8Array(item.buffer, item.byteOffset, item.byteLength));
      },
      decode(bytes) {
        if (bytes.length % dataType.itemBytes !== 0) throw new CodecFault("malformed");
        return new Elements(bytes.slice().buffer);
      },
    });
  },
};
