// What a program does that migrates with the library: quarry.mjs STORE DEST [--no-verify]. Prints a line of JSON:
// {"seconds", "peakBytes"}, the seconds from behind the imports, as of legacy.py.
import { migrate } from "../../dist/src/migrate/index.js";

const [store, dest, flag] = process.argv.slice(2);
const started = performance.now();
const { ok, stores } = await migrate(store, dest, { verify: flag !== "--no-verify" });
if (!ok) throw new Error(stores[0].reason);
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }));
