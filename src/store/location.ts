/** What users may give as a location: a path, a URL, or a store. */
import { fileURLToPath } from "node:url";
import { QuarryError } from "../errors.ts";
import { FileSystemStore } from "./file-system-store.ts";
import type { ReadableStore, Store } from "./store.ts";

/**
 * The store at `location`: a directory for a path or a `file:` URL, otherwise the store itself.
 * @throws QuarryError `UNSUPPORTED_FORMAT` for a URL of another scheme
 * @throws TypeError for what is no location at all
 */
export function resolveLocation(location: string | URL | Store): Store;
export function resolveLocation(location: string | URL | ReadableStore): ReadableStore;
export function resolveLocation(location: string | URL | ReadableStore): ReadableStore {
  if (typeof location === "string" && !URL_SCHEME.test(location)) return new FileSystemStore(location);
  if (typeof location === "string" || location instanceof URL) return storeOfUrl(new URL(location));
  if (typeof location?.get === "function") return location;
  throw new TypeError("a location is a path, a file: URL, or a store with a get method");
}

/** Two letters or more: `C:\` is a path. */
const URL_SCHEME = /^(file:|[a-z][a-z0-9+.-]+:\/\/)/i;

function storeOfUrl(url: URL): Store {
  if (url.protocol === "file:") return new FileSystemStore(fileURLToPath(url));
  throw new QuarryError(
    "UNSUPPORTED_FORMAT",
    `${url.href}: stores are read from paths and file: URLs, not yet from ${url.protocol} URLs; download it, or pass a store of your own with a get method`,
    { path: url.href },
  );
}
