// zarrita, the Zarr library of the JavaScript world. It cannot write shards: its stores have a file a chunk.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import FileSystemStore from "@zarrita/storage/fs";
import * as zarr from "zarrita";
import { inputOf, serve } from "./protocol.mjs";

const packageFile = new URL(
  "../package.json",
  import.meta.resolve("zarrita").replace("/dist/src/", "/dist/"),
);
const { version } = JSON.parse(readFileSync(fileURLToPath(packageFile), "utf8"));

const openArray = (store) => zarr.open.v3(new FileSystemStore(store), { kind: "array" });
const dataOf = ({ data }) => data;
const allOf = (results) => results.map(dataOf);

await serve(version, {
  "write-whole": async ({ store, data }) => {
    const array = await openArray(store);
    const items = inputOf(data);
    const [rows, columns] = array.shape;
    return {
      run: () => zarr.set(array, null, { data: items, shape: [rows, columns], stride: [columns, 1] }),
    };
  },

  "read-whole": async ({ store }) => {
    const array = await openArray(store);
    return { run: () => zarr.get(array), parts: (result) => [dataOf(result)] };
  },

  "windows-serial": async ({ store, starts, windowRows }) => {
    const array = await openArray(store);
    const run = async () => {
      const windows = [];
      for (const start of starts)
        windows.push(await zarr.get(array, [zarr.slice(start, start + windowRows), null]));
      return windows;
    };
    return { run, parts: allOf };
  },

  "windows-concurrent": async ({ store, starts, windowRows }) => {
    const array = await openArray(store);
    const run = () =>
      Promise.all(starts.map((start) => zarr.get(array, [zarr.slice(start, start + windowRows), null])));
    return { run, parts: allOf };
  },

  "sorted-rows": async ({ store, rows }) => {
    const array = await openArray(store);
    return { run: () => Promise.all(rows.map((row) => zarr.get(array, [row, null]))), parts: allOf };
  },

  "one-column": async ({ store, column }) => {
    const array = await openArray(store);
    return { run: () => zarr.get(array, [null, column]), parts: (result) => [dataOf(result)] };
  },

  "open-one-row": async ({ store, row, openings }) => {
    const run = async () => {
      let result;
      for (let opening = 0; opening < openings; opening += 1) {
        result = await zarr.get(await openArray(store), [row, null]);
      }
      return result;
    };
    return { run, parts: (result) => [dataOf(result)] };
  },
});
