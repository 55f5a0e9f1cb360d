/**
 * A bound on the jobs that the core has at once. Its threads take their tasks in turn, and each job keeps the files open
 * that it is reading: thousands of them would use up what a process may have open.
 */
const JOBS_MAX = 64;

let jobsRunning = 0;
const waiting: (() => void)[] = [];

/** Calls `begin`, which may begin a job, as soon as there is room for one: at once, if there is. */
export function whenThereIsRoom(begin: () => void): void {
  if (jobsRunning < JOBS_MAX) begin();
  else waiting.push(begin);
}

export function jobBegan(): void {
  jobsRunning += 1;
}

export function jobEnded(): void {
  jobsRunning -= 1;
  // One that was aborted while it waited, or fails at once, makes room for the next.
  while (jobsRunning < JOBS_MAX && waiting.length > 0) waiting.shift()!();
}

export function isIdle(): boolean {
  return jobsRunning === 0;
}
