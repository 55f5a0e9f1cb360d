#!/usr/bin/env node
/** The executable: the program on the process's own arguments, streams and exit code. */
import process from "node:process";
import { runProgram } from "./program.ts";

// Whoever reads us (`quarry … | head`) may stop when it has enough; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), process);
