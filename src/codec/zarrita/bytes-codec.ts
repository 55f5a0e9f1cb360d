/** Our bytes-to-bytes codecs in zarrita's chains. */
import type { DecodedSize, ResolvedCodec } from "../../../codecs/definition.ts";
import { dataTypeOf } from "../../metadata/data-type.ts";
import { bytesOf } from "../pipeline.ts";
import { CodecStep, encodedSize } from "../portable/codec-step.ts";
import { codecKindOf, resolveCodec } from "../registry.ts";
import { dataTypeOfZarrita, PLACE, type ZarritaChunkType, type ZarritaCodec } from "./zarrita.ts";

/** Behind items of no fixed size: what a chunk may take at most. */
const UNKNOWN_SIZE: DecodedSize = { exact: undefined, max: 2 ** 31 - 1 };

export class ZarritaBytesCodec {
  readonly kind = "bytes_to_bytes";
  readonly #resolved: ResolvedCodec;
  readonly #decodedSize: DecodedSize;
  #step: Promise<CodecStep> | undefined;

  /** @param codec one of `type.codecs`; the same object may stand there more than once */
  constructor(codec: ZarritaCodec, type: ZarritaChunkType) {
    this.#resolved = resolved(codec, type);
    this.#decodedSize = decodedSizeOf(codec, type);
  }

  async encode(decoded: Uint8Array): Promise<Uint8Array> {
    return (await this.#started()).encode(decoded, PLACE);
  }

  async decode(encoded: Uint8Array): Promise<Uint8Array> {
    return (await this.#started()).decode(encoded, PLACE);
  }

  /** Zarrita asks where a shard's index begins. Absent, as `undefined` here, means that it depends on the content. */
  get computeEncodedSize(): ((decodedBytes: number) => number) | undefined {
    return this.#resolved.encodedBytes;
  }

  #started(): Promise<CodecStep> {
    this.#step ??= this.#resolved
      .portable()
      .then((portable) => new CodecStep(this.#resolved, portable, this.#decodedSize, "chunk"));
    return this.#step;
  }
}

function resolved({ name, configuration = {} }: ZarritaCodec, type: ZarritaChunkType): ResolvedCodec {
  const dataType = dataTypeOfZarrita(type.dataType) ?? dataTypeOf("uint8");
  const codec = resolveCodec({ name, configuration }, { dataType, shape: type.shape }, PLACE.path);
  return { ...codec, name };
}

/** The size of what `codec` encodes, from the chunk on through the bytes-to-bytes codecs before it. */
function decodedSizeOf(codec: ZarritaCodec, type: ZarritaChunkType): DecodedSize {
  const dataType = dataTypeOfZarrita(type.dataType);
  if (dataType === undefined) return UNKNOWN_SIZE;
  const chunkBytes = bytesOf({ dataType, shape: type.shape });
  const isSame = ({ name, configuration }: ZarritaCodec): boolean =>
    name === codec.name && configuration === codec.configuration;
  const last = type.codecs.findLastIndex(isSame);
  let size: DecodedSize = { exact: chunkBytes, max: chunkBytes };
  for (const before of type.codecs.slice(0, last)) {
    const kind = codecKindOf(before.name);
    if (kind === "bytes-to-bytes") size = encodedSize(resolved(before, type), size);
    // Zarrita's own codecs, and those of third parties.
    else if (kind === undefined) size = { exact: undefined, max: 2 * size.max + 65_536 };
  }
  // Of two that nothing tells apart, the first has other sizes than the last.
  return type.codecs.findIndex(isSame) === last ? size : { exact: undefined, max: size.max };
}
