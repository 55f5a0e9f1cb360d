/**
 * `.h5` files: groups, datasets and attributes of HDF5, and so of netCDF-4 and MATLAB 7.3.
 *
 * Links are looked at before they are followed, and only hard ones are: a soft one leads to what is found under its own
 * path, an external one to a file that nobody gave. A group that is linked twice is walked once.
 */
import { QuarryError } from "../../errors.ts";
import { childPath, type NodePath } from "../../metadata/node-name.ts";
import { openArchive } from "../../store/zip/archive.ts";
import { faultOfNames, refusalOf } from "../refusals.ts";
import type { SourceArray, SourceGroup, SourceRefusal } from "../source.ts";
import type { FileContents } from "./file-contents.ts";
import { readAttributes } from "./hdf5/attributes.ts";
import { openDataset } from "./hdf5/dataset.ts";
import { calling, LibraryFile } from "./hdf5/library.ts";
import { findHdf5, unsigned } from "./hdf5/object-header.ts";
import type { Hdf5Context } from "./hdf5/slabs.ts";

/** What a name leads to, by the numbers of HDF5. */
const KIND = { group: 0, dataset: 1, namedType: 2 } as const;

export async function readHdf5(path: string): Promise<FileContents> {
  const file = await openArchive(path);
  const hdf5 = await findHdf5(file);
  if (hdf5 === undefined) {
    throw new QuarryError("FILE_INVALID", `${path} is no HDF5 file: it does not have its signature`, {
      path,
    });
  }
  const library = await LibraryFile.open(path);
  const walk = new Walk({ library, hdf5 });
  try {
    await walk.group("/");
  } catch (error) {
    await library.close();
    throw error;
  }
  return { format: "HDF5", ...walk.found(), close: () => library.close() };
}

class Walk {
  readonly #context: Hdf5Context;
  readonly #place: string;
  readonly #groups: SourceGroup[] = [];
  readonly #arrays: SourceArray[] = [];
  readonly #refusals: SourceRefusal[] = [];
  readonly #notes: string[] = [];
  /** Groups by the address of their header. */
  readonly #seen = new Map<number, NodePath>();

  constructor(context: Hdf5Context) {
    this.#context = context;
    this.#place = context.hdf5.file.name;
  }

  found(): Omit<FileContents, "format"> {
    const [root, ...groups] = this.#groups;
    return {
      groups,
      rootAttributes: root!.attributes,
      arrays: withEstimatedBytes(this.#arrays, this.#context.hdf5.file.bytes),
      refusals: this.#refusals,
      notes: this.#notes,
    };
  }

  async group(path: NodePath): Promise<void> {
    const { library } = this.#context;
    const address = this.#addressOf(path);
    const before = this.#seen.get(address);
    if (before !== undefined) {
      this.#notes.push(`${this.#place}: ${path} is the same group as ${before}, and is left out`);
      return;
    }
    this.#seen.set(address, path);
    const { attributes, unsupported } = readAttributes(library, path, `${this.#place}, ${path}`);
    this.#groups.push({ path, attributes });
    for (const { reason } of unsupported) this.#refuse(path, "UNSUPPORTED_DATA_TYPE", reason);
    const names = calling(`${this.#place}, ${path}`, "FILE_INVALID", () =>
      library.ask("get_names", path, false),
    );
    for (const name of names) await this.#child(path, name);
  }

  async #child(parent: NodePath, name: string): Promise<void> {
    const { library } = this.#context;
    const path = childPath(parent, name);
    const fault = faultOfNames([name]);
    if (fault !== undefined) {
      this.#refusals.push(refusalOf(path, fault));
      return;
    }
    const call = <T>(use: () => T): T => calling(`${this.#place}, ${path}`, "FILE_INVALID", use);
    const target = call(() => library.ask("get_symbolic_link", path));
    if (target !== null) {
      this.#notes.push(`${this.#place}: ${path} is a soft link to ${target}, and is left out`);
      return;
    }
    const { filename, obj_path: otherPath } = call(() => library.ask("get_external_link", path));
    if (filename !== undefined) {
      this.#refuse(
        path,
        "UNSUPPORTED_FORMAT",
        `it is ${otherPath} of another file, ${filename}: migrate that`,
      );
      return;
    }
    const type = call(() => library.ask("get_type", path));
    if (type === KIND.group) await this.group(path);
    else if (type === KIND.dataset) {
      const { arrays, refusals } = await openDataset(this.#context, path, this.#addressOf(path));
      this.#arrays.push(...arrays);
      this.#refusals.push(...refusals);
      const inGroups = new Set(arrays.flatMap((array) => groupsBetween(path, array.path)));
      for (const group of inGroups) this.#groups.push({ path: group, attributes: {} });
    } else if (type === KIND.namedType) {
      this.#notes.push(`${this.#place}: ${path} is a named data type, and is left out`);
    } else {
      this.#refuse(path, "UNSUPPORTED_FORMAT", "it is neither a group nor a dataset");
    }
  }

  #refuse(path: NodePath, code: SourceRefusal["code"], reason: string): void {
    this.#refusals.push({ path, code, reason: `${this.#place}, ${path}: ${reason}` });
  }

  #addressOf(path: NodePath): number {
    const { library, hdf5 } = this.#context;
    return calling(`${this.#place}, ${path}`, "FILE_INVALID", () =>
      unsigned(Uint8Array.from(library.ask("create_object_reference", path)), 0, hdf5.addressBytes),
    );
  }
}

/**
 * The library does not tell what a dataset takes in the file. Those without filters take what they hold; what is left
 * of the file is shared out among the others by what they hold.
 */
function withEstimatedBytes(arrays: readonly SourceArray[], fileBytes: number): SourceArray[] {
  const sum = (some: readonly SourceArray[]): number =>
    some.reduce((bytes, array) => bytes + array.encodedBytes, 0);
  const filtered = arrays.filter(({ encoding }) => encoding !== "");
  const left = Math.max(0, fileBytes - (sum(arrays) - sum(filtered)));
  const share = Math.min(1, left / Math.max(1, sum(filtered)));
  return arrays.map((array) =>
    array.encoding === "" ? array : { ...array, encodedBytes: Math.round(array.encodedBytes * share) },
  );
}

/** The groups that the members of a dataset at `path` make necessary. */
function groupsBetween(path: NodePath, member: NodePath): NodePath[] {
  const groups: NodePath[] = [];
  for (let at = member.length; at > path.length; ) {
    at = member.lastIndexOf("/", at - 1);
    groups.push(member.slice(0, at) as NodePath);
  }
  return groups.reverse();
}
