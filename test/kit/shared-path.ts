/** Where the folder `shared` beside the repository is; for programs as well, which have no test runner. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SHARED = fileURLToPath(new URL("../../../shared", import.meta.url));

/** Absolute path of something in the shared folder, which may not be there: see `describeShared`. */
export function sharedPath(...segments: readonly string[]): string {
  return join(SHARED, ...segments);
}
