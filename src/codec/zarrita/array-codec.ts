/**
 * Our array-to-array codecs in zarrita's chains.
 *
 * Ours work on chunks in C order, in the axes that the format gives them at their place in the chain. Zarrita's chunks
 * have strides, and keep the array's axes behind a `transpose`: in memory both come to the same bytes.
 */
import type { ChunkType, ResolvedCodec } from "../../../codecs/definition.ts";
import { QuarryError } from "../../errors.ts";
import { isNumeric, type NumericType } from "../../metadata/data-type.ts";
import { typedArrayOf } from "../../metadata/typed-array.ts";
import { copyBox } from "../box-copy.ts";
import { contiguousStrides } from "../c-order.ts";
import { bytesOf } from "../pipeline.ts";
import { CodecStep } from "../portable/codec-step.ts";
import { resolveCodec } from "../registry.ts";
import {
  axisOrderBehind,
  dataTypeOfZarrita,
  PLACE,
  withAxes,
  type Zarrita,
  type ZarritaChunk,
  type ZarritaChunkType,
  type ZarritaCodec,
} from "./zarrita.ts";

export class ZarritaArrayCodec {
  readonly kind = "array_to_array";
  readonly #zarrita: Zarrita;
  readonly #resolved: ResolvedCodec;
  /** With the array's axes in their order, as zarrita has it. */
  readonly #type: ChunkType;
  /** For each axis of what the codec sees, the array's. */
  readonly #axes: readonly number[];
  readonly #encodedType: ChunkType;
  readonly #following: readonly ZarritaCodec[];
  #step: Promise<CodecStep> | undefined;

  /** @param codec one of `type.codecs` */
  constructor(codec: ZarritaCodec, type: ZarritaChunkType, zarrita: Zarrita) {
    const { name, configuration = {} } = codec;
    const place = type.codecs.findIndex(
      (other) => other.name === name && other.configuration === codec.configuration,
    );
    this.#zarrita = zarrita;
    this.#type = { dataType: numericTypeOf(name, type.dataType), shape: type.shape };
    this.#axes = axisOrderBehind(type.codecs.slice(0, place), type.shape.length);
    const seen = withAxes(this.#type, this.#axes);
    this.#resolved = resolveCodec({ name, configuration }, seen, PLACE.path);
    this.#encodedType = this.#resolved.encodedType ?? seen;
    this.#following = type.codecs.slice(place + 1);
  }

  getEncodedMeta<Type extends ZarritaChunkType>(type: Type): Type {
    const { dataType, shape } = this.#encodedType;
    return { ...type, dataType: dataType.name, shape: [...shape], codecs: this.#following };
  }

  async encode({ data, shape, stride }: ZarritaChunk): Promise<ZarritaChunk> {
    const seen = withAxes({ dataType: this.#type.dataType, shape }, this.#axes);
    const strides = this.#axes.map((axis) => stride[axis]!);
    const encoded = await (await this.#started()).encode(inCOrder(data, seen, strides), PLACE);
    return this.#chunk(encoded, this.#encodedType);
  }

  async decode({ data, stride }: ZarritaChunk): Promise<ZarritaChunk> {
    const decoded = await (await this.#started()).decode(inCOrder(data, this.#encodedType, stride), PLACE);
    return this.#chunk(decoded, this.#type);
  }

  #started(): Promise<CodecStep> {
    const bytes = bytesOf(this.#type);
    this.#step ??= this.#resolved
      .portable()
      .then((portable) => new CodecStep(this.#resolved, portable, { exact: bytes, max: bytes }, "chunk"));
    return this.#step;
  }

  /** A copy: zarrita's codecs take the whole buffer for the chunk, whatever part of it the array covers. */
  #chunk(bytes: Uint8Array, { dataType, shape }: ChunkType): ZarritaChunk {
    const { buffer } = new Uint8Array(bytes);
    const Items = dataType.kind === "bool" ? this.#zarrita.BoolArray : typedArrayOf(dataType);
    const data = new Items(buffer, 0, bytes.length / dataType.itemBytes) as ZarritaChunk["data"];
    return { data, shape: [...shape], stride: contiguousStrides(shape) };
  }
}

function numericTypeOf(codec: string, name: string): NumericType {
  const dataType = dataTypeOfZarrita(name);
  if (dataType !== undefined && isNumeric(dataType)) return dataType;
  throw new QuarryError(
    "UNSUPPORTED_DATA_TYPE",
    `codec ${codec} has no use for items of ${name} in ${PLACE.path}`,
    { ...PLACE, codec },
  );
}

function inCOrder(data: ZarritaChunk["data"], type: ChunkType, strides: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const contiguous = contiguousStrides(type.shape);
  const isInOrder = strides.every((stride, axis) => stride === contiguous[axis]);
  // The codec says what is wrong with a chunk of another size.
  if (isInOrder || bytes.length !== bytesOf(type)) return bytes;
  const ordered = new Uint8Array(bytes.length);
  const source = { bytes, offset: 0, strides };
  copyBox({ bytes: ordered, offset: 0, strides: contiguous }, source, type.shape, type.dataType.itemBytes);
  return ordered;
}
