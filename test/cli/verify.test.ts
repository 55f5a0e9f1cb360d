import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runProgram } from "../../src/cli/program.ts";
import { simulateCapture } from "../../src/market/simulate/index.ts";
import type { VerifyReport } from "../../src/zarr/verify.ts";
import { quarry } from "../kit/command-line.ts";
import { directoryState, filesIn } from "../kit/directory-state.ts";
import { createSealedStore, timesIn, whileChanged } from "../kit/sealed-store.ts";
import { recordedStreams } from "../kit/streams.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const verify = (...args: string[]) => quarry("verify", ...args);

let store: string;
beforeEach(async () => {
  store = join(await temporaryDirectory(), "store.zarr");
  await createSealedStore(store);
});

async function damage(file: string, position: number): Promise<void> {
  const bytes = await readFile(join(store, file));
  bytes[position]! ^= 1;
  await writeFile(join(store, file), bytes);
}

describe("quarry verify", () => {
  test("is explained", async () => {
    const { exitCode, stdout } = await verify("--help");
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/verify-help.txt");
  });

  test("says of a good store that it is good", async () => {
    const { exitCode, stdout, stderr } = await verify(store);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^.*store\.zarr: no faults; 3 arrays, 15 chunks, [\d.]+ k?B read in \d+\.\d\d s\n$/,
    );
  });

  test("gives one JSON document with the fields that scripts rely on", async () => {
    const { exitCode, stdout, stderr } = await verify(store, "--json");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const report: VerifyReport & { path: string } = JSON.parse(stdout);
    expect(report).toMatchObject({ path: store, ok: true, arrays: 3, chunks: 15, faults: [] });
    expect(report.bytes).toBeGreaterThan(0);
  });

  test("names every fault with array, shard and chunk, and fails", async () => {
    await damage("px/c/0/0", 5);
    await damage("ts/c/2", 0);
    await damage("trades/sz/zarr.json", 40);
    const { exitCode, stdout, stderr } = await verify(store);
    expect([exitCode, stderr]).toEqual([1, ""]);
    const [head, ...lines] = stdout.trimEnd().split("\n");
    expect(head).toContain("3 faults; 3 arrays, 15 chunks");
    expect(lines).toEqual([
      expect.stringMatching(
        /^ {2}\/px shard \[0, 0\] chunk \[0, 0\]: CHUNK_CORRUPT: crc32c: checksum mismatch \(/,
      ),
      expect.stringMatching(/^ {2}\/trades\/sz: METADATA_CHECKSUM: \/trades\/sz\/zarr\.json: /),
      expect.stringMatching(/^ {2}\/ts chunk \[2\]: CHUNK_CORRUPT: crc32c: checksum mismatch \(/),
    ]);
    const json = await verify(store, "--json");
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      faults: [
        { array: "/px", shard: [0, 0], chunk: [0, 0], code: "CHUNK_CORRUPT" },
        { array: "/trades/sz", shard: null, chunk: null, code: "METADATA_CHECKSUM" },
        { array: "/ts", shard: null, chunk: [2], code: "CHUNK_CORRUPT" },
      ],
    });
  });

  test("leaves the store as it is", async () => {
    await damage("px/c/0/0", 5);
    const before = [await directoryState(store), await timesIn(store)];
    expect((await verify(store)).exitCode).toBe(1);
    expect([await directoryState(store), await timesIn(store)]).toEqual(before);
  });

  test("says what it cannot vouch for", async () => {
    const root = JSON.parse((await readFile(join(store, "zarr.json"))).toString());
    const ts = JSON.parse((await readFile(join(store, "ts/zarr.json"))).toString());
    delete root.attributes;
    delete root.consolidated_metadata;
    ts.codecs = [{ name: "bytes", configuration: { endian: "little" } }];
    await writeFile(join(store, "zarr.json"), JSON.stringify(root));
    await writeFile(join(store, "ts/zarr.json"), JSON.stringify(ts));
    for (const chunk of [0, 1]) await writeFile(join(store, `ts/c/${chunk}`), new Uint8Array(1024));
    await writeFile(join(store, "ts/c/2"), new Uint8Array(1023));
    await writeFile(join(store, "notes.txt"), "12");
    const { exitCode, stdout } = await verify(store);
    expect(exitCode).toBe(1);
    expect(stdout.split("\n").slice(1)).toEqual([
      expect.stringContaining("  /ts chunk [2]: CHUNK_CORRUPT: "),
      "arrays without checksums, where a flipped bit may decode to wrong values unnoticed:",
      "  /ts",
      "metadata without checksums, where a flipped bit may go unnoticed (consolidating Zarr v3 adds them):",
      "  /",
      "files that no reader looks at:",
      "  /notes.txt (unknown, 2 B)",
      "",
    ]);
  });

  test("shows how far it is on a terminal only, and takes the line away", async () => {
    const streams = recordedStreams();
    const stderr = Object.assign(streams.stderr, { isTTY: true });
    expect(await runProgram(["verify", store], { stdout: streams.stdout, stderr })).toBe(0);
    const shown = streams.text("stderr");
    expect(shown === "" || shown.endsWith("\u001b[2K")).toBe(true);
  });

  test("is an error for what is no store, and wrong usage without a path", async () => {
    const missing = await verify(join(store, "nothing"), "--json");
    expect(missing.exitCode).toBe(1);
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: "NOT_FOUND" } });
    expect(missing.stderr).toContain("[NOT_FOUND]");
    expect((await verify()).exitCode).toBe(2);
  });

  test("finds a changed byte in every file of an ingested store", async () => {
    const directory = await temporaryDirectory();
    const capture = join(directory, "capture.log");
    await writeFile(capture, [...simulateCapture({ steps: 300 })].join("\n"));
    const flags = ["--format", "binance", "--out", directory, "--symbol", "SIMUSDT"];
    expect((await quarry("ingest", capture, ...flags)).exitCode).toBe(0);
    const symbol = join(directory, "SIMUSDT.zarr");
    const clean = JSON.parse((await verify(symbol, "--json")).stdout);
    expect(clean).toMatchObject({ ok: true, unchecked: [], unsealed: [], strays: [] });
    for (const file of await filesIn(symbol)) {
      const array = `/${file.replace(/\/(c\/.*|zarr\.json)$/, "")}`;
      await whileChanged(
        join(symbol, file),
        (bytes) => {
          bytes[Math.floor(bytes.length / 2)]! ^= 0x04;
          return bytes;
        },
        async () => {
          const { exitCode, stdout } = await verify(symbol, "--json");
          expect([exitCode, JSON.parse(stdout).faults], file).toEqual([
            1,
            [expect.objectContaining({ array })],
          ]);
        },
      );
    }
  });
});
