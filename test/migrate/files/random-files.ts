/** Files of random arrays, written by NumPy, h5py and pyarrow, with what is in each. */
import { askPython } from "../../interop/python.ts";

export interface WrittenArray {
  readonly shape: readonly number[];
  /** Of the items in C order, little-endian; of text its length in bytes and its UTF-8. */
  readonly sha256: string;
}

/** Array by path, by file name. */
export type WrittenFiles = Readonly<Record<string, Readonly<Record<string, WrittenArray>>>>;

export const writeRandomFiles = (directory: string, seed: number): Promise<WrittenFiles> =>
  askPython("../migrate/files/write_files.py", { directory, seed });
