/** The type in which numpy does arithmetic on two others: `numpy.promote_types`, for numbers. */
import { dataTypeOf, type NumericType } from "../../src/metadata/data-type.ts";

/** Bytes of the narrowest float that numpy lets stand for integers of so many bytes. */
const FLOAT_BYTES_FOR_INTEGER = { 1: 2, 2: 4, 4: 8, 8: 8 } as const;

/** Neither is bool. */
export function promotedType(a: NumericType, b: NumericType): NumericType {
  if (a.kind === b.kind) {
    return a.itemBytes >= b.itemBytes ? a : b;
  }
  if (a.kind === "float" || b.kind === "float") {
    return floatOfBytes(Math.max(floatBytesFor(a), floatBytesFor(b)));
  }
  const [signed, unsigned] = a.kind === "int" ? [a, b] : [b, a];
  if (signed.itemBytes > unsigned.itemBytes) {
    return signed;
  }
  // One bit more than the unsigned type has; beyond 64 bits numpy turns to float64.
  const { itemBytes } = unsigned;
  return dataTypeOf(
    itemBytes === 8 ? "float64" : itemBytes === 4 ? "int64" : itemBytes === 2 ? "int32" : "int16",
  );
}

function floatOfBytes(itemBytes: number): NumericType {
  return dataTypeOf(itemBytes === 2 ? "float16" : itemBytes === 4 ? "float32" : "float64");
}

function floatBytesFor({ kind, itemBytes }: NumericType): number {
  return kind === "float" ? itemBytes : FLOAT_BYTES_FOR_INTEGER[itemBytes];
}
