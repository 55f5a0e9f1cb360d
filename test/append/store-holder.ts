/**
 * A process that does one thing with a store, says so in one line of JSON, and stays until it is killed:
 * `open <path>` opens a writer; `region <path> <firstRow> <rows>` waits for a line, then writes rows of `px`.
 */
import { once } from "node:events";
import { isQuarryError, openGroup, openWriter } from "../../src/index.ts";

const [task, path, firstRow, rows] = process.argv.slice(2);

function say(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

try {
  if (task === "open") {
    const writer = await openWriter(path!, { publishIntervalMs: Number.POSITIVE_INFINITY });
    const px = Int32Array.of(-1, -2);
    say({ isOpen: true, ...(await writer.append({ px })) });
    setInterval(() => {}, 1_000_000);
  } else {
    const array = await (await openGroup(path!, { mode: "r+" })).array("px");
    const [start, count] = [Number(firstRow), Number(rows)];
    const data = Int32Array.from({ length: 2 * count }, (_, i) => 2 * start + i);
    say({ isReady: true });
    await once(process.stdin, "data");
    await array.writeRegion([start, 0], { data, shape: [count, 2] });
    say({ written: count });
    process.exit();
  }
} catch (error) {
  if (!isQuarryError(error)) throw error;
  say({ code: error.code, message: error.message });
  process.exit();
}
