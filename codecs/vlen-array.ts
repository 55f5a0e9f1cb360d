/**
 * `numcodecs.vlen-array` (array to bytes): one-dimensional arrays of numbers, each behind the number of its bytes; see
 * vlen/item-frames.ts. Only Zarr v2 has arrays of such items.
 *
 * Configuration: `{ "dtype": "<i4" }`, NumPy's spelling of the type of the numbers and, here alone, of the order of
 * their bytes: what numcodecs stores for `">i4"` is big-endian.
 * Format: https://numcodecs.readthedocs.io/en/stable/other/vlen.html#vlenarray
 */
import { withUnitsReversed } from "../src/metadata/byte-order.ts";
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
    const dtype = configuration.dtype as string;
    const isBig = /^>[biuf]\d$/.test(dtype);
    const dataType = parseNumpyDtype(isBig ? dtype.slice(1) : dtype, NAME, "dtype");
    const Elements = typedArrayOf(dataType);
    const complete = { dtype: isBig ? dtype : numpyDtypeOf(dataType) };
    /** A copy: stored order to that of the host, or the other way round. */
    const reordered = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
      isBig ? withUnitsReversed(bytes, dataType) : new Uint8Array(bytes);
    return vlenCodec({ name: NAME, configuration: complete, kind: "object" }, input, {
      encode(item, frames) {
        if (!(item instanceof Elements)) throw new CodecFault("unsupported");
        frames.addBytes(reordered(new Uint8Array(item.buffer, item.byteOffset, item.byteLength)));
      },
      decode(bytes) {
        if (bytes.length % dataType.itemBytes !== 0) throw new CodecFault("malformed");
        return new Elements(reordered(bytes).buffer);
      },
    });
  },
};
