/**
 * `.npz`: a zip archive with the array as `<name>.npy`, stored as `numpy.savez` does.
 *
 * The archive is written without the 64-bit extension of zip, so an array of 4 GiB does not go in; `.npy` takes it.
 */
import { QuarryError } from "../errors.ts";
import { countOf } from "../zarr/array-data.ts";
import type { ExportFormat } from "./format.ts";
import { bytesOfRun, npyHeader } from "./npy.ts";

/** Of the archive, with room for its directory. */
const BYTES_MAX = 2 ** 32 - 2 ** 16;

export const npz: ExportFormat = {
  ending: ".npz",
  plan(array, name) {
    const header = npyHeader(array);
    const bytes = header.length + countOf(array.shape) * array.dataType.itemBytes;
    if (bytes > BYTES_MAX) {
      const message = `${array.path} has ${bytes} bytes, and a .npz file holds less than 4 GiB; .npy has no such limit`;
      throw new QuarryError("SELECTION_TOO_LARGE", message, { path: array.path });
    }
    return {
      async write(file, runs) {
        const { Zip, ZipPassThrough } = await import("fflate");
        const pending: Uint8Array[] = [];
        const archive = new Zip((error, chunk) => {
          if (error !== null) throw error;
          pending.push(chunk);
        });
        const flush = async (): Promise<void> => {
          for (const chunk of pending.splice(0)) await file.write(chunk);
        };
        const member = new ZipPassThrough(`${name}.npy`);
        archive.add(member);
        member.push(header);
        for await (const run of runs) {
          member.push(bytesOfRun(run, array));
          await flush();
        }
        member.push(new Uint8Array(0), true);
        archive.end();
        await flush();
      },
    };
  },
};
