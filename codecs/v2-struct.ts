/**
 * `quarry.v2_struct` (array to bytes): structs whose fields are stored in different byte orders, which Zarr v2 allows
 * (`[["ts", "<i8"], ["px", ">f8"]]`) and the `bytes` codec of v3 cannot say. The reader of Zarr v2 makes it
 * (src/metadata/v2/chain.ts); no document holds it, and none should.
 *
 * Configuration: `{ "endian": ["little", "big"] }`: the byte order of each field, a list for a field that is a struct.
 */
import { unitsOf } from "../src/metadata/byte-order.ts";
import type { DataType } from "../src/metadata/data-type.ts";
import type { JsonValue } from "../src/metadata/json.ts";
import { configurationError, objectSchema } from "./configuration.ts";
import { byteLengthOf, checkDecodedBytes, checkLength } from "./decoded-size.ts";
import type { CodecDefinition, PortableCodec } from "./definition.ts";

const NAME = "quarry.v2_struct";

/** Bytes of an item that are turned round together, or stay as they are. */
interface Unit {
  readonly start: number;
  readonly end: number;
}

export const v2StructDefinition: CodecDefinition = {
  kind: "array-to-bytes",
  name: NAME,
  internal: true,
  configurationSchema: objectSchema({ endian: { type: "array" } }, ["endian"]),

  resolve(configuration, input) {
    const turned: Unit[] = [];
    collectTurned(input.dataType, configuration.endian!, 0, turned);
    const { itemBytes } = input.dataType;
    const chunkBytes = byteLengthOf(input);
    const portable: PortableCodec = {
      encode(decoded) {
        checkLength(decoded.length, chunkBytes);
        return withUnitsTurned(decoded, itemBytes, turned);
      },
      decode(encoded, size) {
        checkLength(encoded.length, chunkBytes);
        checkDecodedBytes(encoded.length, size);
        return withUnitsTurned(encoded, itemBytes, turned);
      },
    };
    return {
      kind: "array-to-bytes",
      name: NAME,
      configuration,
      encodedBytes: (decodedBytes) => decodedBytes,
      portable: async () => portable,
    };
  },
};

/** The units of an item, which begins at `at`, that are stored big-endian. */
function collectTurned(dataType: DataType, endian: JsonValue, at: number, turned: Unit[]): void {
  if (Array.isArray(endian)) {
    if (dataType.kind !== "struct" || dataType.fields.length !== endian.length) {
      throw configurationError(NAME, `"endian" has one byte order for each field of ${dataType.name}`);
    }
    for (const [index, field] of dataType.fields.entries()) {
      collectTurned(field.dataType, endian[index]!, at + field.offsetBytes, turned);
    }
    return;
  }
  if (endian !== "little" && endian !== "big") {
    throw configurationError(NAME, `a byte order is "little" or "big", not ${JSON.stringify(endian)}`);
  }
  if (endian === "little") return;
  let start = at;
  for (const { unitBytes, count } of unitsOf(dataType)) {
    for (let unit = 0; unit < count; unit++, start += unitBytes) {
      if (unitBytes > 1) turned.push({ start, end: start + unitBytes });
    }
  }
}

function withUnitsTurned(items: Uint8Array, itemBytes: number, units: readonly Unit[]): Uint8Array {
  const result = items.slice();
  for (let item = 0; item < items.length; item += itemBytes) {
    for (const { start, end } of units) result.subarray(item + start, item + end).reverse();
  }
  return result;
}
