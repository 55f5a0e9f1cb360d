/** Ctrl-C as a signal that a job can end on, instead of the end of the process. */
import process from "node:process";

/** What is to be told of a job that was interrupted. */
export interface InterruptionNote {
  /** What the job has left behind: `no file was written`. */
  readonly left: string;
  /** What its document holds beside `ok` and `interrupted`. */
  readonly fields: object;
}

/** A job ended before it was done, because it was asked to. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly fields: object;

  constructor({ left, fields }: InterruptionNote, cause: unknown) {
    super(`interrupted; ${left}`, { cause });
    this.fields = fields;
  }
}

/**
 * Runs `job` with a signal that the first SIGINT or SIGTERM raises. A second one ends the process at once, as
 * ever: the handlers are taken back when the first has come, and when the job ends.
 * @param note absent for a job that tells by itself how far it came
 * @throws InterruptedError with a note, where the job gives up because of the signal
 */
export async function interruptible<Result>(
  job: (signal: AbortSignal) => Promise<Result>,
  note?: InterruptionNote,
): Promise<Result> {
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
  } catch (error) {
    // What fails for another reason, be it after the signal, is told for what it is.
    if (note === undefined || error !== controller.signal.reason) throw error;
    throw new InterruptedError(note, error);
  } finally {
    remove();
  }
}
