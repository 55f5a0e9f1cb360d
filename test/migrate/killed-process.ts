/**
 * A migration that somebody else kills: `vite-node killed-process.ts SOURCE DEST`. Writes a point for each window that
 * has been read, so that its murderer can choose the moment.
 */
import { writeSync } from "node:fs";
import { migrate } from "../../src/migrate/index.ts";

const [source, dest] = process.argv.slice(2);
await migrate(source!, dest!, { resume: true, onProgress: () => void writeSync(1, ".") });
