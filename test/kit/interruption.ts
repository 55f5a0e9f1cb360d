/** Ctrl-C, without anybody who presses it. */
import process from "node:process";

/** Interrupts the job that begins next, as soon as it has begun. */
export function interruptNextJob(): void {
  const interrupt = (event: string | symbol) => {
    if (event !== "SIGTERM") return;
    process.off("newListener", interrupt);
    queueMicrotask(() => process.emit("SIGINT"));
  };
  process.on("newListener", interrupt);
}
