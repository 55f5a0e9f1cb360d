/**
 * Files as sources of a migration: which reader a file gets, by its ending and by how it begins. A file that begins
 * otherwise than its ending says is refused, never guessed at; so is one whose ending says nothing.
 */
import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { QuarryError } from "../../errors.ts";
import type { NodePath } from "../../metadata/node-name.ts";
import type { MigrationSource, SourceArray, SourceRefusal } from "../source.ts";
import { statSource } from "../stat-source.ts";
import {
  isCollectorDirectory,
  readCollectorDump,
  SNAPSHOTS_ENDING,
  TIMES_COMPANION_ENDING,
} from "./collector-dump.ts";
import type { FileContents } from "./file-contents.ts";
import { readNpy } from "./npy.ts";
import { NOTE_ENDING, type RawDescription, readRaw } from "./raw-binary.ts";

/** Of `.bin` files, where no note beside them says it; of `.mm` files `shape` is that of one snapshot. */
export type FileSourceOptions = RawDescription;

interface FileFormat {
  readonly endings: readonly string[];
  /** What the name of a file has behind that of the one which it belongs to. */
  readonly companionEnding?: string;
  readonly read: (path: string, options: FileSourceOptions) => Promise<FileContents>;
}

/** Readers that bring much along are loaded with the first file of theirs: most migrations have none. */
const FORMATS: readonly FileFormat[] = [
  { endings: [".npy"], read: readNpy },
  { endings: [".npz"], read: async (path) => (await import("./npz.ts")).readNpz(path) },
  { endings: [".parquet"], read: async (path) => (await import("./parquet.ts")).readParquet(path) },
  { endings: [".h5", ".hdf5"], read: async (path) => (await import("./hdf5.ts")).readHdf5(path) },
  { endings: [".bin"], companionEnding: NOTE_ENDING, read: readRaw },
  {
    endings: [SNAPSHOTS_ENDING],
    companionEnding: TIMES_COMPANION_ENDING,
    read: (path, options) => readCollectorDump(path, "file", options),
  },
];

/** The endings of the files that can be read. */
export const FILE_ENDINGS: readonly string[] = FORMATS.flatMap(({ endings }) => endings);

/** Whether `path` is a file, or a directory of files, that {@link openFileSource} has a reader for. */
export async function isFileSource(path: string): Promise<boolean> {
  return (await readerOf(path)) !== undefined;
}

/**
 * What is in a file: arrays by their names in it; the one array of a file that has no names is `/data`, and the fields
 * of one of structs lie at the root.
 * @throws QuarryError `UNSUPPORTED_FORMAT` for an ending that no reader has, `FILE_INVALID`, `ARCHIVE_INVALID`,
 *   `NOT_FOUND`, `STORE_FAILED`
 */
export async function openFileSource(
  path: string,
  options: FileSourceOptions = {},
): Promise<MigrationSource> {
  const read = await readerOf(path);
  if (read === undefined) {
    throw new QuarryError(
      "UNSUPPORTED_FORMAT",
      `${path} is of no format that is known by its ending: ${FILE_ENDINGS.join(", ")}`,
      { path },
    );
  }
  const contents = await read(path, options);
  const { arrays, inTheWay } = withOwnPaths(contents);
  return {
    location: path,
    format: contents.format,
    groups: [{ path: "/", attributes: contents.rootAttributes ?? {} }, ...[...contents.groups].sort(byPath)],
    arrays: arrays.sort(byPath),
    refusals: [...contents.refusals, ...inTheWay].sort(byPath),
    notes: contents.notes ?? [],
    close: contents.close ?? (async () => {}),
  };
}

/** Names that a file may give twice, or to an array and to a group, cannot be those of two nodes. */
function withOwnPaths({ groups, arrays }: FileContents): {
  readonly arrays: SourceArray[];
  readonly inTheWay: readonly SourceRefusal[];
} {
  const taken = new Set<NodePath>(groups.map(({ path }) => path));
  const inTheWay: SourceRefusal[] = [];
  const others = arrays.filter(({ path }) => {
    if (!taken.has(path)) {
      taken.add(path);
      return true;
    }
    inTheWay.push({
      path,
      code: "KEY_INVALID",
      reason: `there is another array, or a group, that is called ${path}`,
    });
    return false;
  });
  return { arrays: others, inTheWay };
}

/** The file at `path` and the one that belongs to it, which need not be there. */
export function filesOfSource(path: string): readonly string[] {
  const companionEnding = formatOf(path)?.companionEnding;
  return companionEnding === undefined ? [path] : [path, `${path}${companionEnding}`];
}

function formatOf(path: string): FileFormat | undefined {
  const name = basename(path).toLowerCase();
  return FORMATS.find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
}

function byPath(a: { readonly path: NodePath }, b: { readonly path: NodePath }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

async function readerOf(path: string): Promise<FileFormat["read"] | undefined> {
  const stats = await statSource(path);
  if (stats.isDirectory()) {
    const isDump = isCollectorDirectory(await readdir(path));
    return isDump ? (_, options) => readCollectorDump(path, "directory", options) : undefined;
  }
  return stats.isFile() ? formatOf(path)?.read : undefined;
}
