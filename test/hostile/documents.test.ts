/** Metadata that was made to hurt whoever opens it: each is refused by a code, or read for what it is. */
import { describe, expect, it } from "vitest";
import { createGroup, isQuarryError, MemoryStore, open, openGroup } from "../../src/index.ts";
import type { AbsolutePath } from "../../src/store/store.ts";

const text = (document: string): Uint8Array => new TextEncoder().encode(document);

const ARRAY =
  '{"zarr_format":3,"node_type":"array","shape":SHAPE,"data_type":"int8","chunk_grid":{"name":"regular",' +
  '"configuration":{"chunk_shape":CHUNKS}},"chunk_key_encoding":{"name":"default"},"fill_value":0,' +
  '"codecs":CODECS,"attributes":ATTRIBUTES}';

function arrayDocument(changes: { [word: string]: string } = {}): Uint8Array {
  const words = { SHAPE: "[4]", CHUNKS: "[2]", CODECS: '[{"name":"bytes"}]', ATTRIBUTES: "{}", ...changes };
  return text(Object.entries(words).reduce((document, [word, json]) => document.replace(word, json), ARRAY));
}

async function storeOf(document: Uint8Array): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.set("/zarr.json", document);
  return store;
}

const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth);
const times = (count: number, item: string): string => `[${new Array(count).fill(item).join(",")}]`;

describe("a document that is refused", () => {
  it.each<[string, Uint8Array, string]>([
    [
      "100,000 arrays deep",
      arrayDocument({ ATTRIBUTES: `{"a":${nested(100_000, "[", "]")}}` }),
      "METADATA_INVALID",
    ],
    [
      "100,000 objects deep",
      arrayDocument({ ATTRIBUTES: nested(100_000, '{"a":', "}").replace(":}", ":1}") }),
      "METADATA_INVALID",
    ],
    ["an array that is not closed, 1 MB of it", text("[".repeat(1_000_000)), "METADATA_INVALID"],
    [
      "10,000 dimensions",
      arrayDocument({ SHAPE: times(10_000, "1"), CHUNKS: times(10_000, "1") }),
      "METADATA_INVALID",
    ],
    ["33 dimensions", arrayDocument({ SHAPE: times(33, "1"), CHUNKS: times(33, "1") }), "METADATA_INVALID"],
    ["an extent beyond 2^53", arrayDocument({ SHAPE: "[9007199254740993]" }), "METADATA_INVALID"],
    ["an extent of 1e308", arrayDocument({ SHAPE: "[1e308]" }), "METADATA_INVALID"],
    ["a number beyond float64", arrayDocument({ SHAPE: "[1e999]" }), "METADATA_INVALID"],
    ["a negative extent", arrayDocument({ SHAPE: "[-4]" }), "METADATA_INVALID"],
    ["a chunk of no items", arrayDocument({ CHUNKS: "[0]" }), "METADATA_INVALID"],
    ["chunks of other dimensions", arrayDocument({ CHUNKS: "[2,2]" }), "METADATA_INVALID"],
    ["no codecs", arrayDocument({ CODECS: "[]" }), "METADATA_INVALID"],
    [
      "a codec by the name of a prototype's member",
      arrayDocument({ CODECS: '[{"name":"constructor"}]' }),
      "UNSUPPORTED_CODEC",
    ],
    ["a codec called __proto__", arrayDocument({ CODECS: '[{"name":"__proto__"}]' }), "UNSUPPORTED_CODEC"],
    ["bytes that are no UTF-8", Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), "METADATA_INVALID"],
    ["nothing", new Uint8Array(0), "METADATA_INVALID"],
    ["null", text("null"), "METADATA_INVALID"],
  ])("has %s", async (_, document, code) => {
    await expect(open(await storeOf(document))).rejects.toMatchObject({ name: "QuarryError", code });
  });

  it("has sharding in sharding, 10,000 deep", async () => {
    const one =
      '[{"name":"sharding_indexed","configuration":{"chunk_shape":[2],"index_codecs":[{"name":"bytes"}],"codecs":';
    const codecs = `${one.repeat(10_000)}[{"name":"bytes"}]${"}}]".repeat(10_000)}`;
    const opening = open(await storeOf(arrayDocument({ CODECS: codecs })));
    await expect(opening).rejects.toMatchObject({ name: "QuarryError" });
  });
});

it("opens many codecs that do nothing without more than that", async () => {
  const codecs = `[{"name":"bytes"},${times(2000, '{"name":"crc32c"}').slice(1)}`;
  const outcome = await open(await storeOf(arrayDocument({ CODECS: codecs }))).catch(
    (error: unknown) => error,
  );
  expect(outcome instanceof Error ? isQuarryError(outcome) : true).toBe(true);
});

it("keeps __proto__ in attributes away from every prototype", async () => {
  const node = await open(await storeOf(arrayDocument({ ATTRIBUTES: '{"__proto__":{"polluted":1}}' })));
  expect(Object.hasOwn(node.attributes, "__proto__")).toBe(true);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

describe("names that climb out of the store", () => {
  const climbing = ["..", "../x", "a/../../x", "a/..", ".", "a/./b", "a//b", "a\\..\\b/../..", "\0"];

  it.each(climbing)("are refused as a path: %j", async (path) => {
    const root = await createGroup(new MemoryStore());
    await root.createGroup("a");
    const outcome = await root.get(path).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ name: "QuarryError" });
  });

  it.each(climbing.concat("/etc", "a/../a"))("are refused in consolidated metadata: %j", async (name) => {
    const document = {
      zarr_format: 3,
      node_type: "group",
      consolidated_metadata: {
        kind: "inline",
        must_understand: false,
        metadata: { [name]: JSON.parse(new TextDecoder().decode(arrayDocument())) },
      },
    };
    const asked: string[] = [];
    const inner = await storeOf(text(JSON.stringify(document)));
    const store = {
      get: (key: AbsolutePath) => {
        asked.push(key);
        return inner.get(key);
      },
    };
    const refusal = (async () => {
      for await (const [, node] of (await openGroup(store)).members({ depth: 10 })) {
        await (node as { get?: () => Promise<unknown> }).get?.();
      }
    })();
    await expect(refusal).rejects.toMatchObject({ name: "QuarryError" });
    expect(asked.filter((key) => key.includes(".."))).toEqual([]);
  });
});
