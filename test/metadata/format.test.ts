/** The worked examples of spec/format.md, against the code and against another reader. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as zarrita from "zarrita";
import { SEAL_PREFIX, sealRootDocument } from "../../src/metadata/checksum.ts";
import { crc32c } from "../../src/metadata/crc.ts";
import { dataTypeOf } from "../../src/metadata/data-type.ts";
import { parseFillValue } from "../../src/metadata/fill-value.ts";
import { encodeJson, parseJson } from "../../src/metadata/json.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";

const page = readFileSync(new URL("../../spec/format.md", import.meta.url), "utf8");

function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n([^\`]*)\\n\`\`\``).exec(page)![1]!;
}

function exampleShard(): Buffer {
  const lines = block("hex").split("\n");
  return Buffer.from(lines.map((line) => line.slice(4).replaceAll(" ", "")).join(""), "hex");
}

test("the example shard holds the values that it is said to hold", async () => {
  const store = new MemoryStore();
  await store.set("/c/0", exampleShard());
  await store.set(
    "/zarr.json",
    encodeJson({
      shape: [6],
      data_type: "uint16",
      chunk_grid: { name: "regular", configuration: { chunk_shape: [6] } },
      chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
      fill_value: 0,
      codecs: [
        {
          name: "sharding_indexed",
          configuration: {
            chunk_shape: [2],
            codecs: [{ name: "bytes", configuration: { endian: "little" } }],
            index_codecs: [
              { name: "bytes", configuration: { endian: "little" } },
              { name: "crc32c", configuration: {} },
            ],
            index_location: "end",
          },
        },
      ],
      attributes: {},
      zarr_format: 3,
      node_type: "array",
    }),
  );
  const array = await zarrita.open(store, { kind: "array" });
  expect((await zarrita.get(array)).data).toEqual(Uint16Array.of(1, 2, 0, 0, 5, 6));
});

test("the example shard ends with the checksum of its index", () => {
  const shard = exampleShard();
  expect(shard).toHaveLength(0x3c);
  expect(crc32c(shard.subarray(0x08, 0x38))).toBe(shard.readUInt32LE(0x38));
  expect(crc32c(shard.subarray(0x08, 0x38))).toBe(0xf3c79093);
});

test("the example chunk of strings is read as the strings that it is said to hold", async () => {
  const store = new MemoryStore();
  await store.set("/c/0", Buffer.from(block("items").replaceAll(" ", ""), "hex"));
  await store.set(
    "/zarr.json",
    encodeJson({
      shape: [3],
      data_type: "string",
      chunk_grid: { name: "regular", configuration: { chunk_shape: [3] } },
      chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
      fill_value: "",
      codecs: [{ name: "vlen-utf8", configuration: {} }],
      attributes: {},
      zarr_format: 3,
      node_type: "array",
    }),
  );
  const array = await zarrita.open(store, { kind: "array" });
  expect((await zarrita.get(array)).data).toEqual(["a", "", "é"]);
});

test.each(
  [...page.matchAll(/^\| `(complex64|r24)` *\| `([^`]+)`[^|]*\| `([0-9a-f ]+)`/gm)].map((row) =>
    row.slice(1),
  ),
)("the fill value of %s that is %s has the bytes that the page shows", (name, json, hex) => {
  const { bytes } = parseFillValue(parseJson(json!), dataTypeOf(name!), "/");
  expect(Buffer.from(bytes).toString("hex")).toBe(hex!.replaceAll(" ", ""));
});

test("the example root is what sealing writes", () => {
  const trades = new TextEncoder().encode('{"zarr_format": 3, "node_type": "group"}\n');
  const root = { attributes: { venue: "binance" }, zarr_format: 3, node_type: "group" };
  const sealed = sealRootDocument(root, new Map([["trades/zarr.json", trades]]));
  expect(new TextDecoder().decode(sealed)).toBe(block("json"));
  expect([trades.length, sealed.length]).toEqual([41, 222]);
});

test("a sealed root begins with the bytes that the page shows", () => {
  const shown = page.split("\n").find((line) => line.startsWith("{⏎"))!;
  expect(shown.replaceAll("⏎", "\n").replaceAll("·", " ")).toBe(SEAL_PREFIX);
  expect(SEAL_PREFIX).toHaveLength(85);
});
