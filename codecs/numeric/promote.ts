/** The type in which numpy does arithmetic on two others: `numpy.promote_types`, for numbers. */
import { type DataType, dataTypeOf } from "../../src/metadata/data-type.ts";

/** Bytes of the narrowest float that numpy lets stand for integers of so many bytes. */
const FLOAT_BYTES_FOR_INTEGER = { 1: 2, 2: 4, 4: 8, 8: 8 } as const;

/** Neither is bool. */
export function promotedType(a: DataType, b: DataType): DataType {
  if (a.kind === b.kind) {
    return a.itemBytes >= b.itemBytes ? a : b;
  }
  if (a.kind === "float" || b.kind === "float") {
    return dataTypeOf(`float${8 * Math.max(floatBytesFor(a), floatBytesFor(b))}`);
  }
  const [signed, unsigned] = a.kind === "int" ? [a, b] : [b, a];
  if (signed.itemBytes > unsigned.itemBytes) {
    return signed;
  }
  // One bit more than the unsigned type has; beyond 64 bits numpy turns to float64.
  return dataTypeOf(unsigned.itemBytes === 8 ? "float64" : `int${16 * unsigned.itemBytes}`);
}

function floatBytesFor({ kind, itemBytes }: DataType): number {
  return kind === "float" ? itemBytes : FLOAT_BYTES_FOR_INTEGER[itemBytes];
}
