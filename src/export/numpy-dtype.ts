/** Data types as NumPy writes them in the header of a `.npy` file, little-endian. */
import { QuarryError } from "../errors.ts";
import type { DataType } from "../metadata/data-type.ts";

/** A type string (`"<i4"`), or the fields of a struct. */
export type NumpyDescription = string | readonly (readonly [string, NumpyDescription])[];

/** @throws QuarryError `UNSUPPORTED_DATA_TYPE` for items that NumPy could only pickle */
export function numpyDescription(dataType: DataType, path: string): NumpyDescription {
  const { itemBytes } = dataType;
  switch (dataType.kind) {
    case "bool":
      return "|b1";
    case "int":
    case "uint":
    case "float":
    case "complex": {
      const letter = { int: "i", uint: "u", float: "f", complex: "c" }[dataType.kind];
      return `${itemBytes === 1 ? "|" : "<"}${letter}${itemBytes}`;
    }
    case "raw":
      return `|V${itemBytes}`;
    case "fixed-bytes":
      return `|S${itemBytes}`;
    case "fixed-unicode":
      return `<U${itemBytes / 4}`;
    case "datetime":
    case "timedelta": {
      const unit = dataType.unit === "μs" ? "us" : dataType.unit;
      const scale = dataType.scaleFactor === 1 ? "" : dataType.scaleFactor;
      return `<${dataType.kind === "datetime" ? "M" : "m"}8${unit === "generic" ? "" : `[${scale}${unit}]`}`;
    }
    case "struct":
      return dataType.fields.map((field) => [field.name, numpyDescription(field.dataType, path)] as const);
    default:
      throw new QuarryError(
        "UNSUPPORTED_DATA_TYPE",
        `${path} holds ${dataType.name}, which NumPy could only pickle; .csv and .parquet take strings`,
        { path },
      );
  }
}

/** As Python writes it: `'<i4'`, `[('ts', '<i8'), ('px', '<f4')]`. */
export function pythonLiteral(description: NumpyDescription): string {
  if (typeof description === "string") return quoted(description);
  return `[${description.map(([name, type]) => `(${quoted(name)}, ${pythonLiteral(type)})`).join(", ")}]`;
}

function quoted(text: string): string {
  const escaped = text.replace(/[\\']/g, "\\$&").replace(/\p{Cc}/gu, (control) => {
    return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `'${escaped}'`;
}
