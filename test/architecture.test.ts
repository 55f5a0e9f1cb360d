/** The rooms of the house (CONTRIBUTING.md): imports point down the list, never up. */
import { readdir, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What each room may import, besides itself and `src/errors.ts`, which every room may. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "src/cli": [
    "src/plot",
    "src/export",
    "src/platform",
    "src/migrate",
    "src/append",
    "src/market",
    "src/layout",
    "src/zarr",
    "src/codec",
    "codecs",
    "src/metadata",
    "src/store",
    "src",
  ],
  "src/migrate": [
    "src/platform",
    "src/append",
    "src/market",
    "src/layout",
    "src/zarr",
    "src/codec",
    "codecs",
    "src/metadata",
    "src/store",
  ],
  "src/market": [
    "src/platform",
    "src/append",
    "src/layout",
    "src/zarr",
    "src/codec",
    "codecs",
    "src/metadata",
    "src/store",
    "spec",
  ],
  "src/plot": ["src/export", "src/market", "src/zarr", "src/metadata", "src/store"],
  "src/export": ["src/zarr", "src/metadata", "src/store"],
  "src/append": ["src/zarr", "src/codec", "src/metadata", "src/store"],
  "src/platform": ["src/codec", "src/store"],
  "src/layout": ["src/codec", "codecs", "src/metadata"],
  "src/zarr": ["src/codec", "codecs", "src/metadata", "src/store"],
  "src/codec": ["codecs", "src/metadata", "src/store"],
  codecs: ["src/metadata"],
  "src/metadata": ["spec"],
  "src/store": [],
  // The entry points, which export the rooms.
  src: [
    "src/platform",
    "src/append",
    "src/market",
    "src/layout",
    "src/zarr",
    "src/codec",
    "codecs",
    "src/metadata",
    "src/store",
  ],
};

const NATIVE_MAY_INCLUDE: Readonly<Record<string, readonly string[]>> = {
  node: ["core"],
  core: [],
};

async function filesBelow(directory: string, ending: RegExp): Promise<string[]> {
  const entries = await readdir(join(ROOT, directory), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

function roomOf(file: string): string {
  const [first, second, third] = file.split("/");
  return first === "src" && third !== undefined ? `src/${second}` : first!;
}

/** What `import` and `export … from` name in the file, those of types alone left out if `values`. */
async function specifiersIn(file: string, { values = false } = {}): Promise<string[]> {
  const text = await readFile(join(ROOT, file), "utf8");
  const statements = /^(?:import|export)(?<type> type)?\b[^"'`;]*?"(?<from>[^"]+)"/gm;
  const dynamic = /\bimport\(\s*"(?<from>[^"]+)"/g;
  return [...text.matchAll(statements), ...text.matchAll(dynamic)]
    .filter(({ groups }) => !(values && groups!.type))
    .map(({ groups }) => groups!.from!);
}

const isOurs = (specifier: string): boolean => specifier.startsWith(".");

const resolvedFrom = (file: string, specifier: string): string =>
  relative(ROOT, resolve(ROOT, dirname(file), specifier));

it("imports of TypeScript point down the rooms", async () => {
  const files = [...(await filesBelow("src", /\.ts$/)), ...(await filesBelow("codecs", /\.ts$/))];
  expect(files.length).toBeGreaterThan(50);
  const wrong: string[] = [];
  for (const file of files) {
    const room = roomOf(file);
    for (const specifier of (await specifiersIn(file)).filter(isOurs)) {
      const target = resolvedFrom(file, specifier);
      const targetRoom = roomOf(target);
      const allowed =
        target === "src/errors.ts" || targetRoom === room || MAY_IMPORT[room]?.includes(targetRoom);
      if (!allowed) wrong.push(`${file} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

it("nothing that a browser loads needs Node", async () => {
  const reached = new Set(["src/browser.ts"]);
  const packages = new Set<string>();
  for (const file of reached) {
    if (!file.endsWith(".ts")) continue;
    for (const specifier of await specifiersIn(file, { values: true })) {
      if (isOurs(specifier)) reached.add(resolvedFrom(file, specifier));
      else packages.add(specifier);
    }
  }
  expect(reached.size).toBeGreaterThan(100);
  expect([...packages].filter(isBuiltin)).toEqual([]);
});

it("every other entry point brings Node's platform along", async () => {
  const { exports, bin } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const { "./browser": browser, "./package.json": _, ...others } = exports;
  expect(exports["."].browser).toEqual(browser);
  for (const entry of [
    ...Object.values<{ default: string }>(others).map((other) => other.default),
    // Where the executable loads a command.
    join(dirname(bin.quarry), "program.js"),
  ]) {
    const file = relative("dist", entry).replace(/\.js$/, ".ts");
    const targets = (await specifiersIn(file)).map((specifier) => resolvedFrom(file, specifier));
    expect(targets, file).toContain("src/platform/node.ts");
  }
});

it("every folder below src is a room", async () => {
  const entries = await readdir(join(ROOT, "src"), { withFileTypes: true });
  const rooms = entries.filter((entry) => entry.isDirectory()).map((entry) => `src/${entry.name}`);
  expect(rooms.filter((room) => !(room in MAY_IMPORT))).toEqual([]);
});

it("the core includes nothing of the addon, and no header of Node", async () => {
  const files = await filesBelow("native", /\.(h|cc)$/);
  expect(files.length).toBeGreaterThan(50);
  const wrong: string[] = [];
  for (const file of files) {
    const room = file.split("/")[1]!;
    if (!(room in NATIVE_MAY_INCLUDE) || file.endsWith("_test.cc")) continue;
    const text = await readFile(join(ROOT, file), "utf8");
    for (const [, header] of text.matchAll(/^#include [<"]([^>"]+)[>"]/gm)) {
      const target = header!.split("/")[0]!;
      const isOurs = ["core", "node", "test", "fuzz"].includes(target);
      if (isOurs && target !== room && !NATIVE_MAY_INCLUDE[room]!.includes(target)) {
        wrong.push(`${file} includes ${header}`);
      }
      const isNode = /^(napi|node_api|js_native_api|uv|v8)/.test(header!);
      if (isNode && file !== "native/node/napi_setup.h") wrong.push(`${file} includes ${header}`);
    }
  }
  expect(wrong).toEqual([]);
});

it("only native/core/os calls the operating system's file and memory API", async () => {
  const files = await filesBelow("native/core", /\.(h|cc)$/);
  const wrong: string[] = [];
  for (const file of files) {
    if (file.startsWith("native/core/os/") || file.endsWith("_test.cc")) continue;
    const text = await readFile(join(ROOT, file), "utf8");
    for (const [, header] of text.matchAll(
      /^#include <((?:sys\/|fcntl|unistd|fstream|filesystem)[^>]*)>/gm,
    )) {
      wrong.push(`${file} includes <${header}>`);
    }
  }
  expect(wrong).toEqual([]);
});
