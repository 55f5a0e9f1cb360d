/** What users may give as a location: a path, a URL, or a store. */
import { QuarryError } from "../errors.ts";
import { directoriesFor } from "./directories.ts";
import { HttpStore } from "./http-store.ts";
import type { ReadableStore, Store } from "./store.ts";
import { withReadOnly } from "./with-read-only.ts";

/**
 * The store at `location`: a directory for a path or a `file:` URL, a web server (for reading only) for an `http:`
 * or `https:` URL, otherwise the store itself.
 * @throws QuarryError `UNSUPPORTED_FORMAT` for a URL of another scheme, and for a directory in a browser
 * @throws TypeError for what is no location at all
 */
export function resolveLocation(location: string | URL | Store): Store;
export function resolveLocation(location: string | URL | ReadableStore): ReadableStore;
export function resolveLocation(location: string | URL | ReadableStore): ReadableStore {
  if (typeof location === "string" && !URL_SCHEME.test(location))
    return directoriesFor(location).open(location);
  if (typeof location === "string" || location instanceof URL) return storeOfUrl(new URL(location));
  if (typeof location?.get === "function") return location;
  throw new TypeError("a location is a path, a file:, http: or https: URL, or a store with a get method");
}

/** Two letters or more: `C:\` is a path. */
const URL_SCHEME = /^(file:|[a-z][a-z0-9+.-]+:\/\/)/i;

function storeOfUrl(url: URL): Store {
  if (url.protocol === "file:") return directoriesFor(url.href).open(url);
  if (url.protocol === "http:" || url.protocol === "https:") return withReadOnly(new HttpStore(url));
  throw new QuarryError(
    "UNSUPPORTED_FORMAT",
    `${url.href}: stores are read from paths and from file:, http: and https: URLs, not from ${url.protocol} URLs; use the server's https: address, or pass a store of your own with a get method`,
    { path: url.href },
  );
}
