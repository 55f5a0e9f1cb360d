/**
 * An array that is created with all its values, in files that are on the disk before the commit that shows it. The
 * journal names it first: should the commit not come, recovery takes away what is there.
 */
import { basename, dirname } from "node:path";
import { QuarryError } from "../errors.ts";
import type { ArrayMetadata } from "../metadata/array-metadata.ts";
import { serializeNodeMetadata } from "../metadata/group-metadata.ts";
import { encodeJson } from "../metadata/json.ts";
import { nodePath } from "../metadata/node-name.ts";
import type { Store } from "../store/store.ts";
import { type ArrayData, countOf, type ItemMemory, itemsOf } from "../zarr/array-data.ts";
import { arrayLayout } from "../zarr/array-layout.ts";
import { type CreateArrayOptions, newArrayMetadata } from "../zarr/create-array.ts";
import { engineFor } from "../zarr/engine-for.ts";
import { DOCUMENT_NAME } from "../zarr/node-document.ts";
import { tableWith } from "../zarr/tables.ts";
import { makeDirectories, replaceFile } from "./files.ts";
import { encodeArrayFrame } from "./journal/array-frame.ts";
import type { OpenedStore } from "./opened-store.ts";
import { placeBelow } from "./paths.ts";
import { checkTable } from "./table.ts";

/**
 * @returns the array's path relative to the store
 * @throws QuarryError `ALREADY_EXISTS`, `KEY_INVALID`, `SHAPE_MISMATCH`, `UNSUPPORTED_DATA_TYPE`, and as `createArray` and
 *   `set`: nothing has been written then
 */
export async function createLateArray(
  store: OpenedStore,
  path: string,
  options: CreateArrayOptions,
  values: ArrayData,
): Promise<string> {
  const absolute = nodePath(path);
  const relative = absolute.slice(1);
  checkPlace(store, relative);
  const metadata = newArrayMetadata(options, absolute);
  const { bytes, memory, heap } = itemsOf(values, metadata.shape, metadata, absolute);
  checkGrowth(store, relative, metadata);
  store.checkPlace();
  const directory = placeBelow(store.directory, relative);
  await checkFree(store, directory, relative);

  await store.journal.write("array", [encodeArrayFrame(relative)]);
  try {
    await writeArray(store, directory, metadata, { bytes, memory, heap });
  } catch (error) {
    await store.files.removeAll(directory);
    await store.files.syncDirectory(dirname(directory));
    throw error;
  }
  const document = encodeJson(serializeNodeMetadata(metadata));
  await replaceFile(store.files, placeBelow(directory, DOCUMENT_NAME), document);
  store.documents.add(relative, metadata, document);
  return relative;
}

async function writeArray(
  store: OpenedStore,
  directory: string,
  metadata: ArrayMetadata,
  { bytes, memory, heap }: ItemMemory,
): Promise<void> {
  await makeDirectories(store.files, directory);
  if (countOf(metadata.shape) === 0) return;
  const target = syncedStore(store, directory);
  const engine = await engineFor(arrayLayout(metadata, "/"), target, heap);
  const axes = metadata.shape.map((extent) => ({ start: 0, step: 1, count: extent }));
  await engine.write(metadata.shape, axes, bytes, memory, { writeFillCells: false });
}

function checkPlace({ documents, isArray }: OpenedStore, path: string): void {
  const names = path.split("/");
  const parent = names.slice(0, -1).join("/");
  if (isArray || path === "" || (parent !== "" && documents.nodes.get(parent)?.nodeType !== "group")) {
    throw new QuarryError("KEY_INVALID", `an array ${path} has to lie in a group of this store`, {
      path: nodePath(path),
    });
  }
  if (documents.nodes.has(path)) {
    throw new QuarryError("ALREADY_EXISTS", `there is a node at ${path} already`, { path: nodePath(path) });
  }
}

/** That nothing of anybody's lies there, such as an array of Zarr v2: what is begun and not committed is taken away whole. */
async function checkFree({ files }: OpenedStore, directory: string, path: string): Promise<void> {
  if (!(await files.list(dirname(directory))).includes(basename(directory))) return;
  throw new QuarryError(
    "ALREADY_EXISTS",
    `there is something at ${path} already, though no node of Zarr v3`,
    {
      path: nodePath(path),
    },
  );
}

/** That an array which is to grow together with others can: as long as they are, with rows that a journal can hold. */
function checkGrowth(store: OpenedStore, path: string, metadata: ArrayMetadata): void {
  const shape = tableWith(new Map([...store.documents.nodes, [path, metadata]]), path);
  const table = store.tables.find(({ tails }) => shape?.arrays.has(tails[0]!.path));
  if (table === undefined) return;
  if (metadata.shape[0] !== table.publishedRows) {
    throw new QuarryError(
      "SHAPE_MISMATCH",
      `${path} has ${metadata.shape[0]} rows, and those that it grows together with ${table.publishedRows}; ` +
        "give its first dimension a name of its own",
      { path: nodePath(path) },
    );
  }
  checkTable(shape!);
}

/** The array's directory as the engine writes to it: every value is a file on the disk when `set` resolves. */
function syncedStore({ files }: OpenedStore, directory: string): Store {
  return {
    get: async () => undefined,
    set: async (key: string, value: Uint8Array) => {
      const file = placeBelow(directory, key.slice(1));
      await makeDirectories(files, dirname(file));
      await replaceFile(files, file, value);
    },
    delete: async () => {},
    deletePrefix: async () => {},
  };
}
