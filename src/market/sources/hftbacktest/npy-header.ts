/**
 * The header of a npy file: `\x93NUMPY`, version (2 bytes), length (2 bytes, from version 2 on 4), and a Python
 * dictionary of that length, `{'descr': '<f8', 'fortran_order': False, 'shape': (4097, 6), }`. The type is text, or
 * a list of pairs of a field's name and type.
 *
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { QuarryError } from "../../../errors.ts";

export interface NpyField {
  readonly name: string;
  /** As numpy writes it, `<f8`. */
  readonly type: string;
}

export interface NpyHeader {
  readonly descr: string | readonly NpyField[];
  readonly shape: readonly number[];
}

export const NPY_MAGIC = "\x93NUMPY";
/** Fields of an array that anyone would write take some hundred bytes. */
const HEADER_BYTES_MAX = 64 * 1024;

/** Collects chunks until the header is whole. */
export class NpyHeaderReader {
  readonly #file: string;
  #bytes = Buffer.alloc(0);

  constructor(file: string) {
    this.#file = file;
  }

  push(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
  }

  /**
   * The header and what follows it; `undefined` where more bytes are needed.
   * @throws QuarryError `CAPTURE_INVALID`
   */
  read(): { readonly header: NpyHeader; readonly rest: Buffer } | undefined {
    const bytes = this.#bytes;
    if (bytes.length < 12) return undefined;
    if (bytes.toString("latin1", 0, NPY_MAGIC.length) !== NPY_MAGIC)
      throw this.#invalid("it does not begin as one");
    const isVersion1 = bytes[6] === 1;
    const start = isVersion1 ? 10 : 12;
    const length = isVersion1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
    if (length > HEADER_BYTES_MAX) throw this.#invalid(`its header says that it has ${length} bytes`);
    const end = start + length;
    if (bytes.length < end) return undefined;
    return { header: this.#parse(bytes.toString("latin1", start, end)), rest: bytes.subarray(end) };
  }

  #parse(text: string): NpyHeader {
    const plainType = /'descr': *'([^']+)'/.exec(text)?.[1];
    const fieldList = /'descr': *\[(.*?)\] *, *'/.exec(text)?.[1];
    const shape = /'shape': *\(([\d, ]+)\)/.exec(text)?.[1];
    const isInRows = /'fortran_order': *False/.test(text);
    if ((plainType === undefined && fieldList === undefined) || shape === undefined || !isInRows) {
      throw this.#invalid(`its header is ${JSON.stringify(text.trim().slice(0, 200))}`);
    }
    return {
      descr: plainType ?? this.#fields(fieldList!),
      shape: shape
        .split(",")
        .map((length) => length.trim())
        .filter((length) => length !== "")
        .map(Number),
    };
  }

  #fields(list: string): readonly NpyField[] {
    const fields = [...list.matchAll(/\( *'([^']+)' *, *'([^']+)' *\)/g)];
    const read = fields.map(([whole]) => whole).join(", ");
    // What is not a pair of two names, such as a field of several items, would be passed over.
    if (read.replaceAll(" ", "") !== list.replaceAll(" ", "").replace(/,$/, "")) {
      throw this.#invalid(`its fields are ${list.slice(0, 200)}`);
    }
    return fields.map(([, name, type]) => ({ name: name!, type: type! }));
  }

  #invalid(reason: string): QuarryError {
    return new QuarryError("CAPTURE_INVALID", `${this.#file} is no npy array that can be read: ${reason}`, {
      path: this.#file,
    });
  }
}
