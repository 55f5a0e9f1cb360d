// How much memory an engine takes above the array itself when it reads or writes all of it, in a process of its own.
//
// Resident memory before: the libraries are loaded and have done a small read, the store is open and, for writing, the
// input is in memory. Highest resident memory: as the kernel recorded it during the operation. For reading, the array
// that is returned is taken off.
import { inRepository } from "../scripts/setup/repository.mjs";
import { EngineProcess } from "./engine-process.mjs";
import { arrayDocument, ROW_BYTES, renewStore } from "./measured-array.mjs";
import { plainFields, referenceStore } from "./session.mjs";

async function bytesAbove(engine, operation, before, arrayBytes) {
  const running = await EngineProcess.start(engine);
  try {
    for (const request of before) {
      if (running.operations.has(request.operation)) await running.ask(request);
    }
    await running.ask({ ...operation, prepareOnly: true });
    const resident = running.residentBytes();
    running.resetPeakMemory();
    await running.ask(operation);
    return Math.max(0, running.peakResidentBytes() - resident - arrayBytes);
  } finally {
    await running.stop();
  }
}

/** Bytes above the array for each engine, reading and writing, on `chain`. Linux only: elsewhere an empty list. */
export async function peakMemory(engines, chain, book) {
  if (process.platform !== "linux") return [];
  const results = [];
  for (const engine of engines) {
    const fields = engine.lines === "fields" ? plainFields(chain, book) : {};
    const format = engine.format ?? "zarr";
    const reading = { store: referenceStore(format, chain), ...fields };
    const smallRead = { operation: "windows-serial", starts: [0], windowRows: 1, ...reading };
    const store = inRepository("build", "bench", "stores", "peak-memory");
    await renewStore(store, arrayDocument(book.rows, chain, { shards: engine.shards }));
    const write = { operation: "write-whole", data: book.file, store, ...fields };
    const read = { operation: "read-whole", ...reading };
    results.push({
      engine: engine.name,
      readBytes: await bytesAbove(engine, read, [smallRead], book.rows * ROW_BYTES),
      writeBytes: await bytesAbove(engine, write, [smallRead], 0),
    });
  }
  return results;
}
