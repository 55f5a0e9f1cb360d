/** What numcodecs compresses and Quarry decodes, and bz2 the other way as well. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PortableCodec } from "../../codecs/definition.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { dataTypeOf } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { expectBytes } from "../kit/bytes.ts";
import { askPython } from "./python.ts";

const LZMA1 = 0x4000000000000001n;
/** The ones with bz2 first. */
const CODECS: readonly JsonObject[] = [
  { id: "bz2", level: 1 },
  { id: "bz2", level: 9 },
  { id: "lzma", format: 1, check: 0, preset: 0 },
  { id: "lzma", format: 1, check: 1, preset: 9 },
  {
    id: "lzma",
    format: 1,
    check: 10,
    filters: [
      { id: 3, dist: 4 },
      { id: 33, preset: 3, lc: 0, lp: 3, pb: 4 },
    ],
  },
  { id: "lzma", format: 2, preset: 6 },
  { id: "lzma", format: 2, filters: [{ id: LZMA1, dict_size: 4096, lc: 4, lp: 0, pb: 0 }] },
  { id: "lzma", format: 3, filters: [{ id: 33, dict_size: 65536 }] },
  { id: "lzma", format: 3, filters: [{ id: LZMA1, lc: 1, lp: 2, pb: 3 }] },
];

const PLACE = { path: "/test" };

let directory: string;
let chunks: readonly Uint8Array[];
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "quarry-compressors-"));
  const job = { directory, action: "compress", codecs: [...CODECS] };
  const { chunks: chunkCount } = await askPython<{ chunks: number }>("compressors.py", job);
  chunks = Array.from({ length: chunkCount }, (_, index) => read(`chunk.${index}`));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(directory, name)));
}

function start({ id, ...configuration }: JsonObject, chunk: Uint8Array): Promise<PortableCodec> {
  const type = { dataType: dataTypeOf("uint8"), shape: [chunk.length] };
  return resolveCodec({ name: `numcodecs.${id}`, configuration }, type, "/test").portable();
}

test("chunks that numcodecs compressed come back", async () => {
  expect(chunks.length).toBeGreaterThan(5);
  for (const [index, chunk] of chunks.entries()) {
    const size = { exact: chunk.length, max: chunk.length };
    for (const [number, configuration] of CODECS.entries()) {
      const codec = await start(configuration, chunk);
      const decoded = await codec.decode(read(`chunk.${index}.${number}`), size, PLACE);
      expectBytes(decoded, chunk, `chunk ${index}, codec ${number}`);
    }
  }
});

test("chunks that Quarry compressed with bz2 come back to numcodecs, and are as small as its own", async () => {
  const codecs = CODECS.filter(({ id }) => id === "bz2");
  for (const [index, chunk] of chunks.entries()) {
    for (const [number, configuration] of codecs.entries()) {
      const encoded = await (await start(configuration, chunk)).encode(chunk, PLACE);
      const name = `chunk.${index}.${number}`;
      writeFileSync(join(directory, `${name}.quarry`), encoded);
      expect(encoded.length, name).toBeLessThanOrEqual(1.05 * read(name).length);
    }
  }
  const job = { directory, action: "decompress", codecs };
  expect(await askPython("compressors.py", job)).toEqual({ different: [] });
});
