// A program whose workers read, one after the other, while its main thread has never met the core: node lone-workers.mjs
// DIRECTORY. Prints how many came to their end.
import { parentPort, Worker } from "node:worker_threads";

const WORKERS = 3;
const directory = process.argv[2];

if (parentPort === null) {
  let ended = 0;
  for (let started = 0; started < WORKERS; started += 1) {
    const worker = new Worker(new URL(import.meta.url), { argv: [directory] });
    const code = await new Promise((resolve) => worker.once("exit", resolve));
    if (code === 0) ended += 1;
  }
  process.stdout.write(`${ended}\n`);
} else {
  const { openArray } = await import("../../dist/src/index.js");
  const array = await openArray(directory);
  // Together, so that the core's threads read and not this one.
  await Promise.all([array.get(), array.get()]);
}
