/** `.npy`: a header (`src/metadata/npy/header.ts`), and the items in C order, little-endian. */
import { encodeNpyHeader } from "../metadata/npy/header.ts";
import type { ZarrArray } from "../zarr/array.ts";
import { itemsOf } from "../zarr/array-data.ts";
import type { ExportFormat } from "./format.ts";
import type { ItemRun } from "./item-runs.ts";
import { numpyDescription, pythonLiteral } from "./numpy-dtype.ts";

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
  return encodeNpyHeader(pythonLiteral(numpyDescription(dataType, path)), shape);
}

/** The items' bytes, little-endian. */
export function bytesOfRun({ data, shape }: ItemRun, { metadata, path }: ZarrArray): Uint8Array {
  return itemsOf(data, shape, metadata, path).bytes;
}
