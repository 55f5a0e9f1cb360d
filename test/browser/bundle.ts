/** The page of `page/`, bundled by Vite as any web application would be. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rollup } from "vite";

export interface BundledFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Files by name (`index.html`, `assets/…`), nothing written to disk. */
export async function bundlePage(): Promise<BundledFile[]> {
  const output = (await build({
    root: fileURLToPath(new URL("./page/", import.meta.url)),
    configFile: false,
    logLevel: "warn",
    base: "./",
    build: {
      write: false,
      target: "es2022",
      modulePreload: { polyfill: false },
      // Users may do without it: the page does not call registerWithZarrita().
      rollupOptions: { external: ["zarrita"] },
    },
  })) as Rollup.RollupOutput;
  return output.output.map((file) => ({
    name: file.fileName,
    bytes: new Uint8Array(Buffer.from(file.type === "chunk" ? file.code : file.source)),
  }));
}

/** What each file takes, in KiB, as it is and as servers send it. */
export function sizesOf(files: readonly BundledFile[]): { name: string; kib: number; gzipKib: number }[] {
  const kib = (bytes: number): number => Math.round(bytes / 102.4) / 10;
  return files.map(({ name, bytes }) => ({
    name,
    kib: kib(bytes.length),
    gzipKib: kib(gzipSync(bytes).length),
  }));
}
