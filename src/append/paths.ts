/**
 * Paths, as documents and the journal have them (names with `/` between them, relative to the root of the hierarchy; `""` is
 * the root), and the places in a directory that they are on this platform.
 */
import { join, relative, sep } from "node:path";
import { isQuarryError } from "../errors.ts";
import { nodePath } from "../metadata/node-name.ts";

export function placeBelow(directory: string, path: string): string {
  return join(directory, ...path.split("/"));
}

export function pathBelow(directory: string, place: string): string {
  return relative(directory, place).split(sep).join("/");
}

/** Whether what comes from outside is a path to something below the root, and leads nowhere else. */
export function isPath(value: unknown): value is string {
  if (typeof value !== "string" || value === "") return false;
  try {
    return nodePath(value) === `/${value}`;
  } catch (error) {
    if (isQuarryError(error)) return false;
    throw error;
  }
}
