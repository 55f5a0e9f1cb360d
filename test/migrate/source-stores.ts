/** Sources for tests, written by Quarry itself. */
import { codec, createGroup } from "../../src/index.ts";
import { randomNumbers } from "../interop/values.ts";

/** Rows of `large`: more than a destination's shard holds. */
const LARGE_ROWS = 3_000_000;
const SMALL_ARRAYS = 12;

/** A hierarchy of some arrays of one window each, and one of several. */
export async function createLargeSource(directory: string): Promise<void> {
  const root = await createGroup(directory, { attributes: { venue: "test" } });
  const next = randomNumbers(7);
  for (let index = 0; index < SMALL_ARRAYS; index++) {
    const name = `small_${String(index).padStart(2, "0")}`;
    const array = await root.createArray(name, { shape: [5000], dataType: "int32", chunks: [1000] });
    await array.set(
      null,
      Int32Array.from({ length: 5000 }, () => next()),
    );
  }
  const large = await root.createArray("large", {
    shape: [LARGE_ROWS, 4],
    dataType: "float64",
    chunks: [50_000, 4],
    // Nothing compressed: as large a shard is expected to be, and the array has several.
    codecs: [codec.crc32c()],
  });
  const values = new Float64Array(4 * LARGE_ROWS);
  for (let at = 0; at < values.length; at++) values[at] = Math.floor(at / 64) + (at % 4);
  await large.set(null, values);
}

/** A small book as collectors leave it, in two chunks. */
export async function createBook(directory: string, rows = 40): Promise<void> {
  const root = await createGroup(directory, { attributes: { symbol: "BTCUSDT" } });
  const levels = 4;
  const data = await root.createArray("data", {
    shape: [rows, 2 * levels, 3],
    dataType: "float32",
    chunks: [Math.ceil(rows / 2), 2 * levels, 3],
  });
  const values = new Float32Array(rows * 2 * levels * 3);
  for (let at = 0; at < values.length; at += 3) {
    const level = (at / 3) % (2 * levels);
    const distance = level < levels ? -1 - level : level - levels;
    values.set([(618_000 + distance + Math.floor(at / 240)) / 10, (at % 50) / 1000, at % 7], at);
  }
  await data.set(null, values);
  const times = await root.createArray("timestamps", {
    shape: [rows],
    dataType: "int64",
    chunks: [rows],
    attributes: { units: "ms since 1970-01-01" },
  });
  await times.set(
    null,
    BigInt64Array.from({ length: rows }, (_, row) => 1_723_161_256_509n + BigInt(row)),
  );
}
