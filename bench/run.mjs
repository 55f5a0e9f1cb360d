// npm run bench, once everything is set up: measures, and leaves results.json, table.md and bench.png in build/bench/.
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { runLogged, SetupError } from "../scripts/setup/command.mjs";
import { inRepository, root, venvBinary } from "../scripts/setup/repository.mjs";
import { chains } from "./chains.mjs";
import { engines } from "./engines.mjs";
import { BUSY_LOAD, describeMachine, loadNow } from "./machine.mjs";
import { orderBook } from "./order-book.mjs";
import { peakMemory } from "./peak-memory.mjs";
import { Session } from "./session.mjs";
import { figure, medianOf } from "./statistics.mjs";
import { bookStoreChainLine, markdown, plainText } from "./table.mjs";
import { workloads } from "./workloads/index.mjs";

const folder = inRepository("build", "bench");
const say = (text) => process.stderr.write(`${text}\n`);

/** The chain that peak memory is measured on; it hardly depends on it. */
const MEMORY_CHAIN = chains[0];

/**
 * `names`, split by what they name. A kind that none of them names is taken whole: "read-whole,tensorstore,quarry" is one
 * workload, two engines and all chains.
 */
export function selection(names) {
  const kinds = { engines, chains, workloads, memory: [{ name: "memory" }] };
  const known = Object.values(kinds).flat();
  const unknown = names.find((name) => !known.some((entry) => entry.name === name));
  if (unknown !== undefined) {
    throw new SetupError(
      `nothing is called "${unknown}"; there are ${known.map(({ name }) => name).join(", ")}`,
    );
  }
  const named = (list) => list.filter(({ name }) => names.includes(name));
  const orAll = (list) => (named(list).length > 0 ? named(list) : list);
  const wantsMemory = names.includes("memory");
  return {
    engines: orAll(engines),
    chains: orAll(chains),
    workloads: wantsMemory && named(workloads).length === 0 ? [] : orAll(workloads),
    memory: wantsMemory || (named(workloads).length === 0 && orAll(chains).includes(MEMORY_CHAIN)),
  };
}

export function sayMeasured(workload, chain, measurements) {
  const times = measurements.map((measurement) => `${measurement.engine} ${figure(medianOf(measurement))}`);
  say(`${chain.name.padEnd(13)} ${workload.name.padEnd(19)} ms: ${times.join(", ")}`);
}

/** Runs the benchmark and returns what results.json holds. */
export async function runBench({ rows, rounds, names, command }) {
  const chosen = selection(names);
  const load = loadNow();
  if (load > BUSY_LOAD) {
    say(`something else is running (load ${load.toFixed(1)}): the figures will be worth less`);
  }
  const book = await orderBook(rows);
  const { SeededRandom } = await import(inRepository("dist", "src", "market", "simulate", "random.js"));
  const session = await Session.open({ book, ...chosen, rounds, random: SeededRandom, log: sayMeasured });
  const versions = session.running.map(({ engine, version }) => [
    engine.name,
    { version, role: engine.role },
  ]);
  await session.measureAll().finally(() => session.close());
  const results = {
    date: new Date().toISOString().slice(0, 10),
    command,
    machine: describeMachine(),
    load,
    rounds,
    book: { source: book.source, rows: book.rows },
    engines: Object.fromEntries(versions),
    measurements: session.measurements,
    memoryChain: MEMORY_CHAIN.title,
    memory: chosen.memory ? await peakMemory(chosen.engines, MEMORY_CHAIN, book) : [],
  };
  await publish(results);
  return results;
}

async function publish(results) {
  await mkdir(folder, { recursive: true });
  const [json, table, picture] = ["results.json", "table.md", "bench.png"].map((name) => join(folder, name));
  await writeFile(json, `${JSON.stringify(results, undefined, 1)}\n`);
  await writeFile(table, markdown(results));
  process.stdout.write(`\n${plainText(results)}\n\n${bookStoreChainLine(results)}\n`);
  if (results.measurements.length > 0) {
    const python = venvBinary("python");
    await runLogged("bench-picture", python, [inRepository("bench", "picture.py"), json, picture]);
  }
  for (const file of [json, table, picture]) say(relative(root, file));
}
