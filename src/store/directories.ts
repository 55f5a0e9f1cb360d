/**
 * What a platform with a file system does in directories. Stores and locations go by this, so that they can be loaded
 * where there is none; Node's part comes from `src/platform/node.ts`.
 */
import { QuarryError } from "../errors.ts";
import type { AbsolutePath, Store } from "./store.ts";
import type { StoredObject } from "./stored-objects.ts";

export interface Directories {
  /** The store in a directory, given by its path or its `file:` URL. */
  open(directory: string | URL): Store;
  /** What lies in `directory` below `prefix`: see `storedObjects`. */
  objectsBelow(
    directory: string,
    prefix: AbsolutePath,
    enters: (prefix: AbsolutePath) => boolean,
  ): AsyncGenerator<StoredObject, void, undefined>;
}

let provided: Directories | undefined;

/** To be called by a platform that has a file system, before anything asks for it. */
export function provideDirectories(directories: Directories): void {
  provided = directories;
}

/** @throws QuarryError `UNSUPPORTED_FORMAT` where there are none; `wanted` is who asks for them */
export function directoriesFor(wanted: string): Directories {
  if (provided !== undefined) return provided;
  throw new QuarryError(
    "UNSUPPORTED_FORMAT",
    `${wanted}: there are no directories here; give an http: or https: URL, or a store`,
    { path: wanted },
  );
}
