/**
 * A small disk in memory: what the operations of a writer make of it, each of them whole, in part or not at all.
 *
 * As on a real one, a name leads from a directory to an inode, and content belongs to the inode: a file that is open
 * under a name which was renamed or removed meanwhile is still the same file.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Files and directories below a directory, by paths relative to it with `/` between their names. */
export interface DiskImage {
  readonly directories: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A change, or the promise that earlier ones last; `path` is as the writer called the thing then. */
export type Operation = { readonly path: string; readonly issuedAt: number } & (
  | { readonly kind: "create"; readonly directory: number; readonly inode: number }
  | { readonly kind: "makeDirectory"; readonly directory: number; readonly inode: number }
  | { readonly kind: "rename"; readonly directory: number; readonly inode: number; readonly to: string }
  | { readonly kind: "remove"; readonly directory: number }
  | {
      readonly kind: "write" | "replacePage";
      readonly inode: number;
      readonly offsetBytes: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "truncate"; readonly inode: number; readonly sizeBytes: number }
  | { readonly kind: "sync"; readonly inode: number }
  | { readonly kind: "syncDirectory"; readonly directory: number }
);

/** Operations in the order in which they were done, on what was there before. */
export interface History {
  readonly base: DiskImage;
  readonly operations: readonly Operation[];
}

/**
 * How much of an operation has happened: all, nothing, the first bytes of a write, or those of its parts
 * ({@link partsOf}) that are named.
 */
export type Fate = boolean | { readonly firstBytes: number } | { readonly parts: ReadonlySet<number> };

/** What a disk writes as one piece. */
const SECTOR_BYTES = 512;

/**
 * What of an operation may happen without the rest: of a write, part 0 is that the file is as long as it makes it, and
 * the others are its sectors. 0 where an operation changes nothing.
 */
export function partsOf(operation: Operation): number {
  switch (operation.kind) {
    case "sync":
    case "syncDirectory":
      return 0;
    case "write":
    case "replacePage": {
      const { offsetBytes, bytes } = operation;
      const firstSector = Math.floor(offsetBytes / SECTOR_BYTES);
      return 1 + Math.ceil((offsetBytes + bytes.length) / SECTOR_BYTES) - firstSector;
    }
    default:
      return 1;
  }
}

export class Disk {
  readonly #names = new Map<number, Map<string, number>>([[0, new Map()]]);
  readonly #contents = new Map<number, Uint8Array>();
  #nextInode = 1;

  constructor({ base, operations }: History, fateOf: (index: number) => Fate = () => true) {
    for (const path of [...base.directories].sort()) this.#place(path, this.newInode(), true);
    for (const [path, bytes] of base.files) {
      const inode = this.newInode();
      this.#contents.set(inode, bytes);
      this.#place(path, inode, false);
    }
    for (const [index, operation] of operations.entries()) this.apply(operation, fateOf(index));
  }

  newInode(): number {
    return this.#nextInode++;
  }

  /** The directory that holds `path`. */
  directoryOf(path: string): number {
    const above = dirname(path);
    const inode = above === "." ? 0 : this.inodeOf(above);
    if (inode === undefined) throw new Error(`${above} is not there`);
    return inode;
  }

  inodeOf(path: string): number | undefined {
    let inode: number | undefined = 0;
    for (const name of path === "" ? [] : path.split("/")) {
      inode = inode === undefined ? undefined : this.#names.get(inode)?.get(name);
    }
    return inode;
  }

  apply(operation: Operation, fate: Fate): void {
    if ("inode" in operation) this.#nextInode = Math.max(this.#nextInode, operation.inode + 1);
    if (fate === false) return;
    const name = operation.path.slice(operation.path.lastIndexOf("/") + 1);
    switch (operation.kind) {
      case "create":
      case "makeDirectory": {
        const { directory, inode } = operation;
        this.#names.get(directory)?.set(name, inode);
        if (operation.kind === "create") this.#contents.set(inode, this.#contentOf(inode));
        else this.#names.set(inode, this.#names.get(inode) ?? new Map());
        break;
      }
      case "rename": {
        const names = this.#names.get(operation.directory);
        if (names?.get(name) === operation.inode) names.delete(name);
        names?.set(operation.to.slice(operation.to.lastIndexOf("/") + 1), operation.inode);
        break;
      }
      case "remove":
        this.#names.get(operation.directory)?.delete(name);
        break;
      case "truncate":
        this.#contents.set(operation.inode, resized(this.#contentOf(operation.inode), operation.sizeBytes));
        break;
      case "write":
      case "replacePage":
        this.#write(operation.inode, operation.offsetBytes, operation.bytes, fate);
        break;
    }
  }

  #write(inode: number, offsetBytes: number, bytes: Uint8Array, fate: Exclude<Fate, false>): void {
    const old = this.#contentOf(inode);
    const pieces = piecesOf(offsetBytes, bytes.length, fate);
    const isSized = fate === true || ("parts" in fate && fate.parts.has(0));
    const ends = pieces.map(([, end]) => offsetBytes + end);
    // Never in place: images and bases share the memory.
    const sizeBytes = Math.max(old.length, isSized ? offsetBytes + bytes.length : 0, ...ends);
    const content = resized(old, sizeBytes);
    for (const [start, end] of pieces) content.set(bytes.subarray(start, end), offsetBytes + start);
    this.#contents.set(inode, content);
  }

  /** What is to be seen from the root. */
  image(): DiskImage {
    const directories = new Set<string>();
    const files = new Map<string, Uint8Array>();
    const walk = (inode: number, prefix: string): void => {
      for (const [name, child] of this.#names.get(inode)!) {
        const path = `${prefix}${name}`;
        if (this.#names.has(child)) {
          directories.add(path);
          walk(child, `${path}/`);
        } else {
          files.set(path, this.#contentOf(child));
        }
      }
    };
    walk(0, "");
    return { directories, files };
  }

  #place(path: string, inode: number, isDirectory: boolean): void {
    if (isDirectory) this.#names.set(inode, new Map());
    this.#names.get(this.directoryOf(path))!.set(path.slice(path.lastIndexOf("/") + 1), inode);
  }

  #contentOf(inode: number): Uint8Array {
    return this.#contents.get(inode) ?? new Uint8Array(0);
  }
}

/** Reads what is in `directory`. */
export function readImage(directory: string): DiskImage {
  const directories = new Set<string>();
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(directory.length + 1).replaceAll("\\", "/");
    if (entry.isDirectory()) directories.add(path);
    else files.set(path, readFileSync(file));
  }
  return { directories, files };
}

/** Puts what the image shows into `directory`, which is empty. */
export function writeImage({ directories, files }: DiskImage, directory: string): void {
  for (const path of [...directories].sort()) mkdirSync(join(directory, path));
  for (const [path, bytes] of files) writeFileSync(join(directory, path), bytes);
}

/** Ranges of a write's bytes that have happened. */
function piecesOf(offsetBytes: number, lengthBytes: number, fate: Exclude<Fate, false>): [number, number][] {
  if (fate === true) return [[0, lengthBytes]];
  if ("firstBytes" in fate) return fate.firstBytes === 0 ? [] : [[0, fate.firstBytes]];
  const firstSector = Math.floor(offsetBytes / SECTOR_BYTES);
  return [...fate.parts]
    .filter((part) => part > 0)
    .map((part) => {
      const start = (firstSector + part - 1) * SECTOR_BYTES - offsetBytes;
      return [Math.max(0, start), Math.min(lengthBytes, start + SECTOR_BYTES)];
    });
}

function resized(bytes: Uint8Array, sizeBytes: number): Uint8Array {
  const copy = new Uint8Array(sizeBytes);
  copy.set(bytes.subarray(0, sizeBytes));
  return copy;
}
