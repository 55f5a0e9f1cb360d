import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // One process a file: the addon's thread pool, environment variables and warnings of one file stay out of the next.
    pool: "forks",
    // Two cores under a native build take seconds to start Python and to read a real capture.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
