/** A store that has just been made, and a power cut. */
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { openWriterOn } from "../../src/append/open-writer.ts";
import { createGroup } from "../../src/index.ts";
import { readImage } from "../kit/append/disk.ts";
import { RecordingFiles } from "../kit/append/recording-files.ts";
import { TestClock } from "../kit/append/session.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

it("is on the disk, with every name that leads to its documents, before a row is acknowledged", async () => {
  const path = join(await temporaryDirectory(), "book.zarr");
  const root = await createGroup(path);
  const trades = await root.createGroup("trades");
  await trades.createArray("size", { shape: [0], dataType: "int32", chunks: [2] });
  await root.consolidate();
  const files = new RecordingFiles(dirname(path), { base: readImage(dirname(path)), operations: [] });
  const writer = await openWriterOn(path, {}, { files, clock: new TestClock(), settleMs: 0 });
  await writer.append({ "trades/size": Int32Array.of(1) });
  const synced = (kind: "sync" | "syncDirectory"): string[] =>
    files.operations.filter((operation) => operation.kind === kind).map((operation) => operation.path);
  expect(synced("sync")).toEqual(
    expect.arrayContaining([
      "book.zarr/zarr.json",
      "book.zarr/trades/zarr.json",
      "book.zarr/trades/size/zarr.json",
    ]),
  );
  expect(synced("syncDirectory")).toEqual(
    expect.arrayContaining(["", "book.zarr", "book.zarr/trades", "book.zarr/trades/size"]),
  );
  await writer.close();
});
