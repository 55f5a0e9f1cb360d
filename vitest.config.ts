import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** They take a minute and more, and would be what the last worker is still at when all others are done. */
const LONG = ["test/append/kill.test.ts"];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((name) => moduleId.endsWith(name));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // One process a file: the addon's thread pool, environment variables and warnings of one file stay out of the next.
    pool: "forks",
    // By itself Vitest leaves one CPU free, which is half of two.
    maxWorkers: availableParallelism(),
    minWorkers: 1,
    sequence: { sequencer: LongFirst },
    // Tests import rooms, not the entry points that bring the platform along.
    setupFiles: ["src/platform/node.ts"],
    // Two cores under a native build take seconds to start Python and to read a real capture.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      // The backend that the package chooses by itself: native where the addon has been built.
      {
        extends: true,
        test: { name: "default", include: ["test/**/*.test.ts"], exclude: ["test/browser/**"] },
      },
      // What must hold whichever backend runs.
      {
        extends: true,
        test: {
          name: "portable",
          include: ["test/zarr/**/*.test.ts", "test/interop/{batches,fixtures}.test.ts"],
          env: { QUARRY_BACKEND: "portable" },
        },
      },
      // Needs a Chromium on the machine; `npm test` runs it where there is one.
      { extends: true, test: { name: "browser", include: ["test/browser/**/*.test.ts"] } },
    ],
  },
});
