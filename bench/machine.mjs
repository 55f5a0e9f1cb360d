// What a figure has to be read with. No names: a table may be published.
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";

export const describeMachine = () => ({
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()} ${arch()}`,
  node: process.version,
});

/** Processes that wanted a core in the last minute; of what runs beside the benchmark, when taken at its start. */
export const loadBefore = () => loadavg()[0];
