import { cp, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createGroup, openArray, openWriter, verify } from "../../src/index.ts";
import { quarry } from "../kit/command-line.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

/** A store as a killed writer leaves it: 40 rows committed, 7 in the journal alone. */
async function killedStore(): Promise<string> {
  const path = join(await temporaryDirectory(), "book.zarr");
  const root = await createGroup(path);
  await root.createArray("px", { shape: [0], dataType: "int32", chunks: [16], shards: [64] });
  const writer = await openWriter(path, { publishIntervalMs: Number.POSITIVE_INFINITY });
  for (let row = 0; row < 40; row += 8) {
    await writer.append({ px: rows(row, 8) });
    await writer.commit();
  }
  // Not as many as fill a chunk, which would be published.
  await writer.append({ px: rows(40, 7) });
  const killed = `${path.slice(0, -".zarr".length)}-killed.zarr`;
  await cp(path, killed, { recursive: true });
  await cp(`${path}.journal`, `${killed}.journal`, { recursive: true });
  await writer.close();
  return killed;
}

const rows = (first: number, count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => first + i + 1);

it("recovers what a stopped writer has left, and says what", async () => {
  const store = await killedStore();
  const { exitCode, stdout } = await quarry("recover", store);
  expect(stdout).toBe(
    `${store}: 7 rows recovered, 47 rows now; 0 unfinished frames dropped, 0 unfinished files removed\n`,
  );
  expect(exitCode).toBe(0);
  expect((await (await openArray(join(store, "px"))).get()).data).toEqual(rows(0, 47));
  expect(await readdir(join(store, ".."))).not.toContain("book-killed.zarr.journal");
  const again = await quarry("recover", store, "--json");
  expect(JSON.parse(again.stdout)).toEqual({
    path: store,
    rowsRecovered: 0,
    framesDropped: 0,
    filesRemoved: 0,
    committedRows: 47,
  });
});

it("refuses a store that has a writer, and one that is not there", async () => {
  const store = await killedStore();
  const writer = await openWriter(store);
  const held = await quarry("recover", store, "--json");
  expect(held.exitCode).toBe(1);
  expect(JSON.parse(held.stdout)).toMatchObject({ error: { code: "LEASE_HELD" } });
  await writer.close();
  expect(await quarry("recover", `${store}-not-there`)).toMatchObject({ exitCode: 1 });
});

it("compacts a store that grew: recovered, dense, with the same rows", async () => {
  const store = await killedStore();
  const shard = join(store, "px/c/0");
  const grown = (await stat(shard)).size;
  const { exitCode, stdout } = await quarry("compact", store, "--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ path: store, shards: 1 });
  expect((await stat(shard)).size).toBeLessThan(grown / 4);
  expect((await verify(store)).details.map(({ unusedBytes }) => unusedBytes)).toEqual([0]);
  expect((await (await openArray(join(store, "px"))).get()).data).toEqual(rows(0, 47));
  expect((await quarry("compact", store)).stdout).toBe(`${store}: every shard is as small as it can be\n`);
});

it.each(["recover", "compact"])("explains %s", async (command) => {
  await expect((await quarry(command, "--help")).stdout).toMatchFileSnapshot(`golden/${command}-help.txt`);
});
