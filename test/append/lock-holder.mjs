// Takes an exclusive lock on a directory, says whether it has it, and keeps it until it is killed: as a process
// (arguments: addon, directory) or as a worker (the same as workerData).
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

const [addon, directory] = workerData ?? process.argv.slice(2);
const handle = createRequire(import.meta.url)(addon).lockDirectory(directory, true);
const answer = handle === undefined ? "refused" : "locked";
if (parentPort === null) process.stdout.write(answer);
else parentPort.postMessage(answer);
setInterval(() => {}, 1_000_000);
