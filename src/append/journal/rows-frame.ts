/**
 * The payload of a `rows` frame, little-endian:
 *
 *     0  u32  position of the table in the segment's first frame
 *     4  u32  rows
 *     8  u64  index of the first row
 *    16       the items of each array of the table, in the order of the segment's first frame, each in C order
 */
export const ROWS_HEADER_BYTES = 16;

export function encodeRowsHeader(table: number, rows: number, firstRow: number): Uint8Array {
  const bytes = new Uint8Array(ROWS_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, table, true);
  view.setUint32(4, rows, true);
  view.setBigUint64(8, BigInt(firstRow), true);
  return bytes;
}

export interface RowsHeader {
  readonly table: number;
  readonly rows: number;
  readonly firstRow: number;
}

export function decodeRowsHeader(payload: Uint8Array): RowsHeader | undefined {
  if (payload.length < ROWS_HEADER_BYTES) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, ROWS_HEADER_BYTES);
  return {
    table: view.getUint32(0, true),
    rows: view.getUint32(4, true),
    firstRow: Number(view.getBigUint64(8, true)),
  };
}
