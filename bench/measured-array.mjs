// The array that everything is measured on: int32 price ticks [rows, 40], 20 levels a side, in shards of 262,144 rows with
// the index, checksummed, at their end. Two layouts: "rows", which is meant wherever none is named, has inner chunks of
// 4096 whole rows; "columns" has inner chunks of 65,536 rows of one level.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const COLUMNS = 40;
export const CHUNK_ROWS = 4096;
export const SHARD_ROWS = 262_144;
export const ROW_BYTES = COLUMNS * Int32Array.BYTES_PER_ELEMENT;

/** Shapes of an inner chunk. */
const LAYOUTS = { rows: [CHUNK_ROWS, COLUMNS], columns: [65_536, 1] };

const sharded = (codecs, layout) => [
  {
    name: "sharding_indexed",
    configuration: {
      chunk_shape: LAYOUTS[layout],
      codecs,
      index_codecs: [
        { name: "bytes", configuration: { endian: "little" } },
        { name: "crc32c", configuration: {} },
      ],
      index_location: "end",
    },
  },
];

/** `zarr.json` of an array of `rows` rows in `chain`; `shards: false` makes each chunk a file. */
export function arrayDocument(rows, chain, { shards = true, layout = "rows" } = {}) {
  const chunkRows = shards ? SHARD_ROWS : CHUNK_ROWS;
  return {
    zarr_format: 3,
    node_type: "array",
    shape: [rows, COLUMNS],
    data_type: "int32",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [chunkRows, COLUMNS] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: 0,
    codecs: shards ? sharded(chain.codecs, layout) : chain.codecs,
    attributes: {},
    dimension_names: ["ts_event", "level"],
    storage_transformers: [],
  };
}

export const writeDocument = (store, document) =>
  writeFile(join(store, "zarr.json"), JSON.stringify(document, undefined, 2));

/** An empty array in place of whatever is at `store`. */
export async function renewStore(store, document) {
  await rm(store, { recursive: true, force: true });
  await mkdir(store, { recursive: true });
  await writeDocument(store, document);
}
