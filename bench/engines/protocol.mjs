// One engine is one process that reads a request a line on standard input and answers a line on standard output:
//
//   {"operation": "read-whole", "store": …, "check": true}
//   {"milliseconds": 98.1, "cpuMilliseconds": 190.4, "digest": "…"}
//
// An operation is a function from a request to `{ run, parts }`: what it does before it returns is not measured, `run`
// is, and `parts` makes the result comparable: typed arrays whose bytes, one after another, are hashed when the request
// says `check`. `"prepareOnly": true` stops before `run`: the driver then looks at the memory in use.
import { createHash } from "node:crypto";
import { openSync, readSync, statSync } from "node:fs";
import { createInterface } from "node:readline";

const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

async function perform(operation, request) {
  const { run, parts = () => [] } = await operation(request);
  if (request.prepareOnly) return {};
  // The result of the measurement before is garbage by now, and has to go outside the clock.
  globalThis.gc();
  const startMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const result = await run();
  const cpu = process.cpuUsage(cpuBefore);
  const milliseconds = performance.now() - startMs;
  const times = { milliseconds, cpuMilliseconds: (cpu.user + cpu.system) / 1000 };
  if (!request.check) return times;
  const hash = createHash("sha256");
  for (const part of parts(result))
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return { ...times, digest: hash.digest("hex") };
}

/** Serves `operations`, by name, until standard input ends. Needs `node --expose-gc`. */
export async function serve(version, operations) {
  answer({ version, operations: Object.keys(operations) });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      answer(await perform(operations[request.operation], request));
    } catch (error) {
      answer({ error: error.stack ?? String(error) });
    }
  }
}

let loaded = { path: "", items: undefined };

/** The input of writing workloads: kept, so that its memory has been touched when it is measured. */
export function inputOf(path) {
  if (loaded.path !== path) {
    const items = new Int32Array(statSync(path).size / Int32Array.BYTES_PER_ELEMENT);
    readSync(openSync(path), items);
    loaded = { path, items };
  }
  return loaded.items;
}

let output = new Int32Array(0);

/** Memory for `length` items that has been written to, the same one each time. */
export function touchedOutput(length) {
  if (output.length !== length) output = new Int32Array(length).fill(-1);
  return output;
}
