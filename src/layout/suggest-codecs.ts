/**
 * Codecs by trial: a few chains encode and decode the first rows of an array, and the best for an aim is taken. No
 * chain wins on every array (`spec/book-store.md` has a table), and a trial costs less than a wrong guess.
 *
 * Sizes are the same on every machine; times are not, so with the aims `speed` and `both` two machines may choose
 * differently. What was measured is therefore kept with what was chosen.
 */
import { codec } from "../../codecs/builders.ts";
import { createChain } from "../codec/backend.ts";
import type { Chain } from "../codec/chain.ts";
import { resolvePipeline } from "../codec/pipeline.ts";
import { isQuarryError, QuarryError } from "../errors.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import { codecText } from "../metadata/codec-text.ts";
import { type DataType, isVariableLength } from "../metadata/data-type.ts";
import type { JsonObject, JsonValue } from "../metadata/json.ts";
import { type DataTypeSpelling, parseDataType } from "../metadata/parse-data-type.ts";

/**
 * - `size`: least bytes. Also tries chains that take numcodecs to read.
 * - `speed`: least time to encode and decode, in memory.
 * - `both`: least time to encode, to write and read back through storage of {@link STORAGE_BYTES_PER_MS}, and to decode.
 */
export type CodecAim = "size" | "speed" | "both";
export const CODEC_AIMS: readonly CodecAim[] = ["size", "speed", "both"];

/** A network disk or an object store: 50 MB/s. */
const STORAGE_BYTES_PER_MS = 50_000;

/** Decoded bytes that are tried: enough for several chunks, and for times above a clock's grain. */
const SAMPLE_BYTES_MAX = 2 * 1024 * 1024;

/** The fastest of these counts: whatever else runs makes a chain slower, never faster. */
const ROUNDS = 3;

export interface CodecTrialRequest {
  readonly dataType: DataTypeSpelling;
  /** The first rows, in C order, as many as there are; no more than 2 MiB of whole chunks are tried. */
  readonly items: ArrayBufferView;
  /** Shape of a row. */
  readonly rowShape: readonly number[];
  /** Rows of a chunk: what is encoded as one. */
  readonly chunkRows: number;
  readonly aim: CodecAim;
  /** Chains to try. Default: {@link candidateChains}. */
  readonly candidates?: readonly ChainCodecs[] | undefined;
}

/** A chain without `bytes`, which stands between the two. */
export interface ChainCodecs {
  /** Array codecs before `bytes`. */
  readonly filters: readonly CodecMetadata[];
  /** Codecs after `bytes`. */
  readonly compressors: readonly CodecMetadata[];
}

export interface TriedChain {
  readonly codecs: ChainCodecs;
  /** Of the sample. */
  readonly storedBytes: number;
  readonly encodeMs: number;
  readonly decodeMs: number;
}

export interface SuggestedCodecs {
  readonly codecs: ChainCodecs;
  readonly aim: CodecAim;
  /** Rows that were tried. */
  readonly rows: number;
  readonly rawBytes: number;
  /** Every chain that gave back what it was given, the best first. */
  readonly tried: readonly TriedChain[];
}

/**
 * Tries chains on the first rows of an array.
 *
 * @example
 * const { codecs } = await suggestCodecs({ dataType: "int32", items, rowShape: [20], chunkRows: 4096, aim: "both" });
 * @throws RangeError without a row, for items that do not make whole rows, or of no fixed size
 * @throws QuarryError of the last chain, where none can encode the items
 */
export async function suggestCodecs(request: CodecTrialRequest): Promise<SuggestedCodecs> {
  const { aim } = request;
  if (!CODEC_AIMS.includes(aim)) throw new RangeError(`aim is one of ${CODEC_AIMS.join(", ")}, not ${aim}`);
  const dataType = parseDataType(request.dataType as JsonValue);
  const chunks = chunksOf(request, dataType);
  const tried: TriedChain[] = [];
  let refusal: unknown;
  for (const codecs of request.candidates ?? candidateChains(dataType, aim)) {
    try {
      tried.push(await tryChain(codecs, chunks, dataType));
    } catch (error) {
      // A filter may refuse values that it could not give back.
      if (!isQuarryError(error)) throw error;
      refusal = error;
    }
  }
  tried.sort((a, b) => costOf(a, aim) - costOf(b, aim));
  const [best] = tried;
  if (best === undefined) throw refusal ?? new RangeError("there is no chain to try");
  return {
    codecs: best.codecs,
    aim,
    rows: chunks.reduce((rows, { shape }) => rows + shape[0]!, 0),
    rawBytes: chunks.reduce((sum, { bytes }) => sum + bytes.length, 0),
    tried,
  };
}

/** What an array's attributes keep of a trial: little, because there are many arrays. */
export function codecTrialAttribute({ aim, rows, rawBytes, tried }: SuggestedCodecs): JsonObject {
  return {
    codec_trial: {
      aim,
      rows,
      raw_bytes: rawBytes,
      tried: tried.map(({ codecs, storedBytes, encodeMs, decodeMs }) => ({
        codecs: [...codecs.filters, ...codecs.compressors].map(codecText).join(" "),
        stored_bytes: storedBytes,
        encode_ms: rounded(encodeMs),
        decode_ms: rounded(decodeMs),
      })),
    },
  };
}

/**
 * Chains that are worth a trial on items of `dataType`. All end with a checksum, because Blosc and zstd may decode a
 * flipped bit to wrong values.
 */
export function candidateChains(dataType: DataType, aim: CodecAim): readonly ChainCodecs[] {
  const shuffles = dataType.itemBytes > 1;
  const shuffle = shuffles ? "shuffle" : "noshuffle";
  const chains = [
    chain([], codec.blosc({ cname: "zstd", clevel: 1, shuffle })),
    chain([], codec.blosc({ cname: "zstd", clevel: 2, shuffle })),
    chain([], codec.blosc({ cname: "zstd", clevel: 5, shuffle })),
    chain([], codec.blosc({ cname: "lz4", clevel: 5, shuffle })),
    chain([], codec.zstd({ level: 3 })),
    chain([], codec.zstd({ level: 9 })),
  ];
  if (shuffles) chains.push(chain([], codec.blosc({ cname: "lz4", clevel: 5, shuffle: "noshuffle" })));
  if (aim === "size" && shuffles) {
    chains.push(chain([], codec.shuffle(), codec.zstd({ level: 9 })));
    if (dataType.kind === "int" || dataType.kind === "uint") {
      chains.push(chain([codec.delta()], codec.zstd({ level: 9 })));
      chains.push(chain([codec.delta()], codec.shuffle(), codec.zstd({ level: 9 })));
    }
  }
  return chains;
}

function chain(filters: readonly CodecMetadata[], ...compressors: readonly CodecMetadata[]): ChainCodecs {
  return { filters, compressors: [...compressors, codec.crc32c()] };
}

/** Less is better. */
function costOf({ storedBytes, encodeMs, decodeMs }: TriedChain, aim: CodecAim): number {
  if (aim === "size") return storedBytes;
  const codingMs = encodeMs + decodeMs;
  return aim === "speed" ? codingMs : codingMs + (2 * storedBytes) / STORAGE_BYTES_PER_MS;
}

interface Chunk {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

function chunksOf({ items, rowShape, chunkRows }: CodecTrialRequest, dataType: DataType): Chunk[] {
  if (isVariableLength(dataType))
    throw new RangeError(`no trial for ${dataType.name}: its items have no fixed size`);
  const rowBytes = rowShape.reduce((bytes, length) => bytes * length, dataType.itemBytes);
  const rows = items.byteLength / rowBytes;
  if (!Number.isSafeInteger(rows) || rows < 1 || !Number.isSafeInteger(chunkRows) || chunkRows < 1) {
    throw new RangeError(
      `${items.byteLength} bytes in chunks of ${chunkRows} rows of ${rowBytes} bytes: there are no whole rows to try`,
    );
  }
  const all = new Uint8Array(items.buffer, items.byteOffset, items.byteLength);
  const chunks: Chunk[] = [];
  let taken = 0;
  while (taken < rows && (taken === 0 || (taken + chunkRows) * rowBytes <= SAMPLE_BYTES_MAX)) {
    // A shorter last chunk would be padded, and tell less than it costs.
    const count = Math.min(chunkRows, rows - taken);
    if (taken > 0 && count < chunkRows) break;
    const bytes = all.subarray(taken * rowBytes, (taken + count) * rowBytes);
    chunks.push({ shape: [count, ...rowShape], bytes });
    taken += count;
  }
  return chunks;
}

/** @throws QuarryError where the chain cannot encode the items, or not give them back */
async function tryChain(
  codecs: ChainCodecs,
  chunks: readonly Chunk[],
  dataType: DataType,
): Promise<TriedChain> {
  const { filters, compressors } = codecs;
  const chunkType = { dataType, shape: chunks[0]!.shape };
  const pipeline = resolvePipeline([...filters, codec.bytes(), ...compressors], chunkType, "the items");
  const chain = await createChain(pipeline, "chunk");
  let encodeMs = Number.POSITIVE_INFINITY;
  let decodeMs = Number.POSITIVE_INFINITY;
  let storedBytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const encoding = performance.now();
    const encoded = await encodeAll(chain, chunks);
    const decoding = performance.now();
    const decoded = await decodeAll(chain, encoded);
    const end = performance.now();
    encodeMs = Math.min(encodeMs, decoding - encoding);
    decodeMs = Math.min(decodeMs, end - decoding);
    storedBytes = encoded.reduce((bytes, chunk) => bytes + chunk.length, 0);
    checkSame(decoded, chunks, codecs);
  }
  return { codecs, storedBytes, encodeMs, decodeMs };
}

async function encodeAll(chain: Chain, chunks: readonly Chunk[]): Promise<Uint8Array[]> {
  const encoded: Uint8Array[] = [];
  for (const { bytes } of chunks) encoded.push(await chain.encode(bytes, {}));
  return encoded;
}

async function decodeAll(chain: Chain, encoded: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const decoded: Uint8Array[] = [];
  for (const bytes of encoded) decoded.push(await chain.decode(bytes, {}));
  return decoded;
}

/** @throws QuarryError `PRECISION_LOSS` for a chain that is not for these items */
function checkSame(decoded: readonly Uint8Array[], chunks: readonly Chunk[], chain: ChainCodecs): void {
  const isSame = decoded.every((bytes, index) => areEqual(bytes, chunks[index]!.bytes));
  if (isSame) return;
  const names = [...chain.filters, ...chain.compressors].map(({ name }) => name).join(", ");
  throw new QuarryError(
    "PRECISION_LOSS",
    `the chain ${names} does not give back the items that it was given`,
  );
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** Microseconds are as fine as anybody reads them. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
