/**
 * A small store in a directory, with a checksum on every byte that counts, and its damage.
 *
 *     /         group, consolidated
 *     /px       int32 [300, 4], chunks [64, 4] in shards [128, 4], index at the end; blosc + crc32c
 *     /ts       int64 [300], chunks [128], not sharded; zstd + crc32c
 *     /trades   group
 *     /trades/sz  uint16 [100], chunks [16] in shards [64], index at the start; gzip + crc32c
 */
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codec, createGroup } from "../../src/index.ts";

export async function createSealedStore(directory: string): Promise<void> {
  const root = await createGroup(directory, { attributes: { venue: "test", first: 9007199254740993n } });
  const px = await root.createArray("px", {
    shape: [300, 4],
    dataType: "int32",
    chunks: [64, 4],
    shards: [128, 4],
    codecs: [codec.blosc({ cname: "zstd", clevel: 2 }), codec.crc32c()],
    dimensionNames: ["ts", "level"],
    attributes: { scale_factor: 0.1 },
  });
  await px.set(
    null,
    Int32Array.from({ length: 1200 }, (_, item) => 60_000 + ((item * 7919) % 641)),
  );
  const ts = await root.createArray("ts", {
    shape: [300],
    dataType: "int64",
    chunks: [128],
    codecs: [codec.zstd({ level: 1 }), codec.crc32c()],
    dimensionNames: ["ts"],
  });
  await ts.set(
    null,
    BigInt64Array.from({ length: 300 }, (_, item) => 1_700_000_000n + BigInt(item * item)),
  );
  const trades = await root.createGroup("trades");
  const sz = await trades.createArray("sz", {
    shape: [100],
    dataType: "uint16",
    chunks: [16],
    shards: [64],
    indexLocation: "start",
    codecs: [codec.gzip({ level: 1 }), codec.crc32c()],
  });
  await sz.set(
    null,
    Uint16Array.from({ length: 100 }, (_, item) => 1 + ((item * 31) % 97)),
  );
  await root.consolidate();
}

/** Modification time of every file and directory below `directory`. */
export async function timesIn(directory: string): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const name of ["", ...(await readdir(directory, { recursive: true }))].sort()) {
    times[name] = (await stat(join(directory, name))).mtimeMs;
  }
  return times;
}

/** Runs `check` while `change` holds for a file; `undefined` removes the file. The file is put back. */
export async function whileChanged(
  file: string,
  change: (bytes: Buffer) => Uint8Array | undefined,
  check: () => Promise<void>,
): Promise<void> {
  const bytes = await readFile(file);
  const changed = change(Buffer.from(bytes));
  if (changed === undefined) await rm(file);
  else await writeFile(file, changed);
  try {
    await check();
  } finally {
    await writeFile(file, bytes);
  }
}
