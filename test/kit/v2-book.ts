/** A small store of Zarr v2, put together document by document: nothing of ours writes one. */
import { encodeJson, type JsonObject } from "../../src/metadata/json.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { AbsolutePath, ReadableStore, Store } from "../../src/store/store.ts";
import { openGroup } from "../../src/zarr/open.ts";

export const ZGROUP: JsonObject = { zarr_format: 2 };
/** Six rows of four items in two chunks, of which the second is not stored. */
export const ZARRAY: JsonObject = {
  zarr_format: 2,
  shape: [6, 4],
  chunks: [3, 4],
  dtype: ">i2",
  compressor: null,
  fill_value: -1,
  order: "F",
  filters: null,
};
const FIRST_ROWS = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
  [8, 9, 10, 11],
];

/** `px` in order F and big-endian, `trades/` with an array of its own, attributes at each. */
async function bookIn(store: Store, px: JsonObject = ZARRAY): Promise<void> {
  const put = (key: AbsolutePath, document: JsonObject) => store.set(key, encodeJson(document));
  await put("/.zgroup", ZGROUP);
  await put("/.zattrs", { venue: "binance" });
  await put("/px/.zarray", px);
  await put("/px/.zattrs", { _ARRAY_DIMENSIONS: ["time", "level"], scale: 0.1 });
  await put("/trades/.zgroup", ZGROUP);
  await put("/trades/sz b/.zarray", { ...ZARRAY, shape: [2], chunks: [2], dtype: "|u1", fill_value: 7 });
  const chunk = new DataView(new ArrayBuffer(24));
  for (const [row, items] of FIRST_ROWS.entries()) {
    for (const [level, item] of items.entries()) chunk.setInt16(2 * (3 * level + row), item, false);
  }
  await store.set("/px/0.0", new Uint8Array(chunk.buffer));
}

export async function book(px?: JsonObject): Promise<MemoryStore> {
  const store = new MemoryStore();
  await bookIn(store, px);
  return store;
}

export const everythingIn = async (store: MemoryStore): Promise<Record<string, string>> => {
  const values: Record<string, string> = {};
  for await (const key of store.list("/")) values[key] = Buffer.from((await store.get(key))!).toString("hex");
  return values;
};

export const membersOf = async (store: ReadableStore): Promise<string[]> => {
  const names: string[] = [];
  for await (const [name] of (await openGroup(store)).members({ depth: 2 })) names.push(name);
  return names;
};
