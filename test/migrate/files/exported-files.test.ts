/** What `quarry export` writes, a migration reads as the same array. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportArray } from "../../../src/export/export-array.ts";
import type { DataTypeName } from "../../../src/metadata/data-type.ts";
import { openFileSource } from "../../../src/migrate/files/open-file-source.ts";
import { comparableBytes } from "../../../src/migrate/items.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import { createArray } from "../../../src/zarr/open.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

const TYPES: readonly DataTypeName[] = ["bool", "int8", "int64", "uint16", "uint64", "float32", "float64"];

test.each([
  ["px.npy", [31, 3]],
  ["px.npz", [31, 3]],
  ["px.bin", [31, 3]],
  ["px.parquet", [93]],
])("%s", async (name, shape) => {
  for (const dataType of TYPES) {
    const array = await createArray(new MemoryStore(), {
      shape,
      dataType,
      chunks: shape.map(() => 8),
      attributes: { unit: "tick" },
    });
    const filled = await array.get(shape.map(() => null));
    const items = filled.data as Uint8Array;
    const bytes = new Uint8Array(items.buffer, items.byteOffset, items.byteLength);
    bytes.forEach((_, at) => {
      bytes[at] = dataType === "bool" ? at % 2 : (at * 37) % 251;
    });
    await array.set(
      shape.map(() => null),
      { data: filled.data, shape },
    );
    const file = join(await temporaryDirectory(), name);
    await exportArray(array, file, { name: "px" });
    const source = await openFileSource(file);
    const [read, ...others] = source.arrays;
    expect([read!.dataType.name, read!.shape, others, source.refusals]).toEqual([dataType, shape, [], []]);
    const back = await read!.readRegion(
      shape.map(() => 0),
      shape,
    );
    expect(Buffer.from(comparableBytes(back, read!.dataType)).equals(bytes), dataType).toBe(true);
    if (name === "px.bin") expect(read!.attributes).toEqual({ unit: "tick" });
    await source.close();
  }
});
