/**
 * Raw binary files: items and nothing else. What they are says a note beside the file, `book.bin.json`, or whoever
 * opens it:
 *
 * ```json
 * { "shape": [400, 50, 3], "dtype": "<f4", "order": "C", "columns": ["price", "size", "count"] }
 * ```
 *
 * `order` may be left out, and is then C; what else there is becomes the array's attributes.
 */
import { readFile } from "node:fs/promises";
import { QuarryError } from "../../errors.ts";
import { dataTypeOf } from "../../metadata/data-type.ts";
import {
  decodeJson,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringifyJson,
} from "../../metadata/json.ts";
import { isNumpyShape } from "../../metadata/npy/header.ts";
import { type Archive, openArchive } from "../../store/zip/archive.ts";
import { countOf } from "../../zarr/array-data.ts";
import type { FileContents } from "./file-contents.ts";
import { numpyItemOf } from "./numpy-fields.ts";
import { type ItemTable, wholeFileParts } from "./strided-arrays.ts";

/** What a note says, or whoever opens the file. */
export interface RawDescription {
  /** NumPy's type string, `"<f4"`, a list of fields, or the name of a number, `"float32"`, which is little-endian. */
  readonly dtype?: JsonValue | undefined;
  readonly shape?: readonly number[] | undefined;
}

interface RawTable extends ItemTable {
  readonly attributes: JsonObject;
}

/** Behind the name of the file that a note describes. */
export const NOTE_ENDING = ".json";

const noteOf = (path: string): string => `${path}${NOTE_ENDING}`;

/** The array of a file, as `/data`, or those of the fields of its structs. */
export async function readRaw(path: string, given: RawDescription): Promise<FileContents> {
  const file = await openArchive(path);
  const { attributes, ...table } = await describeRaw(file, given);
  return { format: ".bin", ...wholeFileParts(file, table, attributes) };
}

/**
 * The table that the file is, to the byte.
 * @param given by whoever opens the file; must not contradict the note
 * @throws QuarryError `FILE_INVALID`
 */
async function describeRaw(file: Archive, given: RawDescription): Promise<RawTable> {
  const note = await readNote(noteOf(file.name));
  const { shape: notedShape, dtype: notedType, order = "C", ...attributes } = note ?? {};
  const dtype = agreed("dtype", notedType, given.dtype, file.name);
  const shape = agreed("shape", notedShape, given.shape && [...given.shape], file.name);
  if (dtype === undefined || shape === undefined) {
    throw invalid(
      file.name,
      `nothing says what its ${dtype === undefined ? "data type" : "shape"} is: neither ${noteOf(file.name)} nor the options dtype and shape`,
    );
  }
  if (!isNumpyShape(shape)) throw invalid(file.name, "its shape is not a list of whole numbers");
  if (order !== "C" && order !== "F") throw invalid(file.name, 'its order is neither "C" nor "F"');
  const item = itemOf(dtype, file.name);
  const expected = countOf(shape) * item.itemBytes;
  if (expected !== file.bytes) {
    throw invalid(
      file.name,
      `${shape.join(" × ") || "1"} items of ${item.itemBytes} bytes take ${expected} bytes, and it has ${file.bytes}`,
    );
  }
  return { item, shape, order, offsetBytes: 0, attributes };
}

async function readNote(path: string): Promise<JsonObject | undefined> {
  let text: Uint8Array;
  try {
    text = await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new QuarryError("STORE_FAILED", `could not read ${path}: ${message}`, { path, cause });
  }
  try {
    const note = decodeJson(text, path);
    if (isJsonObject(note)) return note;
  } catch (cause) {
    throw invalid(path, (cause as Error).message, { cause });
  }
  throw invalid(path, "it is no JSON object");
}

function agreed(
  name: "dtype" | "shape",
  noted: JsonValue | undefined,
  given: JsonValue | undefined,
  file: string,
): JsonValue | undefined {
  if (noted === undefined || given === undefined || stringifyJson(noted) === stringifyJson(given)) {
    return given ?? noted;
  }
  throw invalid(
    file,
    `its ${name} is ${stringifyJson(noted, 0)} by ${noteOf(file)}, and ${stringifyJson(given, 0)} was given`,
  );
}

const NAME_OF_NUMBER = /^(bool|u?int(8|16|32|64)|float(16|32|64)|complex(64|128))$/;

function itemOf(dtype: JsonValue, file: string): ItemTable["item"] {
  if (typeof dtype === "string" && NAME_OF_NUMBER.test(dtype)) {
    const dataType = dataTypeOf(dtype);
    const type = { dataType, byteOrder: "little" } as const;
    const field = { names: [], offsetBytes: 0, shape: [], strideBytes: [], type };
    return { itemBytes: dataType.itemBytes, fields: [field], hasObjects: false };
  }
  try {
    const item = numpyItemOf(dtype);
    if (!item.hasObjects) return item;
  } catch (cause) {
    throw invalid(file, (cause as Error).message, { cause });
  }
  throw invalid(file, "references to Python objects mean nothing in a file");
}

function invalid(path: string, reason: string, details: { readonly cause?: unknown } = {}): QuarryError {
  return new QuarryError("FILE_INVALID", `${path} cannot be read as raw items: ${reason}`, {
    path,
    ...details,
  });
}
