/** The header of a npy file that arrives in chunks. */
import { QuarryError } from "../../../errors.ts";
import {
  NPY_PREFIX_BYTES,
  type NpyHeader,
  npyHeaderBytes,
  parseNpyHeader,
} from "../../../metadata/npy/header.ts";

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
    if (bytes.length < NPY_PREFIX_BYTES) return undefined;
    try {
      const headerBytes = npyHeaderBytes(bytes);
      if (bytes.length < headerBytes) return undefined;
      return { header: parseNpyHeader(bytes), rest: bytes.subarray(headerBytes) };
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new QuarryError(
        "CAPTURE_INVALID",
        `${this.#file} is no npy array that can be read: ${cause.message}`,
        { path: this.#file, cause },
      );
    }
  }
}
