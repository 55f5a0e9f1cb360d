/** What numcodecs compresses and Quarry only decodes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { resolveCodec } from "../../src/codec/registry.ts";
import { dataTypeOf } from "../../src/metadata/data-type.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { askPython } from "./python.ts";

const LZMA1 = 0x4000000000000001n;
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

test("chunks that numcodecs compressed with bz2 and lzma come back", async () => {
  const directory = await temporaryDirectory();
  const job = { directory, codecs: [...CODECS] };
  const { chunks } = await askPython<{ chunks: number }>("compressors.py", job);
  expect(chunks).toBeGreaterThan(5);
  for (let index = 0; index < chunks; index++) {
    const chunk = new Uint8Array(readFileSync(join(directory, `chunk.${index}`)));
    const size = { exact: chunk.length, max: chunk.length };
    const type = { dataType: dataTypeOf("uint8"), shape: [chunk.length] };
    for (const [number, { id, ...configuration }] of CODECS.entries()) {
      const codec = resolveCodec({ name: `numcodecs.${id}`, configuration }, type, "/test");
      const encoded = new Uint8Array(readFileSync(join(directory, `chunk.${index}.${number}`)));
      const decoded = await (await codec.portable()).decode(encoded, size, { path: "/test" });
      expect(Buffer.compare(decoded, chunk), `chunk ${index}, codec ${number}`).toBe(0);
    }
  }
});
