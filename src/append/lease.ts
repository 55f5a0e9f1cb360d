/**
 * The right to change a store: a lock of the operating system on the store's directory, which goes with the process that
 * holds it. A writer holds it alone; others that change a store share it for as long as that takes them
 * (`src/store/shared-lease.ts`).
 */
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Addon } from "../codec/native/addon.ts";
import { QuarryError } from "../errors.ts";

/** In the journal's directory: who holds the lease. */
export const HOLDER_NAME = "holder.json";

/** Changes by others are short; who waits longer for them is told. */
const WAIT_MS = 5_000;
const RETRY_MS = 10;

export interface Lease {
  release(): void;
}

/** @throws QuarryError `LEASE_HELD`, with the holder's process and host */
export async function takeLease(
  addon: Pick<Addon, "lockDirectory" | "unlockDirectory">,
  directory: string,
  journalDirectory: string,
): Promise<Lease> {
  const deadlineMs = performance.now() + WAIT_MS;
  for (;;) {
    const handle = addon.lockDirectory(directory, true);
    if (handle !== undefined) return { release: () => addon.unlockDirectory(handle) };
    const shared = addon.lockDirectory(directory, false);
    if (shared === undefined) throw await held(directory, journalDirectory);
    addon.unlockDirectory(shared);
    if (performance.now() > deadlineMs) {
      throw new QuarryError("LEASE_HELD", `${directory} is being changed by others without a pause`, {
        path: directory,
      });
    }
    await delay(RETRY_MS);
  }
}

/** What the holder writes about itself. */
export function describeHolder(): Uint8Array {
  const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  return new TextEncoder().encode(`${JSON.stringify(holder)}\n`);
}

async function held(directory: string, journalDirectory: string): Promise<QuarryError> {
  const who = await readHolder(join(journalDirectory, HOLDER_NAME));
  return new QuarryError(
    "LEASE_HELD",
    `${directory} has a writer already: ${who}. One writer at a time; readers are free`,
    { path: directory },
  );
}

async function readHolder(file: string): Promise<string> {
  try {
    const { pid, host, since } = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    return `process ${String(pid)} on ${String(host)}, since ${String(since)}`;
  } catch {
    // It may have taken the lease a moment ago.
    return "a process that has not said its name yet";
  }
}
