// The results as a table for people: Markdown for the README, and the same for the terminal.
import { chains as allChains } from "./chains.mjs";
import { BUSY_LOAD } from "./machine.mjs";
import { figure, medianOf, standing } from "./statistics.mjs";
import { workloads as allWorkloads } from "./workloads/index.mjs";

const MiB = 2 ** 20;

const present = (all, results, kind) =>
  all.filter(({ name }) => results.measurements.some((measurement) => measurement[kind] === name));

function found(results, workload, chain, engine) {
  return results.measurements.find(
    (measurement) =>
      measurement.workload === workload && measurement.chain === chain && measurement.engine === engine,
  );
}

/** `values`, one a chain, as one cell; a single dash where there is none at all. */
const cell = (values) => (values.every((value) => value === "–") ? "–" : values.join(" / "));

const ratio = (a, b) => (a === undefined || b === undefined ? "–" : (a / b).toFixed(2));

/** Rows of cells, the head first. */
export function tableRows(results) {
  const chains = present(allChains, results, "chain");
  const workloads = present(allWorkloads, results, "workload");
  const engines = Object.keys(results.engines);
  const label = (name) => (name === "limit" ? "limit" : `${name} ${results.engines[name].version}`);
  const rows = [["milliseconds", ...engines.map(label), "best peer ÷ ours", "ours ÷ limit"]];
  for (const { name, title } of workloads) {
    const standings = chains.map((chain) => standing(results, name, chain.name));
    rows.push([
      title,
      ...engines.map((engine) =>
        cell(chains.map((chain) => figure(medianOf(found(results, name, chain.name, engine))))),
      ),
      cell(standings.map((place) => ratio(place?.best?.milliseconds, place?.ours))),
      cell(standings.map((place) => ratio(place?.ours, place?.limit))),
    ]);
  }
  const megabytes = (workload, fact) =>
    engines.map((engine) =>
      cell(
        chains.map((chain) => {
          const bytes = found(results, workload, chain.name, engine)?.[fact];
          return bytes === undefined ? "–" : figure(bytes / 1e6);
        }),
      ),
    );
  if (workloads.some(({ name }) => name === "write-whole")) {
    rows.push(["*MB on disk*", ...megabytes("write-whole", "storedBytes"), "", ""]);
  }
  if (workloads.some(({ name }) => name === "appends")) {
    rows.push(["*MB written by the appends*", ...megabytes("appends", "writtenBytes"), "", ""]);
  }
  if (results.memory.length > 0) {
    const above = engines.map((engine) => {
      const peak = results.memory.find((entry) => entry.engine === engine);
      return peak ? `${figure(peak.readBytes / MiB)}, ${figure(peak.writeBytes / MiB)}` : "–";
    });
    rows.push([`*MiB above the array, read, write (${results.memoryChain})*`, ...above, "", ""]);
  }
  return rows;
}

/** The chain of our own book stores against the fastest that tensorstore writes: what a user of each would see. */
export function bookStoreChainLine(results) {
  const ours = Object.keys(results.engines).find((name) => results.engines[name].role === "ours");
  const quarry = found(results, "write-whole", "portable", ours);
  const tensorstore = found(results, "write-whole", "zstd-3", "tensorstore");
  if (quarry === undefined || tensorstore === undefined) return "";
  const times = ratio(medianOf(tensorstore), medianOf(quarry));
  return (
    `Writing the whole array with the chain of Quarry's book stores (blosc-zstd 2 shuffle + crc32c) against tensorstore's zstd 3: ` +
    `${times} times as fast, in ${ratio(quarry.storedBytes, tensorstore.storedBytes)} of the bytes.`
  );
}

/** What a caller who keeps a buffer gains over the read that every peer has. */
function intoOutLine(results, chains) {
  const ratios = chains.map((chain) => {
    const into = standing(results, "read-into", chain.name);
    const fresh = standing(results, "read-whole", chain.name);
    return ratio(fresh?.best?.milliseconds, into?.ours);
  });
  return ratios.every((value) => value === "–")
    ? ""
    : `Reading into \`out\` against the best peer reading into memory of its own: ${ratios.join(" / ")} times as fast.`;
}

const provisionalLine = ({ load }) =>
  load > BUSY_LOAD ? `Provisional: other programs were running (load ${load.toFixed(1)}).` : "";

export function markdown(results) {
  const { machine, book } = results;
  const chains = present(allChains, results, "chain");
  const rows = tableRows(results).map((cells) => `| ${cells.join(" | ")} |`);
  const rule = `|${" --- |".repeat(tableRows(results)[0].length)}`;
  return [
    `Measured on ${results.date} with \`${results.command}\` on ${machine.cores} cores (${machine.cpu}), ` +
      `${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}; warm page cache; medians of ${results.rounds} ` +
      `interleaved runs.`,
    `Data: int32 price ticks [${book.rows.toLocaleString("en")}, 40], ${book.source}; inner chunk 4096 × 40, shard ` +
      `262,144 × 40, index at the end with crc32c. Cells: ${chains.map(({ title }) => title).join(" / ")}.`,
    "",
    rows[0],
    rule,
    ...rows.slice(1),
    "",
    ...[bookStoreChainLine(results), intoOutLine(results, chains), provisionalLine(results)]
      .filter((line) => line !== "")
      .flatMap((line) => [line, ""]),
    "zarrita writes a file a chunk (it has no sharded writing), without a checksum. Parquet (a column a level, zstd 3) is there " +
      "for scale and not among the peers. tensorstore runs with `file_io_sync` off, since no other engine syncs. The limit " +
      "is `bench/limit`: the same work in C++ with no check of anything, on huge pages.",
    "",
  ].join("\n");
}

/** The table with its columns aligned, for a terminal. */
export function plainText(results) {
  const rows = tableRows(results);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows
    .map((cells) =>
      cells
        .map((text, column) => text.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
