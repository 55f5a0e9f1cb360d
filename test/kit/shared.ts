/**
 * Real input that is too large or not ours to keep in the repository: the folder `shared` beside it, with
 * captures, legacy stores and other implementations' fixtures.
 *
 * Where it is missing, tests that need it are skipped with a word on why; under `CI` they fail, so that a green
 * run there means that they ran.
 */
import { existsSync } from "node:fs";
import { describe, test } from "vitest";

export { sharedPath } from "./shared-path.ts";

/** `describe` for tests that read `path`, a {@link sharedPath}; the body runs only where it is there. */
export function describeShared(name: string, path: string, body: () => void): void {
  if (existsSync(path)) {
    describe(name, body);
    return;
  }
  const reason = `needs ${path}, which is not there`;
  describe(name, () => {
    if (process.env.CI) {
      test(reason, () => {
        throw new Error(reason);
      });
    } else {
      test.skip(reason);
    }
  });
}
