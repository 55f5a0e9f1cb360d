import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** `path` without symbolic links, as far as it exists; what does not exist yet is taken as it will be made. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPathOf(parent), basename(path));
  }
}
