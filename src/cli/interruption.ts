/** Ctrl-C as a signal that a job can end on, instead of the end of the process. */
import process from "node:process";

/**
 * Runs `job` with a signal that the first SIGINT or SIGTERM raises. A second one ends the process at once, as
 * ever: the handlers are taken back when the first has come, and when the job ends.
 */
export async function interruptible<Result>(job: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const remove = () => {
    process.off("SIGINT", abort);
    process.off("SIGTERM", abort);
  };
  const abort = () => {
    remove();
    controller.abort();
  };
  process.on("SIGINT", abort);
  process.on("SIGTERM", abort);
  try {
    return await job(controller.signal);
  } finally {
    remove();
  }
}
