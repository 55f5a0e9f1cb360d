/**
 * The contract that every codec file in this folder fulfils.
 *
 * A codec lives three lives: a *definition* (names, kind, configuration schema), a *resolved codec* (one
 * configuration, checked against the data type and shape that it will meet), and its work on bytes, which
 * either the native core does (it is told what to do by {@link NativeCodec}) or the portable implementation.
 *
 * Bytes between codecs are in C order and in the host's byte order until the array-to-bytes codec has run.
 */
import type { ErrorPlace } from "../src/errors.ts";
import type { DataType } from "../src/metadata/data-type.ts";
import type { JsonObject } from "../src/metadata/json.ts";
import type { ItemHeap } from "./item-heap.ts";

export type CodecKind = "array-to-array" | "array-to-bytes" | "bytes-to-bytes";

/** A chunk as an array codec sees it. */
export interface ChunkType {
  readonly dataType: DataType;
  readonly shape: readonly number[];
}

/**
 * What the addon is told: `id` picks the C++ codec, the other fields are its parameters
 * (see `native/core/codec/registry.cc` for what each id reads).
 */
export interface NativeCodec {
  readonly id: string;
  readonly [parameter: string]: string | number | boolean | readonly number[];
}

/** What a decoder knows of its output before it looks at its input. */
export interface DecodedSize {
  /** Number of bytes when the chain determines it; `undefined` behind a codec of variable size. */
  readonly exact: number | undefined;
  /** Never produce or allocate more than this, whatever the input claims. */
  readonly max: number;
}

/**
 * The portable implementation of one resolved codec. Inputs are only borrowed for the call and never
 * written to; a result is a Uint8Array, which may be a view of the input. Bad bytes raise a {@link CodecFault}. `place`
 * is where the bytes belong, for errors. Results of another type or size than the codec declares are refused:
 * `ENCODE_FAILED` before anything is stored, `CHUNK_CORRUPT` when reading.
 */
export interface PortableCodec {
  encode(decoded: Uint8Array, place: ErrorPlace): Uint8Array | Promise<Uint8Array>;
  decode(encoded: Uint8Array, size: DecodedSize, place: ErrorPlace): Uint8Array | Promise<Uint8Array>;
}

/** The most that a codec may make of `decodedBytes` bytes where it says nothing about that itself. */
export const ENCODED_BYTES_MAX = (decodedBytes: number): number => 2 * decodedBytes + 65_536;

export interface ResolvedCodec {
  readonly kind: CodecKind;
  readonly name: string;
  /** The complete configuration, as it is written to metadata. */
  readonly configuration: JsonObject;
  /** What the next codec sees, where that is something else. */
  readonly encodedType?: ChunkType;
  /**
   * Bytes after encoding `decodedBytes` bytes, where that does not depend on the content (`bytes`, `transpose`,
   * checksums, shuffles); absent for compressors.
   */
  readonly encodedBytes?: (decodedBytes: number) => number;
  /**
   * Upper bound of the encoded size of any writer, ours or not; absent where `encodedBytes` is there. A codec that has
   * neither is held to {@link ENCODED_BYTES_MAX}: more than that is not written, and refused when it is read.
   */
  readonly encodedBytesMax?: (decodedBytes: number) => number;
  /** Whether decoding compares a checksum of the content, so that what comes out is what went in. */
  readonly verifiesContent?: boolean;
  /** Absent where the C++ core has no such codec. */
  readonly native?: NativeCodec;
  /**
   * Loads the portable implementation (a WebAssembly module, for some), once per resolved chain.
   * @param heap where items of variable length are; given where the array's items are such
   */
  portable(heap?: ItemHeap): Promise<PortableCodec>;
}

export interface CodecDefinition {
  readonly kind: CodecKind;
  /** The name written to metadata. */
  readonly name: string;
  /** Other names that are read as this codec. */
  readonly aliases?: readonly string[];
  /** Whether only Quarry itself puts it into chains, for what it reads of other formats, and no document holds it. */
  readonly internal?: boolean;
  /** JSON Schema (draft 2020-12) of `configuration`; checked before `resolve` sees it. */
  readonly configurationSchema: JsonObject;
  /**
   * Checks the configuration against the chunk that this codec will meet and fills in defaults.
   * For a bytes-to-bytes codec `input` is what went into the array-to-bytes codec (its item size is what
   * shuffles default to), or single bytes where that made no fixed number of bytes of an item.
   * @throws QuarryError `CODEC_CONFIGURATION`
   */
  resolve(configuration: JsonObject, input: ChunkType): ResolvedCodec;
}
