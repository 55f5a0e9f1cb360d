/**
 * What the core is told of a data type. It computes with numbers; of all others it knows how large an item is and
 * which of its bytes a change of byte order turns round together.
 */
import type { DataType } from "../../metadata/data-type.ts";

/** `int32`, or `opaque:<itemBytes>:<unitBytes>`; undefined where the core has no such items. */
export function nativeTypeOf(dataType: DataType): string | undefined {
  const { kind, itemBytes } = dataType;
  switch (kind) {
    case "bool":
    case "int":
    case "uint":
    case "float":
      return dataType.name;
    case "datetime":
    case "timedelta":
      return "int64";
    case "complex":
      return `opaque:${itemBytes}:${itemBytes / 2}`;
    case "fixed-unicode":
      return `opaque:${itemBytes}:4`;
    case "raw":
    case "fixed-bytes":
    // Units of several sizes; where their order matters, the bytes codec stays away from the core.
    case "struct":
      return `opaque:${itemBytes}:1`;
    case "string":
    case "variable-bytes":
    case "object":
      return undefined;
  }
}
