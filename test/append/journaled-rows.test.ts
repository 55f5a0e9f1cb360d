/** Rows in the journal's frames: the core makes them, TypeScript takes them, and neither knows the other's code. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowDecoder } from "../../src/append/journal/row-decoder.ts";
import { type CompressedRows, type FrameCompressorHandle, findAddon } from "../../src/codec/native/addon.ts";
import { holds } from "../kit/property.ts";

const addon = findAddon().addon!;
const WINDOW_LOG = 15;
const NO_HEADER = new Uint8Array(0);

function onPool(
  compressor: FrameCompressorHandle,
  table: number,
  header: Uint8Array,
  rows: readonly Uint8Array[],
  rowBytes: readonly number[],
): Promise<CompressedRows> {
  return new Promise((resolve, reject) =>
    addon.compressRowsAsync(compressor, table, header, rows, rowBytes, (fault, compressed) =>
      compressed === undefined ? reject(fault) : resolve(compressed),
    ),
  );
}

/** What a frame holds that is the first of its stream. */
function contentOf({ frame, rawBytes }: CompressedRows): Uint8Array {
  return addon.decompressFrame(addon.createFrameDecompressor(WINDOW_LOG), frame, rawBytes)!;
}

function filtered(rows: Uint8Array, rowBytes: number): Uint8Array {
  const compressor = addon.createFrameCompressor(1, WINDOW_LOG);
  return contentOf(addon.compressRows(compressor, 0, NO_HEADER, [rows], [rowBytes]));
}

function bytesOf({ buffer }: Int32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(buffer);
}

const ROW_BYTES = [1, 2, 3, 4, 6, 8, 20, 80];

describe("rows in the journal", () => {
  it("come back, whatever they are, frame by frame and table by table", () =>
    holds(
      "rows through the journal's filter",
      fc.record({
        onPool: fc.boolean(),
        /** Bytes of a row of each array of two tables. */
        tables: fc.array(fc.array(fc.constantFrom(...ROW_BYTES), { maxLength: 3 }), {
          minLength: 2,
          maxLength: 2,
        }),
        frames: fc.array(
          fc.record({
            table: fc.nat(1),
            rows: fc.oneof(fc.nat(5), fc.constant(700)),
            seed: fc.integer(),
            shift: fc.nat(3),
            step: fc.constantFrom(0, 1, 0x9e3779b1),
          }),
          { maxLength: 8 },
        ),
      }),
      async ({ onPool: isOnPool, tables, frames }) => {
        const compressor = addon.createFrameCompressor(1, WINDOW_LOG);
        const decompressor = addon.createFrameDecompressor(WINDOW_LOG);
        const decoder = new RowDecoder();
        for (const { table, rows, seed, shift, step } of frames) {
          const rowBytes = tables[table]!;
          const items = rowBytes.map((bytes) =>
            Uint8Array.from(
              { length: shift + rows * bytes },
              (_, i) => Math.imul(seed + i, step) >>> 24,
            ).subarray(shift),
          );
          const kept = items.map((bytes) => bytes.slice());
          const header = Uint8Array.of(9, 9);
          const compressed = isOnPool
            ? await onPool(compressor, table, header, items, rowBytes)
            : addon.compressRows(compressor, table, header, items, rowBytes);
          expect(items).toEqual(kept);
          const content = addon.decompressFrame(decompressor, compressed.frame, compressed.rawBytes)!;
          expect(content.subarray(0, 2)).toEqual(header);
          let offset = 2;
          for (const [position, bytes] of rowBytes.entries()) {
            const decoded = decoder.decode(table, position, content, offset, rows, bytes)!;
            expect(Buffer.compare(decoded.rows, kept[position]!)).toBe(0);
            offset = decoded.end;
          }
          expect(offset).toBe(content.length);
        }
      },
      100,
    ));

  it("take little room where they change little", () => {
    const rows = Int32Array.from(
      { length: 400 },
      (_, i) => 60_000 + (i % 40) - (i % 40 === 7 ? Math.floor(i / 40) : 0),
    );
    // The first row, then for each a mask of 40 bits and one difference of one byte.
    expect(filtered(bytesOf(rows), 160).length).toBe(5 + 40 * 3 + 9 * (5 + 1));
  });

  it("are as specified", () => {
    // Differences 300, -1 (of one that is 0 there is nothing), modulo 2^32 in the end.
    const words = Int32Array.of(5, 0, 0, 305, 0, -1, 305, 0, 2 ** 31 - 1);
    expect([...filtered(bytesOf(words), 12)]).toEqual([
      ...[0b001, 10],
      ...[0b101, 0xd8, 0x04, 1],
      ...[0b100, 0xff, 0xff, 0xff, 0xff, 0x0f],
    ]);
    // Of a time every 50 units the second difference is told: 100, then 50 - 100, then nothing.
    const times = BigInt64Array.of(100n, 150n, 200n);
    expect([...filtered(bytesOf(times), 8)]).toEqual([0b01, 0xc8, 0x01, 0b01, 99, 0]);
    // Rows of three bytes go byte by byte, modulo 2^8.
    expect([...filtered(Uint8Array.of(1, 255, 0, 1, 0, 0), 3)]).toEqual([0b011, 2, 1, 0b011, 1, 4]);
  });

  it("are nothing where they end too early, or say more rows than there are", () => {
    const rows = Int32Array.from({ length: 60 }, (_, i) => i * i);
    const content = filtered(bytesOf(rows), 20);
    for (let length = 0; length < content.length; length++) {
      expect(new RowDecoder().decode(0, 0, content.subarray(0, length), 0, 12, 20)).toBeUndefined();
    }
    expect(new RowDecoder().decode(0, 0, content, 0, 2 ** 40, 20)).toBeUndefined();
  });

  it("are the same on the pool, and go through a compressor one frame at a time", async () => {
    const rows = bytesOf(
      Int32Array.from({ length: 600_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >> (i % 24)),
    );
    const compressor = addon.createFrameCompressor(1, WINDOW_LOG);
    const first = onPool(compressor, 0, NO_HEADER, [rows], [80]);
    expect(() => addon.compressRows(compressor, 0, NO_HEADER, [rows], [80])).toThrow("at another frame");
    expect(() => addon.compressFrame(compressor, [rows])).toThrow("at another frame");
    expect(() => addon.compressRowsAsync(compressor, 0, NO_HEADER, [rows], [80], () => {})).toThrow(
      "at another frame",
    );
    const inPlace = addon.createFrameCompressor(1, WINDOW_LOG);
    expect(
      Buffer.compare((await first).frame, addon.compressRows(inPlace, 0, NO_HEADER, [rows], [80]).frame),
    ).toBe(0);
    const second = await onPool(compressor, 0, NO_HEADER, [rows.subarray(0, 80)], [80]);
    expect(second.frame).toEqual(
      addon.compressRows(inPlace, 0, NO_HEADER, [rows.subarray(0, 80)], [80]).frame,
    );
  });

  it("are refused where they are not whole", () => {
    const compressor = addon.createFrameCompressor(1, WINDOW_LOG);
    const compress = (rows: Uint8Array[], rowBytes: number[]) =>
      addon.compressRows(compressor, 0, NO_HEADER, rows, rowBytes);
    expect(() => compress([new Uint8Array(10)], [4])).toThrow(RangeError);
    expect(() => compress([new Uint8Array(8)], [0])).toThrow(RangeError);
    expect(() => compress([new Uint8Array(8)], [])).toThrow(RangeError);
    expect(() => compress([new Uint16Array(8) as never], [2.5])).toThrow(RangeError);
    expect(compress([new Uint8Array(0)], [0]).rawBytes).toBe(0);
  });
});
