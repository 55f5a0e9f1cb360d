/**
 * What NumPy, h5py and pyarrow have written is read back, to the last bit: random data types, shapes, orders, chunks,
 * filters, encodings and page sizes. QUARRY_TEST_SEED replays a seed, QUARRY_TEST_RUNS sets how many there are.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { isListed } from "../../../src/metadata/typed-array.ts";
import { openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import { comparableBytes } from "../../../src/migrate/items.ts";
import type { SourceArray } from "../../../src/migrate/source.ts";
import { Random } from "../../hostile/random.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";
import { readByRows, sha256 } from "./legacy-files.ts";
import { writeRandomFiles } from "./random-files.ts";

const FIRST_SEED = Number(process.env.QUARRY_TEST_SEED ?? Date.now() % 100_000);
const SEEDS = Array.from({ length: Number(process.env.QUARRY_TEST_RUNS ?? 2) }, (_, run) => FIRST_SEED + run);

test.each(SEEDS)(
  "all arrays of all formats are read as they were written (seed %i)",
  { timeout: 300_000 },
  async (seed) => {
    const directory = await temporaryDirectory();
    const written = await writeRandomFiles(directory, seed);
    const random = new Random(seed);
    for (const [name, arrays] of Object.entries(written)) {
      const source = await openFileSource(join(directory, name));
      expect(source.refusals, name).toEqual([]);
      expect(
        source.arrays.map(({ path }) => path),
        name,
      ).toEqual(Object.keys(arrays).sort());
      for (const array of source.arrays) {
        const { shape, sha256: hash } = arrays[array.path]!;
        const place = `${name} ${array.path} (${array.dataType.name})`;
        expect(array.shape, place).toEqual(shape);
        const rows = shape[0] ?? 1;
        expect(sha256(await readByRows(array, Math.max(1, rows))), place).toBe(hash);
        expect(sha256(await readByRows(array, Math.ceil((rows + 1) / (1 + random.below(8))))), place).toBe(
          hash,
        );
        if (!isListed(array.dataType)) await expectBox(array, random, place);
      }
      await source.close();
    }
  },
);

/** A box is what the whole array has there. */
async function expectBox(array: SourceArray, random: Random, place: string): Promise<void> {
  const start = array.shape.map((extent) => random.below(extent));
  const count = array.shape.map((extent, axis) => random.below(extent - start[axis]! + 1));
  const whole = comparableBytes(
    await array.readRegion(
      array.shape.map(() => 0),
      array.shape,
    ),
    array.dataType,
  );
  const box = comparableBytes(await array.readRegion(start, count), array.dataType);
  const { itemBytes } = array.dataType;
  const expected: Uint8Array[] = [];
  const collect = (axis: number, at: number): void => {
    if (axis === array.shape.length) {
      expected.push(whole.subarray(at * itemBytes, (at + 1) * itemBytes));
      return;
    }
    for (let i = 0; i < count[axis]!; i++) collect(axis + 1, at * array.shape[axis]! + start[axis]! + i);
  };
  collect(0, 0);
  expect(Buffer.concat(expected).equals(box), `${place}, ${count} from ${start}`).toBe(true);
}
