// Reads and writes one array without end, from the built package; says so once it has begun.
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { codec, createArray } from "../../dist/src/index.js";

const items = Int32Array.from({ length: 1_000_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 12);
const array = await createArray(join(workerData.directory, "array"), {
  shape: [items.length],
  dataType: "int32",
  chunks: [10_000],
  shards: [500_000],
  codecs: [codec.zstd({ level: 3 }), codec.crc32c()],
});
await array.set(null, items);
parentPort.postMessage("begun");
for (;;) await Promise.all([array.get(), array.set(null, items), array.get()]);
