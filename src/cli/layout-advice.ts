/** What the layout rules say about the arrays of a store that is there, beside what these have. */
import {
  type ChainCodecs,
  type CodecAim,
  candidateChains,
  type SuggestedCodecs,
  suggestCodecs,
} from "../layout/suggest-codecs.ts";
import { type LayoutRequest, suggestLayout } from "../layout/suggest-layout.ts";
import type { CodecMetadata } from "../metadata/array-metadata.ts";
import { type DataType, isVariableLength } from "../metadata/data-type.ts";
import { type DataTypeSpelling, parseDataType } from "../metadata/parse-data-type.ts";
import type { ArrayChunk } from "../zarr/array-access.ts";
import { slice } from "../zarr/indexing/slice.ts";
import { type InspectedArray, type InspectFault, inspect } from "../zarr/inspect.ts";
import { openArray } from "../zarr/open.ts";

export type AdviceOptions = Pick<
  LayoutRequest,
  "access" | "estimatedRows" | "blockBytes" | "disableSharding"
> & {
  /** Whether chains are to be tried, and for what. Default: none are. */
  readonly codecAim?: CodecAim | undefined;
};

export interface ArrayAdvice {
  readonly path: string;
  readonly dataType: string;
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
  readonly shardShape: readonly number[] | null;
  /** Raw bytes for each stored byte, of all arrays that share its rows; `null` where nothing is stored. */
  readonly compressionRatio: number | null;
  /** `null` where the rules have nothing to say. */
  readonly suggested: {
    readonly chunkShape: readonly number[];
    readonly shardShape: readonly number[] | null;
  } | null;
  readonly differs: boolean;
  readonly reasons: readonly string[];
  /** `null` where none were tried. */
  readonly trial: CodecTrial | null;
}

export interface CodecTrial extends SuggestedCodecs {
  /** The chain that the array has, one of those that were tried; `null` for one without `bytes`. */
  readonly present: ChainCodecs | null;
}

export interface StoreAdvice {
  readonly arrays: readonly ArrayAdvice[];
  readonly faults: readonly InspectFault[];
}

/** As in `suggestCodecs`: more is not tried. */
const SAMPLE_BYTES = 2 * 1024 * 1024;

/** A smaller array is a block of the file system, whatever its codecs. */
const TRIAL_BYTES_MIN = 4096;

/**
 * Looks at what is at `path`: a store, an array, or a directory of stores. Reads metadata and file sizes; with
 * `codecAim`, the first rows of each array too. The number of rows is what each array has, where it is not given.
 * @throws QuarryError as `inspect` and, with `codecAim`, as `ZarrArray.get`
 */
export async function adviseOnStore(path: string, options: AdviceOptions): Promise<StoreAdvice> {
  const { arrays, faults } = await inspect(path);
  const advice: ArrayAdvice[] = [];
  for (const array of arrays) {
    const sharing = arrays.filter((other) => rowsKey(other) === rowsKey(array));
    const layout = layoutAdvice(array, sharing, options);
    const { codecAim } = options;
    const isTried =
      codecAim !== undefined && array.backend !== null && (array.rawBytes ?? 0) >= TRIAL_BYTES_MIN;
    const chunkRows = layout.suggested?.chunkShape[0];
    const trial = isTried && chunkRows ? await tryCodecs(path, array, chunkRows, codecAim) : null;
    advice.push({ ...layout, trial });
  }
  return { arrays: advice, faults };
}

/** The same for arrays that grow together: of one group, over one dimension. */
function rowsKey({ path, shape, dimensionNames }: InspectedArray): string {
  const group = path.slice(0, path.lastIndexOf("/"));
  return JSON.stringify([group, dimensionNames?.[0] ?? null, shape[0] ?? null]);
}

function layoutAdvice(
  array: InspectedArray,
  sharing: readonly InspectedArray[],
  options: AdviceOptions,
): Omit<ArrayAdvice, "trial"> {
  const { path, dataType, shape, chunkShape, shardShape } = array;
  const compressionRatio = ratioOf(sharing);
  const about = { path, dataType, shape, chunkShape, shardShape, compressionRatio };
  const present = { chunkShape, shardShape };
  const asItIs = (reason: string) => ({ ...about, suggested: present, differs: false, reasons: [reason] });
  if (shape.length === 0) return asItIs("a single item is one chunk");
  try {
    const [widest] = sharing
      .filter((other) => !isVariableLength(typeOf(other)))
      .toSorted((a, b) => rowBytesOf(b) - rowBytesOf(a));
    const { access, estimatedRows = shape[0], blockBytes, disableSharding } = options;
    const { chunks, shards, reasons } = suggestLayout({
      ...{ shape, access, estimatedRows, blockBytes, disableSharding },
      dataType: spellingOf(array),
      widestRowBytes: widest && rowBytesOf(widest),
      compressionRatioHint: compressionRatio ?? undefined,
    });
    const isOneChunk =
      shards === undefined && estimatedRows! <= chunks[0]! && estimatedRows! <= chunkShape[0]!;
    if (isOneChunk) return asItIs(`${estimatedRows} rows are one chunk, as they should be`);
    const suggested = { chunkShape: chunks, shardShape: shards ?? null };
    const differs =
      String(chunks) !== String(chunkShape) || String(suggested.shardShape) !== String(shardShape);
    return { ...about, suggested, differs, reasons };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...about, suggested: null, differs: false, reasons: [error.message] };
  }
}

function ratioOf(arrays: readonly InspectedArray[]): number | null {
  const stored = arrays.filter(({ rawBytes, storedBytes }) => rawBytes !== null && storedBytes > 0);
  const storedBytes = stored.reduce((sum, array) => sum + array.storedBytes, 0);
  const rawBytes = stored.reduce((sum, array) => sum + array.rawBytes!, 0);
  return rawBytes === 0 ? null : rawBytes / storedBytes;
}

async function tryCodecs(
  location: string,
  { path, shape, codecs }: InspectedArray,
  chunkRows: number,
  aim: CodecAim,
): Promise<CodecTrial | null> {
  const array = await openArray(location, { path });
  const { dataType } = array;
  const rowShape = shape.slice(1);
  const rowBytes = rowShape.reduce((bytes, length) => bytes * length, dataType.itemBytes);
  const rows = Math.min(shape[0]!, Math.max(chunkRows, Math.floor(SAMPLE_BYTES / rowBytes)));
  const { data } = (await array.get([slice(0, rows)])) as ArrayChunk;
  // Strings of a fixed length are a list, and no chain of ours is meant for them.
  if (!ArrayBuffer.isView(data)) return null;
  const present = chainOf(codecs);
  const others = candidateChains(dataType, aim).filter(
    (candidate) => present === null || !isSpelledOut(candidate, present),
  );
  const suggested = await suggestCodecs({
    dataType: spellingOf({ dataType: dataType.name, dataTypeConfiguration: dataType.configuration ?? null }),
    items: data,
    rowShape,
    chunkRows,
    aim,
    candidates: present === null ? others : [present, ...others],
  });
  return { ...suggested, present };
}

function chainOf(codecs: readonly CodecMetadata[]): ChainCodecs | null {
  const bytesAt = codecs.findIndex(({ name }) => name === "bytes");
  if (bytesAt === -1) return null;
  const plain = codecs.map(({ name, configuration }) => ({ name, configuration }));
  return { filters: plain.slice(0, bytesAt), compressors: plain.slice(bytesAt + 1) };
}

/** Whether `present` is `candidate` with everything filled in that the array decides. */
function isSpelledOut(candidate: ChainCodecs, present: ChainCodecs): boolean {
  return (["filters", "compressors"] as const).every((part) => {
    const asked = candidate[part];
    return (
      asked.length === present[part].length &&
      asked.every(({ name, configuration }, index) => {
        const full = present[part][index]!;
        const isSame = ([key, value]: [string, unknown]) => full.configuration[key] === value;
        return full.name === name && Object.entries(configuration).every(isSame);
      })
    );
  });
}

type Typed = Pick<InspectedArray, "dataType" | "dataTypeConfiguration">;

function spellingOf({ dataType, dataTypeConfiguration }: Typed): DataTypeSpelling {
  if (dataTypeConfiguration === null) return dataType as DataTypeSpelling;
  return { name: dataType, configuration: dataTypeConfiguration } as DataTypeSpelling;
}

function typeOf(array: Typed): DataType {
  return parseDataType(spellingOf(array) as Parameters<typeof parseDataType>[0]);
}

function rowBytesOf(array: InspectedArray): number {
  return array.shape.slice(1).reduce((bytes, length) => bytes * length, typeOf(array).itemBytes);
}
