/** Bundles a program of this folder, so that Node starts it at once: it is started a thousand times. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/** @returns path of the bundle, below `build/` so that it finds the addon */
export async function buildProgram(source: URL): Promise<string> {
  const entry = fileURLToPath(source);
  const name = basename(entry, ".ts");
  const outDir = fileURLToPath(new URL(`../../../build/crash/${process.pid}`, import.meta.url));
  await build({
    configFile: false,
    logLevel: "error",
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: false,
      minify: false,
      rollupOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  return `${outDir}/${name}.mjs`;
}
