/** Quarry's own readers beside a writer: every engine sees commits and nothing else. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { createGroup, FileSystemStore, openGroup, openWriter, withRequestCount } from "../../src/index.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const value = (row: number): number => 1 + ((row * 7919) % 65_521);

it.each([
  ["the core's own files", (path: string) => path],
  // A store that names no directory is read through the store engine.
  ["the store engine", (path: string) => withRequestCount(new FileSystemStore(path))],
])(
  "reads all of it, windows of it and what is new, through %s, while shards grow in place",
  async (_, locate) => {
    const path = join(await temporaryDirectory(), "live.zarr");
    const root = await createGroup(path);
    await root.createArray("px", { shape: [0, 8], dataType: "int32", chunks: [32, 8], shards: [256, 8] });
    const writer = await openWriter(path, { sync: "none", publishIntervalMs: 3 });
    let rows = 0;
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        const count = 1 + (rows % 7);
        const px = Int32Array.from(
          { length: count * 8 },
          (_item, i) => value(rows + Math.floor(i / 8)) + (i % 8),
        );
        rows += count;
        await writer.append({ px });
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();

    const group = await openGroup(locate(path));
    const kept = await group.array("px");
    let reads = 0;
    let seen = 0;
    const untilMs = performance.now() + 3000;
    while (performance.now() < untilMs) {
      // Small reads are done on this thread, which the writer needs as well.
      await new Promise((resolve) => setImmediate(resolve));
      await kept.refresh();
      const fresh = await (await openGroup(locate(path))).array("px");
      for (const array of [kept, fresh]) {
        const { data, shape } = await array.get();
        expect(shape[0]).toBeGreaterThanOrEqual(seen);
        seen = shape[0]!;
        for (let i = 0; i < data.length; i++) {
          if (data[i] !== value(i >> 3) + (i & 7)) expect.fail(`row ${i >> 3} of ${seen} is ${data[i]}`);
        }
        reads += 1;
      }
    }
    isOver = true;
    await writing;
    await writer.close();
    expect(reads).toBeGreaterThan(20);
    expect(seen).toBeGreaterThan(300);
  },
  30_000,
);
