/**
 * `.npy` files, as NumPy writes them (numpy.lib.format):
 *
 * ```text
 * 0   6  "\x93NUMPY"
 * 6   2  version: 1.0, 2.0 or 3.0
 * 8   2  headerBytes, little-endian; 4 bytes from version 2.0 on
 * …      headerBytes of text: a Python dictionary of descr, fortran_order and shape
 * …      the items, in C or in Fortran order; of Python objects a pickle instead
 * ```
 */
import { QuarryError } from "../../errors.ts";
import { type Archive, openArchive } from "../../store/zip/archive.ts";
import { countOf } from "../../zarr/array-data.ts";
import type { FileContents } from "./file-contents.ts";
import { isShape, numpyItemOf } from "./numpy-fields.ts";
import { type PythonLiteral, parsePythonLiteral } from "./python-literal.ts";
import { type ItemTable, tableParts } from "./strided-arrays.ts";

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
const PREFIX_BYTES = 12;

/** NumPy itself reads no more than 10,000 without being told to. */
const HEADER_BYTES_MAX = 2 ** 20;

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** Whether a file that begins with `head` says that it is a `.npy` file. */
export function isNpy(head: Uint8Array): boolean {
  return head.length >= MAGIC.length && MAGIC.every((byte, index) => head[index] === byte);
}

/** The array of a file, as `/data`, or those of the fields of its structs. */
export async function readNpy(path: string): Promise<FileContents> {
  const file = await openArchive(path);
  const table = await readNpyHeader(file);
  const parts = tableParts(
    table,
    { array: ["data"], struct: [] },
    {
      place: path,
      open: async () => file,
      encoding: "",
      encodedBytes: file.bytes - table.offsetBytes,
      verifiesContent: false,
    },
  );
  return { format: ".npy", ...parts };
}

/**
 * The table that the file holds, whose items take up the rest of it exactly.
 * @throws QuarryError `FILE_INVALID`, which says how many items there are where there are fewer than there should be
 */
export async function readNpyHeader(file: Archive): Promise<ItemTable> {
  const prefix = await file.read(0, Math.min(PREFIX_BYTES, file.bytes), {});
  const { begin, headerBytes } = headerPlace(prefix, file.name);
  const offsetBytes = begin + headerBytes;
  if (offsetBytes > file.bytes) {
    throw invalid(file.name, `its header is to end at byte ${offsetBytes}, and it has ${file.bytes} bytes`);
  }
  const header = await file.read(begin, headerBytes, {});
  const table = parseHeader(header, prefix[6]! < 3 ? "latin1" : "utf-8", offsetBytes, file.name);
  checkBytes(table, file);
  return table;
}

function headerPlace(
  prefix: Uint8Array,
  name: string,
): { readonly begin: number; readonly headerBytes: number } {
  if (!isNpy(prefix) || prefix.length < PREFIX_BYTES) {
    throw invalid(name, 'it does not begin as such files do, with "\\x93NUMPY"');
  }
  const [major, minor] = [prefix[6]!, prefix[7]!];
  if (major < 1 || major > 3 || minor !== 0) {
    throw invalid(name, `it is of version ${major}.${minor}; 1.0, 2.0 and 3.0 are known`);
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.length);
  const headerBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > HEADER_BYTES_MAX) {
    throw invalid(name, `its header is to have ${headerBytes} bytes, more than ${HEADER_BYTES_MAX}`);
  }
  return { begin: major === 1 ? 10 : 12, headerBytes };
}

function parseHeader(
  header: Uint8Array,
  encoding: "latin1" | "utf-8",
  offsetBytes: number,
  name: string,
): ItemTable {
  try {
    // TextDecoder takes Latin-1 for Windows-1252.
    const isLatin = encoding === "latin1";
    const text = isLatin ? Buffer.from(header).toString("latin1") : UTF8.decode(header);
    const literal = parsePythonLiteral(text);
    const entries = literal instanceof Map ? literal : new Map<string, PythonLiteral>();
    const [descr, fortran, shape] = ["descr", "fortran_order", "shape"].map((key) => entries.get(key));
    if (entries.size !== 3 || typeof fortran !== "boolean" || !isShape(shape)) {
      throw invalid(name, "its header is no dictionary of descr, fortran_order and shape");
    }
    return { item: numpyItemOf(descr), shape, order: fortran ? "F" : "C", offsetBytes };
  } catch (cause) {
    if (cause instanceof QuarryError && cause.path !== undefined) throw cause;
    throw invalid(name, `its header cannot be read: ${(cause as Error).message}`, { cause });
  }
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

function invalid(name: string, reason: string, details: { readonly cause?: unknown } = {}): QuarryError {
  return new QuarryError("FILE_INVALID", `${name} is no sound .npy file: ${reason}`, {
    path: name,
    ...details,
  });
}
