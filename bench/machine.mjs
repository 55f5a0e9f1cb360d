// What a figure has to be read with. No names: a table may be published.
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from "node:os";

export const describeMachine = () => ({
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${arch()}`,
  node: process.version,
});

/** Processes that wanted a core in the last minute: before the benchmark begins, those of others. */
export const loadNow = () => loadavg()[0];

/** From here on something else was running, and the figures are provisional. */
export const BUSY_LOAD = 0.5;
