import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";
import { arrayAt } from "./legacy-files.ts";

const SNAPSHOT_ITEMS = 150;

/** Snapshots of which every item is its time, and their times. */
async function writePair(path: string, times: readonly number[], cutBytes = 0): Promise<void> {
  const snapshots = new Float32Array(times.length * SNAPSHOT_ITEMS);
  for (const [row, time] of times.entries()) {
    snapshots.fill(time, row * SNAPSHOT_ITEMS, (row + 1) * SNAPSHOT_ITEMS);
  }
  await writeFile(path, new Uint8Array(snapshots.buffer, 0, snapshots.byteLength - cutBytes));
  await writeFile(`${path}.time`, new Uint8Array(BigInt64Array.from(times, BigInt).buffer));
}

test("the whole snapshots are taken, and it is said what was left out", async () => {
  const path = join(await temporaryDirectory(), "1.mm");
  await writePair(path, [1, 2, 3, 4], 100);
  const source = await openFileSource(path);
  expect(arrayAt(source, "/data").shape).toEqual([3, 50, 3]);
  expect(await arrayAt(source, "/timestamps").readRegion([0], [3])).toEqual(BigInt64Array.of(1n, 2n, 3n));
  expect(source.notes).toEqual([
    `${path}: left out behind 3 rows: a snapshot of which only 500 of 600 bytes are there`,
    `${path}.time: left out behind 3 rows: 1 time without a partner`,
  ]);
});

test("the files of a directory are one series, in the order of their times", async () => {
  const directory = join(await temporaryDirectory(), "BTCUSDT");
  await mkdir(directory);
  await writePair(join(directory, "9.mm"), [9, 10]);
  await writePair(join(directory, "10.mm"), [10, 11, 12], 600);
  await writePair(join(directory, "11.mm"), [11, 13]);
  const source = await openFileSource(directory);
  const data = arrayAt(source, "/data");
  expect(data.shape).toEqual([6, 50, 3]);
  expect(await arrayAt(source, "/timestamps").readRegion([1], [4])).toEqual(
    BigInt64Array.of(10n, 10n, 11n, 11n),
  );
  expect(await data.readRegion([1, 49, 1], [5, 1, 2])).toEqual(
    Float32Array.of(10, 10, 10, 10, 11, 11, 11, 11, 13, 13),
  );
  expect(source.notes).toEqual([
    `${join(directory, "10.mm")}.time: left out behind 2 rows: 1 time without a partner`,
  ]);
});

test("files that overlap in time are said to", async () => {
  const directory = await temporaryDirectory();
  await writePair(join(directory, "1.mm"), [1, 5]);
  await writePair(join(directory, "3.mm"), [3, 6]);
  expect((await openFileSource(directory)).notes).toMatchObject([expect.stringContaining("begins at 3 ms")]);
});

test.each([[0], [-5], [1.5], [Number.NaN], [50, 0, 3]].map((shape) => [shape]))(
  "snapshots cannot have the shape %j",
  async (shape) => {
    const path = join(await temporaryDirectory(), "1.mm");
    await writePair(path, [1, 2]);
    await expect(openFileSource(path, { shape })).rejects.toMatchObject({
      code: "FILE_INVALID",
      path,
      message: expect.stringContaining("cannot have the shape"),
    });
  },
);

test("snapshots of another shape are refused until the shape is given", async () => {
  const path = join(await temporaryDirectory(), "1.mm");
  await writeFile(path, new Uint8Array(new Float32Array(5 * 40).buffer));
  await writeFile(`${path}.time`, new Uint8Array(new BigInt64Array(5).buffer));
  await expect(openFileSource(path)).rejects.toMatchObject({
    code: "FILE_INVALID",
    message: expect.stringContaining("it has 1, and there are 5 times"),
  });
  const source = await openFileSource(path, { shape: [20, 2] });
  expect(arrayAt(source, "/data").shape).toEqual([5, 20, 2]);
});

test("one of a pair without the other is refused", async () => {
  const directory = await temporaryDirectory();
  await writePair(join(directory, "1.mm"), [1]);
  await rm(join(directory, "1.mm.time"));
  await expect(openFileSource(join(directory, "1.mm"))).rejects.toMatchObject({
    code: "FILE_INVALID",
    message: expect.stringContaining("1.mm.time"),
  });
  await writePair(join(directory, "1.mm"), [1]);
  await rm(join(directory, "1.mm"));
  await expect(openFileSource(directory)).rejects.toMatchObject({
    code: "FILE_INVALID",
    message: expect.stringContaining("no snapshots beside them"),
  });
});
