/**
 * What stands before the records of a DBN file. All numbers are little-endian.
 *
 * | offset | bytes | field |
 * |---|---|---|
 * | 0 | 3 | `DBN` |
 * | 3 | 1 | version, 1 … 3 |
 * | 4 | 4 | bytes that follow, up to the first record |
 * | 8 | 16 | dataset |
 * | 24 | 2 | schema, 65535 where records are of several |
 * | 26 | 24 | start, end, limit |
 * | 50 | 8 | record count; version 1 only, all below move up by as much |
 * | 50 | 3 | kind of symbols in, kind of symbols out, whether records end with a time of sending |
 * | 53 | 2 | bytes of a symbol; from version 2 on, before it is 22 |
 * | 55 | 53 | reserved (47 in version 1) |
 * | 108 | 4 | bytes of a schema definition, which follows |
 * | … | | symbols, partial and unknown ones: a count of 4 bytes each, then so many symbols |
 * | … | | mappings: a count, then for each its symbol, a count, and for each interval two dates and a symbol |
 */
import { QuarryError } from "../../../errors.ts";

export interface DbnMetadata {
  /** {@link MIXED_SCHEMA} where records are of several. */
  readonly schema: number;
  /** Symbols by the id of their instrument, as its text. */
  readonly symbols: ReadonlyMap<string, string>;
}

export const MIXED_SCHEMA = 0xffff;

const PREFIX_BYTES = 8;
const VERSION_MAX = 3;
const FIXED_BYTES = 104;
const VERSION_1_SYMBOL_BYTES = 22;
/** A symbol takes some hundred bytes: metadata of a hundred thousand instruments. */
const METADATA_BYTES_MAX = 64 * 1024 * 1024;
/** Kind of symbols: the number of the instrument, as text. */
const INSTRUMENT_ID = 0;

/** Collects chunks until the metadata is whole. */
export class MetadataReader {
  readonly #file: string;
  #bytes = Buffer.alloc(0);

  constructor(file: string) {
    this.#file = file;
  }

  push(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
  }

  /**
   * The metadata and what follows it; `undefined` where more bytes are needed.
   * @throws QuarryError `CAPTURE_INVALID`
   */
  read(): { readonly metadata: DbnMetadata; readonly rest: Buffer } | undefined {
    const bytes = this.#bytes;
    if (bytes.length < PREFIX_BYTES) return undefined;
    const version = bytes[3]!;
    if (bytes.toString("latin1", 0, 3) !== "DBN" || version < 1 || version > VERSION_MAX) {
      throw this.#invalid(`it does not begin with DBN and a version from 1 to ${VERSION_MAX}`);
    }
    const length = bytes.readUInt32LE(4);
    if (length < FIXED_BYTES || length > METADATA_BYTES_MAX) {
      throw this.#invalid(`its metadata says that it has ${length} bytes`);
    }
    if (bytes.length < PREFIX_BYTES + length) return undefined;
    const end = PREFIX_BYTES + length;
    return { metadata: this.#parse(bytes.subarray(0, end), version), rest: bytes.subarray(end) };
  }

  #parse(bytes: Buffer, version: number): DbnMetadata {
    const kinds = version === 1 ? 58 : 50;
    const symbolBytes = version === 1 ? VERSION_1_SYMBOL_BYTES : bytes.readUInt16LE(53);
    const fields = new FieldReader(bytes, 108, symbolBytes, (reason) => this.#invalid(reason));
    fields.skip(fields.count(1));
    for (const _ of ["symbols", "partial", "unknown"]) fields.skip(fields.count(symbolBytes) * symbolBytes);
    const namesIn = bytes[kinds]! !== INSTRUMENT_ID;
    const symbols = new Map<string, string>();
    for (let mappings = fields.count(symbolBytes + 4); mappings > 0; mappings -= 1) {
      const outer = fields.symbol();
      for (let intervals = fields.count(symbolBytes + 8); intervals > 0; intervals -= 1) {
        fields.skip(8);
        const inner = fields.symbol();
        if (namesIn) symbols.set(inner, outer);
        else symbols.set(outer, inner);
      }
    }
    return { schema: bytes.readUInt16LE(24), symbols };
  }

  #invalid(reason: string): QuarryError {
    return new QuarryError("CAPTURE_INVALID", `${this.#file} is no sound DBN file: ${reason}`, {
      path: this.#file,
    });
  }
}

/** Goes through the lists, each count checked against the bytes that are there. */
class FieldReader {
  readonly #bytes: Buffer;
  readonly #symbolBytes: number;
  readonly #invalid: (reason: string) => Error;
  #at: number;

  constructor(bytes: Buffer, at: number, symbolBytes: number, invalid: (reason: string) => Error) {
    this.#bytes = bytes;
    this.#at = at;
    this.#symbolBytes = symbolBytes;
    this.#invalid = invalid;
  }

  /** A count of things that take `bytesEach` at least. */
  count(bytesEach: number): number {
    const at = this.#at;
    this.skip(4);
    const count = this.#bytes.readUInt32LE(at);
    if (count * bytesEach > this.#bytes.length - this.#at) {
      throw this.#invalid(`its metadata counts ${count} things where there is no room for them`);
    }
    return count;
  }

  symbol(): string {
    const at = this.#at;
    this.skip(this.#symbolBytes);
    const text = this.#bytes.toString("latin1", at, this.#at);
    const end = text.indexOf("\0");
    return end < 0 ? text : text.slice(0, end);
  }

  skip(bytes: number): void {
    if (bytes > this.#bytes.length - this.#at) throw this.#invalid("its metadata ends too early");
    this.#at += bytes;
  }
}
