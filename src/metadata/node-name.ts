/**
 * Names and paths of nodes. A path is absolute, `/book/bid_px`, and the root is `/`.
 *
 * Two degrees of strictness. {@link nodePath} refuses what could address something else than it says: empty
 * segments, segments of periods only (`..` climbs out of a directory), backslashes (a separator on some
 * platforms), NUL (ends a file name). {@link checkNodeName}, for nodes that we create, also keeps to the
 * names that Zarr v3 allows, which other libraries do not always check.
 */
import { QuarryError } from "../errors.ts";

export type NodePath = `/${string}`;

/**
 * The absolute form of `path` (`book/bid_px` and `/book/bid_px` are the same node, `""` and `/` the root).
 * @throws QuarryError `KEY_INVALID`
 */
export function nodePath(path: string): NodePath {
  const relative = path.startsWith("/") ? path.slice(1) : path;
  if (relative === "") return "/";
  for (const segment of relative.split("/")) checkSegment(segment, path);
  return `/${relative}`;
}

/** The path of the child `name` of `parent`. */
export function childPath(parent: NodePath, name: string): NodePath {
  return parent === "/" ? `/${name}` : `${parent}/${name}`;
}

/**
 * That `name` may be given to a new node.
 * @throws QuarryError `KEY_INVALID`
 */
export function checkNodeName(name: string): void {
  checkSegment(name, name);
  if (name.includes("/")) throw invalid(name, 'a name has no "/"');
  if (name.startsWith("__")) throw invalid(name, 'names that begin with "__" are reserved by Zarr');
  if (name === "zarr.json") throw invalid(name, "it is the name of the metadata document of a node's parent");
}

function checkSegment(segment: string, whole: string): void {
  if (segment === "") throw invalid(whole, "a name must not be empty");
  if (/^\.+$/.test(segment)) throw invalid(whole, "a name must not consist of periods only");
  if (segment.includes("\\")) throw invalid(whole, "a name must not contain a backslash");
  if (segment.includes("\0")) throw invalid(whole, "a name must not contain NUL");
  if (/\p{Surrogate}/u.test(segment)) throw invalid(whole, "a name must be well-formed Unicode");
}

function invalid(name: string, reason: string): QuarryError {
  return new QuarryError("KEY_INVALID", `${JSON.stringify(name)} cannot name a node: ${reason}`);
}
