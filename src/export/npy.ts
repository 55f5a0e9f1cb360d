/**
 * `.npy`: NumPy's own format. A magic, a header in the syntax of Python, the items in C order, little-endian.
 *
 * | bytes | what |
 * |---|---|
 * | 6 | `\x93NUMPY` |
 * | 2 | version: 1.0; 2.0 for a header of 64 KiB and more; 3.0 for one that is not ASCII |
 * | 2, or 4 from version 2.0 on | length of the header, little-endian |
 * | … | `{'descr': '<i4', 'fortran_order': False, 'shape': (3, 20), }`, spaces up to a multiple of 64, a line feed |
 */
import type { ZarrArray } from "../zarr/array.ts";
import { itemsOf } from "../zarr/array-data.ts";
import type { ExportFormat } from "./format.ts";
import type { ItemRun } from "./item-runs.ts";
import { numpyDescription, pythonLiteral } from "./numpy-dtype.ts";

const MAGIC = Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"));
const ALIGNMENT = 64;

export const npy: ExportFormat = {
  ending: ".npy",
  plan(array) {
    const header = npyHeader(array);
    return {
      async write(file, runs) {
        await file.write(header);
        for await (const run of runs) await file.write(bytesOfRun(run, array));
      },
    };
  },
};

/** @throws QuarryError `UNSUPPORTED_DATA_TYPE` */
export function npyHeader({ dataType, shape, path }: ZarrArray): Uint8Array {
  const descr = pythonLiteral(numpyDescription(dataType, path));
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = new TextEncoder().encode(
    `{'descr': ${descr}, 'fortran_order': False, 'shape': (${extents}), }`,
  );
  const isAscii = text.every((byte) => byte < 0x80);
  const version = !isAscii ? 3 : text.length + ALIGNMENT < 2 ** 16 ? 1 : 2;
  const before = MAGIC.length + 2 + (version === 1 ? 2 : 4);
  const headerBytes = Math.ceil((before + text.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  const header = new Uint8Array(before + headerBytes).fill(0x20);
  header.set(MAGIC);
  header.set([version, 0], MAGIC.length);
  const view = new DataView(header.buffer);
  if (version === 1) view.setUint16(MAGIC.length + 2, headerBytes, true);
  else view.setUint32(MAGIC.length + 2, headerBytes, true);
  header.set(text, before);
  header[header.length - 1] = 0x0a;
  return header;
}

/** The items' bytes, little-endian. */
export function bytesOfRun({ data, shape }: ItemRun, { metadata, path }: ZarrArray): Uint8Array {
  return itemsOf(data, shape, metadata, path).bytes;
}
