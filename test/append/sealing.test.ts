/** Shards in their last form, while the writer goes on. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { openWriterOn } from "../../src/append/open-writer.ts";
import { codec, createGroup, openArray } from "../../src/index.ts";
import { readImage } from "../kit/append/disk.ts";
import { RecordingFiles } from "../kit/append/recording-files.ts";
import { TestClock } from "../kit/append/session.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const CHUNK_ROWS = 1024;
const SHARD_ROWS = 4 * CHUNK_ROWS;

it.each([
  ["that compress", [codec.zstd(), codec.crc32c()]],
  ["that take more bytes encoded than decoded", [codec.crc32c()]],
])("keeps a bounded number of files open, whatever the number of shards: chunks %s", async (_, codecs) => {
  const path = join(await temporaryDirectory(), "book.zarr");
  const root = await createGroup(path);
  await root.createArray("px", {
    shape: [0],
    dataType: "int32",
    chunks: [CHUNK_ROWS],
    shards: [SHARD_ROWS],
    codecs,
  });
  const files = new RecordingFiles(dirname(path), { base: readImage(dirname(path)), operations: [] });
  const clock = new TestClock();
  const platform = { files, clock, settleMs: 0 };
  const writer = await openWriterOn(path, { publishIntervalMs: Number.POSITIVE_INFINITY }, platform);
  const shards = 12;
  for (let row = 0; row < shards * SHARD_ROWS; row += CHUNK_ROWS / 2) {
    await writer.append({ px: Int32Array.from({ length: CHUNK_ROWS / 2 }, (_, i) => row + i) });
    await writer.commit();
    clock.advance(20);
  }
  // The journal's segment, and of the array the last two shards: one commit seals those from before it.
  expect(files.openFiles).toBeLessThanOrEqual(3);
  const sealedBytes = await sizeOf(path, 0);
  await writer.close();
  expect(await sizeOf(path, 0)).toBe(sealedBytes);
  expect(files.openFiles).toBe(0);
  const { data } = await (await openArray(join(path, "px"))).get();
  expect(data).toEqual(Int32Array.from({ length: shards * SHARD_ROWS }, (_, row) => row));
});

async function sizeOf(path: string, shard: number): Promise<number> {
  return (await stat(join(path, `px/c/${shard}`))).size;
}
