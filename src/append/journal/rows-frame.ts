/**
 * The payload of a `rows` frame: as varints the position of the table in the segment's first frame, how many rows, and the
 * index of the first; then the rows of each array of the table, in the order of the segment's first frame, as
 * {@link RowDecoder} takes them.
 */
import { readVarint, VARINT_BYTES_MAX, writeVarint } from "./varint.ts";

export interface RowsHeader {
  readonly table: number;
  readonly rows: number;
  readonly firstRow: number;
}

export function encodeRowsHeader({ table, rows, firstRow }: RowsHeader): Uint8Array {
  const bytes = new Uint8Array(3 * VARINT_BYTES_MAX);
  let end = 0;
  for (const value of [table, rows, firstRow]) end = writeVarint(bytes, end, value);
  return bytes.subarray(0, end);
}

/** @returns also the offset behind it; undefined where there is none that is whole */
export function decodeRowsHeader(payload: Uint8Array): (RowsHeader & { readonly end: number }) | undefined {
  const table = readVarint(payload, 0);
  const rows = table && readVarint(payload, table.end);
  const firstRow = rows && readVarint(payload, rows.end);
  if (firstRow === undefined) return undefined;
  return { table: table!.value, rows: rows!.value, firstRow: firstRow.value, end: firstRow.end };
}
