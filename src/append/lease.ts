/**
 * The right to change a store: a lock of the operating system on the store's directory, which goes with the process that
 * holds it. A writer holds it alone; others that change a store share it for as long as that takes them
 * (`src/store/shared-lease.ts`).
 */
import { statSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Addon } from "../codec/native/addon.ts";
import { QuarryError } from "../errors.ts";
import { leaseHeld } from "../store/shared-lease.ts";

/** Changes by others are short; who waits longer for them is told. */
const WAIT_MS = 5_000;
const RETRY_MS = 10;

export interface Lease {
  /** @throws Error where the directory has been moved since, or replaced: what is at its path is not what is locked */
  checkPlace(): void;
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
    if (handle !== undefined) return leaseOn(directory, () => addon.unlockDirectory(handle));
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

function leaseOn(directory: string, release: () => void): Lease {
  const locked = inodeOf(directory);
  const checkPlace = (): void => {
    if (locked !== undefined && inodeOf(directory) === locked) return;
    throw new Error(
      "its directory has been moved, or replaced by another: move it back, or its journal with it",
    );
  };
  return { checkPlace, release };
}

function inodeOf(directory: string): string | undefined {
  const stats = statSync(directory, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev} ${stats.ino}`;
}

/** What the holder writes about itself. */
export function describeHolder(): Uint8Array {
  const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  return new TextEncoder().encode(`${JSON.stringify(holder)}\n`);
}
