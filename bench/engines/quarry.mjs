// This package, or the build of another of its commits: the first argument is the folder of its package.json.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inputOf, serve, touchedOutput } from "./protocol.mjs";

const packageRoot = process.argv[2];
const { openArray, slice } = await import(pathToFileURL(join(packageRoot, "dist", "src", "index.js")).href);
const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));

const dataOf = ({ data }) => data;
const allOf = (results) => results.map(dataOf);

await serve(version, {
  "write-whole": async ({ store, data }) => {
    const array = await openArray(store, { mode: "r+" });
    const items = inputOf(data);
    return { run: () => array.set(null, items) };
  },

  "read-whole": async ({ store }) => {
    const array = await openArray(store);
    return { run: () => array.get(), parts: (result) => [dataOf(result)] };
  },

  "read-into": async ({ store }) => {
    const array = await openArray(store);
    const out = touchedOutput(array.shape[0] * array.shape[1]);
    return { run: () => array.get(null, { out }), parts: () => [out] };
  },

  "windows-serial": async ({ store, starts, windowRows }) => {
    const array = await openArray(store);
    const run = async () => {
      const windows = [];
      for (const start of starts) windows.push(await array.get([slice(start, start + windowRows), null]));
      return windows;
    };
    return { run, parts: allOf };
  },

  "windows-concurrent": async ({ store, starts, windowRows }) => {
    const array = await openArray(store);
    const run = () => Promise.all(starts.map((start) => array.get([slice(start, start + windowRows), null])));
    return { run, parts: allOf };
  },

  "sorted-rows": async ({ store, rows }) => {
    const array = await openArray(store);
    if (array.getOrthogonal !== undefined) {
      return { run: () => array.getOrthogonal([rows, null]), parts: (result) => [dataOf(result)] };
    }
    // A commit from before orthogonal selection.
    return { run: () => Promise.all(rows.map((row) => array.get([row, null]))), parts: allOf };
  },

  "one-column": async ({ store, column }) => {
    const array = await openArray(store);
    return { run: () => array.get([null, column]), parts: (result) => [dataOf(result)] };
  },

  appends: async ({ store, data, batches, batchRows }) => {
    const array = await openArray(store, { mode: "r+" });
    const batchItems = batchRows * array.shape[1];
    const items = inputOf(data);
    const run = async () => {
      for (let batch = 0; batch < batches; batch += 1) {
        await array.append(items.subarray(batch * batchItems, (batch + 1) * batchItems));
      }
    };
    return { run };
  },

  "open-one-row": async ({ store, row, openings }) => {
    const run = async () => {
      let result;
      for (let opening = 0; opening < openings; opening += 1) {
        result = await (await openArray(store)).get([row, null]);
      }
      return result;
    };
    return { run, parts: (result) => [dataOf(result)] };
  },
});
