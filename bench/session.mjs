// Measuring: for each chain and workload, all engines once for the check, then round by round, engine by engine, so
// that whatever else the machine does in that minute falls on all of them alike.
//
// The round of the check is not counted: it also warms the page cache, touches the memory that later rounds get from
// the operating system, and lets just-in-time compilers see the code.
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "../scripts/setup/command.mjs";
import { inRepository } from "../scripts/setup/repository.mjs";
import { EngineProcess } from "./engine-process.mjs";
import { zarrPython } from "./engines.mjs";
import { arrayDocument, COLUMNS, renewStore, writeDocument } from "./measured-array.mjs";
import { digestOf } from "./order-book.mjs";

const stores = inRepository("build", "bench", "stores");

export class Session {
  /** `log` is called with each workload's measurements, `random` is the class SeededRandom. */
  static async open({ engines, ...options }) {
    const session = new Session(options);
    session.referee = await EngineProcess.start(zarrPython);
    for (const engine of engines) session.running.push(await EngineProcess.start(engine));
    return session;
  }

  constructor({ book, chains, workloads, rounds, random, log }) {
    Object.assign(this, { book, chains, workloads, rounds, random, log });
    this.running = [];
    this.measurements = [];
  }

  async close() {
    await Promise.all([this.referee, ...this.running].map((engine) => engine.stop()));
  }

  async measureAll() {
    for (const chain of this.chains) {
      this.written = new Set();
      await this.#writeReference(chain);
      for (const workload of this.workloads) await this.#measure(workload, chain);
    }
  }

  /** The store that all read is written by zarr-python: a neutral party, and what most stores of the world are. */
  async #writeReference(chain, layout = "rows") {
    if (this.written.has(layout)) return;
    this.written.add(layout);
    const store = referenceStore("zarr", chain, layout);
    await renewStore(store, arrayDocument(this.book.rows, chain, { layout }));
    await this.referee.ask({ operation: "write-whole", store, data: this.book.file });
    for (const { engine } of this.running) {
      if (engine.format !== "parquet" || !takes(engine, chain)) continue;
      const own = referenceStore(engine.format, chain, layout);
      await renewStore(own, {});
      await this.#running(engine.name).ask({ operation: "write-whole", store: own, data: this.book.file });
    }
  }

  #running(name) {
    return this.running.find(({ engine }) => engine.name === name);
  }

  async #measure(workload, chain) {
    const taking = this.running.filter(
      ({ engine, operations }) =>
        operations.has(operationOf(workload)) &&
        // The limit program knows the layout of rows only.
        (workload.layout === undefined || engine.lines !== "fields") &&
        takes(engine, chain) &&
        (workload.store === "reference" || writes(engine, chain)),
    );
    if (taking.length === 0) return;
    await this.#writeReference(chain, workload.layout);
    const parameters = workload.parameters(this.book, { SeededRandom: this.random });
    const parts = workload.expected(this.book, parameters);
    const expected = digestOf(parts);
    const expectedRows = parts[0].length / COLUMNS;
    const attempts = taking.map((running) => ({
      running,
      runs: [],
      attempt: new Attempt(this, running, workload, chain, parameters),
    }));
    for (const { attempt } of attempts) await attempt.check(expected, expectedRows);
    for (let round = 0; round < this.rounds; round += 1) {
      for (const { attempt, runs } of attempts) runs.push(await attempt.run());
    }
    const { divisor = 1 } = workload;
    for (const { running, runs, attempt } of attempts) {
      this.measurements.push({
        workload: workload.name,
        chain: chain.name,
        engine: running.engine.name,
        milliseconds: runs.map(({ milliseconds }) => milliseconds / divisor),
        cpuMilliseconds: runs.map(({ cpuMilliseconds }) => cpuMilliseconds / divisor),
        ...attempt.facts,
      });
    }
    this.log(workload, chain, this.measurements.slice(-attempts.length));
  }
}

const takes = (engine, chain) => engine.chains === undefined || engine.chains.includes(chain.name);
const writes = (engine, chain) => !(chain.checksum && engine.checksums === false);
const operationOf = ({ name, operation = name }) => operation;
export const referenceStore = (format, chain, layout = "rows") =>
  join(stores, "reference", layout, `${chain.name}.${format}`);

/** One engine at one workload on one chain. */
class Attempt {
  /** What is known beside the times: bytes on disk, bytes handed to write calls. */
  facts = {};

  constructor(session, running, workload, chain, parameters) {
    const { engine } = running;
    this.session = session;
    this.running = running;
    this.workload = workload;
    this.chain = chain;
    this.store =
      workload.store === "own"
        ? join(stores, engine.name, chain.name)
        : referenceStore(engine.format ?? "zarr", chain, workload.layout);
    this.request = { operation: operationOf(workload), store: this.store, ...parameters };
    if (engine.lines === "fields") Object.assign(this.request, plainFields(chain, session.book));
  }

  async check(expected, expectedRows) {
    const before = this.running.writtenBytes();
    const digest =
      this.workload.store === "own" ? await this.#digestOfWritten(expectedRows) : await this.#digestOfRead();
    if (digest !== expected) {
      throw new SetupError(
        `${this.running.engine.name} gave other values in ${this.workload.name}, ${this.chain.name}`,
      );
    }
    if (this.workload.store !== "own") return;
    const writtenBytes = this.running.writtenBytes();
    if (writtenBytes !== undefined) this.facts.writtenBytes = writtenBytes - before;
    this.facts.storedBytes = await bytesUnder(this.store);
  }

  async #digestOfRead() {
    if (this.running.engine.lines !== "fields") {
      return (await this.running.ask({ ...this.request, check: true })).digest;
    }
    const result = join(stores, "result.bin");
    await this.running.ask({ ...this.request, result });
    const bytes = await readFile(result);
    await rm(result);
    return digestOf([bytes]);
  }

  /** zarr-python reads what an engine wrote; Parquet reads its own. */
  async #digestOfWritten(expectedRows) {
    await this.run();
    const { engine } = this.running;
    // The limit program leaves the array's metadata as it found it.
    if (engine.role === "limit") await writeDocument(this.store, arrayDocument(expectedRows, this.chain));
    const reader = engine.format === "parquet" ? this.running : this.session.referee;
    return (await reader.ask({ operation: "read-whole", store: this.store, check: true })).digest;
  }

  async run() {
    if (this.workload.store === "own") {
      const rows = this.workload.rowsBefore(this.session.book);
      const { shards } = this.running.engine;
      await renewStore(this.store, arrayDocument(rows, this.chain, { shards }));
    }
    return this.running.ask(this.request);
  }
}

/** What the limit program is told in place of the array's metadata, which it does not read. */
export const plainFields = ({ compressor, level, checksum }, { rows }) => ({
  compressor,
  level,
  checksum,
  rowCount: rows,
});

async function bytesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile() && entry.name !== "zarr.json")
    .map((entry) => stat(join(entry.parentPath ?? entry.path, entry.name)));
  return (await Promise.all(sizes)).reduce((total, { size }) => total + size, 0);
}
