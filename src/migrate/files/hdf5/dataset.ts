/**
 * A dataset of an HDF5 file as an array, or as those of its members. Its filters are checked before anything is read:
 * the library cannot undo all that there are.
 */
import { isQuarryError, QuarryError } from "../../../errors.ts";
import { type DataType, isVariableLength } from "../../../metadata/data-type.ts";
import { elementOf } from "../../../metadata/element.ts";
import { defaultFillValue, type FillValue, fillValueOf } from "../../../metadata/fill-value.ts";
import { childPath, type NodePath } from "../../../metadata/node-name.ts";
import { countOf } from "../../../zarr/array-data.ts";
import { faultOfNames, refusalOf } from "../../refusals.ts";
import type { SourceArray, SourceRefusal } from "../../source.ts";
import { wholeRows } from "../unchunked-array.ts";
import { readAttributes } from "./attributes.ts";
import { type Hdf5Type, parseDatatype } from "./datatype.ts";
import { calling } from "./library.ts";
import { type Hdf5File, type HeaderMessage, MESSAGE, readObjectHeader, unsigned } from "./object-header.ts";
import { fieldsOf, gatherItems, type RecordField } from "./record-layout.ts";
import { type Dataset, type Hdf5Context, readField, SLAB_BYTES } from "./slabs.ts";

export interface DatasetParts {
  readonly arrays: readonly SourceArray[];
  readonly refusals: readonly SourceRefusal[];
}

/** Filters that the library here can undo, by their registered number. */
const FILTERS: ReadonlyMap<number, string> = new Map([
  [1, "gzip"],
  [2, "shuffle"],
  [3, "fletcher32"],
  [5, "nbit"],
  [6, "scaleoffset"],
]);
const FLETCHER32 = 3;

/** Names of those that it cannot, where the file does not tell one. */
const OTHER_FILTERS: ReadonlyMap<number, string> = new Map([
  [4, "szip"],
  [32000, "lzf"],
  [32001, "blosc"],
  [32004, "lz4"],
  [32008, "bitshuffle"],
  [32015, "zstd"],
  [32026, "blosc2"],
]);

/** A chunk that leaves the library, which has 2 GiB, room to decode it. */
const CHUNK_BYTES_MAX = 2 ** 29;

/** The arrays of the dataset at `path`, with what of it cannot be represented. */
export async function openDataset(
  context: Hdf5Context,
  path: NodePath,
  address: number,
): Promise<DatasetParts> {
  const place = `${context.hdf5.file.name}, ${path}`;
  try {
    const dataset = await describeDataset(context, path, place, address);
    const { attributes, unsupported } = readAttributes(context.library, path, place);
    if (unsupported.length > 0) throw unsupportedType(unsupported.map(({ reason }) => reason).join("; "));
    const names = dimensionNames(context, dataset);
    const stored = fieldsOf(dataset.type, "as stored");
    const arrays: SourceArray[] = [];
    const refusals: SourceRefusal[] = [];
    for (const [index, field] of dataset.fields.entries()) {
      const fieldPath = field.names.reduce<NodePath>(childPath, path);
      const fault = faultOfNames(field.names);
      if (fault !== undefined) {
        refusals.push(refusalOf(fieldPath, fault));
        continue;
      }
      const { dataType, attributes: own } = field.leaf;
      const shape = [...dataset.shape, ...field.shape];
      const fill = fillValueIn(dataset, stored[index]!);
      arrays.push({
        path: fieldPath,
        dataType,
        shape,
        chunkShape: [
          ...(dataset.chunkShape ?? wholeRows(dataset.shape, dataset.recordBytes)),
          ...field.shape.map((extent) => Math.max(1, extent)),
        ],
        chunkMemoryBytes: 2 * chunkBytesOf(dataset) + SLAB_BYTES,
        fillValue: fill ?? zeroOf(dataType),
        fillValueIsUndefined: fill === undefined,
        dimensionNames: names && [...names, ...field.shape.map(() => null)],
        attributes: { ...attributes, ...own },
        encoding: dataset.filters.map(({ id }) => FILTERS.get(id)!).join(", "),
        encodedBytes: countOf(shape) * dataType.itemBytes,
        verifiesContent: dataset.filters.some(({ id }) => id === FLETCHER32),
        readRegion: async (start, count, { signal } = {}) =>
          readField(context, dataset, field, { start, count }, signal),
      });
    }
    return { arrays, refusals };
  } catch (error) {
    if (!isQuarryError(error) || error.code === "STORE_FAILED") throw error;
    return { arrays: [], refusals: [refusalOf(path, error)] };
  }
}

async function describeDataset(
  { library, hdf5 }: Hdf5Context,
  path: NodePath,
  place: string,
  address: number,
): Promise<Dataset> {
  const {
    shape,
    chunks,
    size,
    virtual_sources: virtual,
  } = calling(place, "FILE_INVALID", () => library.ask("get_dataset_metadata", path));
  if (shape === null) throw unsupportedType("it is empty, without even a shape");
  if (virtual !== undefined)
    throw new QuarryError("UNSUPPORTED_FORMAT", "it is made of datasets of other files");
  const filters = calling(place, "FILE_INVALID", () => library.ask("get_dataset_filters", path));
  checkFilters(filters);
  const { header, type } = await readDescription(hdf5, address, place);
  if (header.some((message) => message.type === MESSAGE.externalFiles)) {
    throw new QuarryError("UNSUPPORTED_FORMAT", "its values are in another file");
  }
  const fields = fieldsOf(type, "as read");
  const isTold =
    shape.every((extent) => Number.isSafeInteger(extent)) && Number.isSafeInteger(countOf(shape) * size);
  if (!isTold || (type.kind !== "vlen-text" && type.bytes !== size)) {
    throw invalid(place, `it has ${shape.join(" × ")} items of ${size} bytes`);
  }
  const dataset: Dataset = {
    path,
    place,
    type,
    recordBytes: size,
    shape,
    chunkShape: chunks ?? undefined,
    header,
    filters,
    fields,
  };
  if (chunkBytesOf(dataset) > CHUNK_BYTES_MAX) {
    throw new QuarryError(
      "CHUNK_TOO_LARGE",
      `its chunks have ${chunkBytesOf(dataset)} bytes, and up to ${CHUNK_BYTES_MAX} can be read`,
    );
  }
  return dataset;
}

/** @throws QuarryError `UNSUPPORTED_CODEC` */
function checkFilters(filters: Dataset["filters"]): void {
  const unknown = filters.filter(({ id }) => !FILTERS.has(id));
  if (unknown.length === 0) return;
  const names = unknown.map(({ id, name }) => `${name || (OTHER_FILTERS.get(id) ?? "a filter")} (${id})`);
  throw new QuarryError(
    "UNSUPPORTED_CODEC",
    `it is filtered by ${names.join(", ")}, which cannot be undone here: write it again without, or with gzip (h5repack -f GZIP=4)`,
  );
}

async function readDescription(
  hdf5: Hdf5File,
  address: number,
  place: string,
): Promise<{ readonly header: readonly HeaderMessage[]; readonly type: Hdf5Type }> {
  try {
    const header = await readObjectHeader(hdf5, address);
    return { header, type: parseDatatype(await datatypeMessage(hdf5, header)) };
  } catch (cause) {
    if (isQuarryError(cause)) throw cause;
    throw invalid(place, (cause as Error).message, { cause });
  }
}

/** A type that has a name in the file is in a header of its own. */
async function datatypeMessage(hdf5: Hdf5File, header: readonly HeaderMessage[]): Promise<Uint8Array> {
  const message = header.find(({ type }) => type === MESSAGE.dataType);
  if (message === undefined) throw new Error("it has no data type");
  if (!message.isShared) return message.data;
  const [version, kind] = message.data;
  if (version === undefined || version < 2 || (version === 3 && kind !== 2)) {
    throw new Error("its data type is in a place that is not known");
  }
  const address = unsigned(message.data, 2, hdf5.addressBytes);
  const named = (await readObjectHeader(hdf5, address)).find(({ type }) => type === MESSAGE.dataType);
  if (named === undefined || named.isShared) throw new Error("its data type is not where it is said to be");
  return named.data;
}

function chunkBytesOf({ chunkShape, recordBytes }: Dataset): number {
  return chunkShape === undefined ? 0 : countOf(chunkShape) * recordBytes;
}

/** What is read of values that were never written, where the file does not say. */
function zeroOf(dataType: DataType): FillValue {
  if (isVariableLength(dataType)) return defaultFillValue(dataType);
  return fillValueOf(elementOf(new Uint8Array(dataType.itemBytes), dataType), dataType);
}

/** What the file says of values that were never written; undefined where it says nothing, and zeros are read. */
function fillValueIn(dataset: Dataset, field: RecordField): FillValue | undefined {
  const message = dataset.header.find(({ type }) => type === MESSAGE.fillValue);
  if (message === undefined || message.isShared || isVariableLength(field.leaf.dataType)) return undefined;
  const record = fillBytes(message.data);
  if (record.length !== dataset.recordBytes) return undefined;
  const inner = { start: field.shape.map(() => 0), count: field.shape.map(() => 1) };
  const { dataType } = field.leaf;
  const value = elementOf(gatherItems(record, dataset.recordBytes, field, inner), dataType);
  return value === undefined ? undefined : fillValueOf(value, dataType);
}

/** Version 3 has flags before the size, 1 and 2 three bytes of them; of no bytes where none is defined. */
function fillBytes(data: Uint8Array): Uint8Array {
  const [version, flags = 0, , isDefined] = data;
  const sizeAt = version === 3 ? 2 : 4;
  const hasSize = version === 3 ? (flags & 0x20) !== 0 : version === 1 || isDefined === 1;
  const bytes = hasSize && data.length >= sizeAt + 4 ? unsigned(data, sizeAt, 4) : 0;
  return data.slice(sizeAt + 4, sizeAt + 4 + bytes);
}

/** Labels of dimensions, or else the names of the scales that are attached to them. */
function dimensionNames(
  { library }: Hdf5Context,
  { path, place, shape }: Dataset,
): readonly (string | null)[] | undefined {
  if (shape.length === 0) return undefined;
  return calling(place, "FILE_INVALID", () => {
    const isScale = shape.length === 1 && library.ask("get_scale_name", path) !== null;
    const labels = library.ask("get_dimension_labels", path);
    const names = shape.map((_, axis) => {
      if (labels[axis]) return labels[axis];
      const scale = isScale ? path : library.ask("get_attached_scales", path, axis)[0];
      return scale?.slice(scale.lastIndexOf("/") + 1) ?? null;
    });
    return names.some((name) => name !== null) ? names : undefined;
  });
}

function unsupportedType(reason: string): QuarryError {
  return new QuarryError("UNSUPPORTED_DATA_TYPE", reason);
}

function invalid(place: string, reason: string, details: { readonly cause?: unknown } = {}): QuarryError {
  return new QuarryError("FILE_INVALID", `${place} is no sound dataset: ${reason}`, {
    path: place,
    ...details,
  });
}
