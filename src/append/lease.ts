/**
 * The right to change a store: a lock of the operating system on the store's directory, which goes with the process that
 * holds it. A writer holds it alone; others that change a store share it for as long as that takes them
 * (`src/store/shared-lease.ts`).
 */
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Addon } from "../codec/native/addon.ts";
import { QuarryError } from "../errors.ts";
import { leaseHeld } from "../store/shared-lease.ts";

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
): Promise<Lease> {
  const deadlineMs = performance.now() + WAIT_MS;
  for (;;) {
    const handle = addon.lockDirectory(directory, true);
    if (handle !== undefined) return { release: () => addon.unlockDirectory(handle) };
    const shared = addon.lockDirectory(directory, false);
    if (shared === undefined) throw leaseHeld(directory);
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
