/** `.npy` files: behind their header (`src/metadata/npy/header.ts`) the items, or of Python objects a pickle. */
import { QuarryError } from "../../errors.ts";
import { NPY_PREFIX_BYTES, npyHeaderBytes, parseNpyHeader } from "../../metadata/npy/header.ts";
import { type Archive, openArchive } from "../../store/zip/archive.ts";
import { countOf } from "../../zarr/array-data.ts";
import type { FileContents } from "./file-contents.ts";
import { numpyItemOf } from "./numpy-fields.ts";
import { type ItemTable, wholeFileParts } from "./strided-arrays.ts";

/** The array of a file, as `/data`, or those of the fields of its structs. */
export async function readNpy(path: string): Promise<FileContents> {
  const file = await openArchive(path);
  return { format: ".npy", ...wholeFileParts(file, await readNpyTable(file)) };
}

/**
 * The table that the file holds, whose items take up the rest of it exactly.
 * @throws QuarryError `FILE_INVALID`, which says how many items there are where there are fewer than there should be
 */
export async function readNpyTable(file: Archive): Promise<ItemTable> {
  const prefix = await file.read(0, Math.min(NPY_PREFIX_BYTES, file.bytes), {});
  const offsetBytes = soundly(file.name, () => npyHeaderBytes(prefix));
  if (offsetBytes > file.bytes) {
    throw invalid(file.name, `its header is to end at byte ${offsetBytes}, and it has ${file.bytes} bytes`);
  }
  const head = await file.read(0, offsetBytes, {});
  const table = soundly(file.name, () => {
    const { descr, order, shape } = parseNpyHeader(head);
    return { item: numpyItemOf(descr), shape, order, offsetBytes };
  });
  checkBytes(table, file);
  return table;
}

/** Items that are no objects take up what follows the header, to the byte. */
function checkBytes({ item, shape, offsetBytes }: ItemTable, file: Archive): void {
  if (item.hasObjects) return;
  const expected = countOf(shape) * item.itemBytes;
  const actual = file.bytes - offsetBytes;
  if (actual === expected) return;
  const declared = `its header declares ${shape.join(" × ") || "1"} items of ${item.itemBytes} bytes, which take ${expected}`;
  const found =
    actual < expected
      ? `there are ${actual}: ${Math.floor(actual / item.itemBytes)} whole items`
      : `${actual - expected} more follow`;
  throw invalid(file.name, `${declared}, and ${found}`);
}

/** What `parse` makes of the header of the file called `name`. */
function soundly<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof QuarryError)) throw cause;
    throw invalid(name, cause.message, { cause });
  }
}

function invalid(name: string, reason: string, details: { readonly cause?: unknown } = {}): QuarryError {
  return new QuarryError("FILE_INVALID", `${name} is no sound .npy file: ${reason}`, {
    path: name,
    ...details,
  });
}
