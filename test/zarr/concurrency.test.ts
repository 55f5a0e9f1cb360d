/** Many operations at once: nothing is lost, an abort stops, the event loop runs on, a worker may die in the middle. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import {
  type ArrayChunk,
  backend,
  codec,
  createArray,
  MemoryStore,
  openArray,
  setThreadCount,
  slice,
  type ZarrArray,
} from "../../src/index.ts";
import { directoryState } from "../kit/directory-state.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const { name } = backend();

async function newArray(location: string | MemoryStore): Promise<ZarrArray<"int32">> {
  return createArray(location, {
    shape: [64],
    dataType: "int32",
    chunks: [8],
    shards: [32],
    codecs: [codec.zstd({ level: 1 }), codec.crc32c()],
  });
}

describe.each(["local directory", "store of bytes"])(`concurrent writes to a %s (${name})`, (kind) => {
  const location = async (): Promise<string | MemoryStore> =>
    kind === "local directory" ? temporaryDirectory() : new MemoryStore();

  it("of disjoint parts of one chunk lose nothing", async () => {
    const array = await newArray(await location());
    await Promise.all(Array.from({ length: 64 }, (_, i) => array.set([slice(i, i + 1)], i + 1)));
    const { data } = (await array.get()) as ArrayChunk<"int32">;
    expect(data).toEqual(Int32Array.from({ length: 64 }, (_, i) => i + 1));
  });

  it("of the same part leave one of them, whole", async () => {
    const array = await newArray(await location());
    await Promise.all(Array.from({ length: 20 }, (_, i) => array.set(null, i + 1)));
    const { data } = (await array.get()) as ArrayChunk<"int32">;
    expect(new Set(data).size).toBe(1);
  });

  it("by append put every row in, in the order of the calls", async () => {
    const array = await newArray(await location());
    const places = await Promise.all([1, 2, 3].map((n) => array.append(new Int32Array(10).fill(n))));
    expect(places.map(({ firstRow }) => firstRow)).toEqual([64, 74, 84]);
    expect(array.shape).toEqual([94]);
    const { data } = (await array.get([slice(64, null)])) as ArrayChunk<"int32">;
    expect([...data]).toEqual([1, 2, 3].flatMap((n) => new Array(10).fill(n)));
  });

  it("of single points of one chunk lose nothing", async () => {
    const array = await newArray(await location());
    await Promise.all(Array.from({ length: 64 }, (_, i) => array.setPoints([[i]], i + 1)));
    const { data } = (await array.get()) as ArrayChunk<"int32">;
    expect(data).toEqual(Int32Array.from({ length: 64 }, (_, i) => i + 1));
  });

  it("of points, slices, masks and lists beside each other lose nothing", async () => {
    const array = await newArray(await location());
    const writes = Array.from({ length: 64 }, (_, i) => {
      switch (i % 4) {
        case 0:
          return array.setPoints([[i]], i + 1);
        case 1:
          return array.set([slice(i, i + 1)], i + 1);
        case 2:
          return array.setMask(
            Array.from({ length: 64 }, (_, at) => at === i),
            i + 1,
          );
        default:
          return array.setOrthogonal([[i]], i + 1);
      }
    });
    await Promise.all(writes);
    const { data } = (await array.get()) as ArrayChunk<"int32">;
    expect(data).toEqual(Int32Array.from({ length: 64 }, (_, i) => i + 1));
  });

  it("with appends and another shape between them happen in the order of the calls", async () => {
    const array = await newArray(await location());
    await Promise.all([
      array.set(null, 1),
      array.append(new Int32Array(6).fill(2)),
      array.setPoints([[0, 63]], 3),
      array.resize([40]),
      array.append(Int32Array.of(4)),
      array.resize([60]),
      array.setPoints([[1, 39]], 5),
      array.append(Int32Array.of(6)),
    ]);
    expect(array.shape).toEqual([61]);
    const { data } = (await array.get()) as ArrayChunk<"int32">;
    const expected = new Int32Array(61).fill(1, 0, 40);
    expected.set([3, 5], 0);
    expected.set([5, 4], 39);
    expected[60] = 6;
    expect(data).toEqual(expected);
  });

  it("through two handles, one of which gives the array another shape, lose nothing", async () => {
    const place = await location();
    const first = await newArray(place);
    const second = (await openArray(place, { mode: "r+" })) as ZarrArray<"int32">;
    await Promise.all([
      first.resize([80]),
      ...Array.from({ length: 64 }, (_, i) => (i % 2 ? first : second).setPoints([[i]], i + 1)),
      second.append(Int32Array.of(7)),
    ]);
    const opened = (await openArray(place)) as ZarrArray<"int32">;
    expect(opened.shape).toEqual([81]);
    const { data } = (await opened.get()) as ArrayChunk<"int32">;
    const expected = Int32Array.from({ length: 81 }, (_, i) => (i < 64 ? i + 1 : 0));
    expected[80] = 7;
    expect(data).toEqual(expected);
  });

  it("go on after one that fails", async () => {
    const array = await newArray(await location());
    const outcomes = await Promise.allSettled([
      array.set([slice(0, 4)], 1),
      array.set([slice(0, 4)], new Int32Array(3)),
      array.set([slice(4, 8)], 2),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const { data } = (await array.get([slice(0, 8)])) as ArrayChunk<"int32">;
    expect([...data]).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  });
});

describe(`an abort (${name})`, () => {
  it("before the call keeps it from beginning", async () => {
    const array = await newArray(new MemoryStore());
    const signal = AbortSignal.abort("enough");
    await expect(array.get(null, { signal })).rejects.toBe("enough");
    await expect(array.getPoints([[0]], { signal })).rejects.toBe("enough");
    await expect(array.set(null, 1, { signal })).rejects.toBe("enough");
    await expect(array.setPoints([[0]], 1, { signal })).rejects.toBe("enough");
    expect(((await array.get()) as ArrayChunk<"int32">).data.some((item) => item !== 0)).toBe(false);
  });

  it("during a write leaves everything as it was, and no file behind", async () => {
    const directory = await temporaryDirectory();
    const array = await createArray(directory, {
      shape: [2_000_000],
      dataType: "int32",
      chunks: [1000],
      shards: [500_000],
      codecs: [codec.zstd({ level: 12 })],
    });
    const before = await directoryState(directory);
    const noise = Int32Array.from({ length: 2_000_000 }, (_, i) => Math.imul(i, 0x9e3779b1));
    const abort = new AbortController();
    const writing = array.set(null, noise, { signal: abort.signal });
    setTimeout(() => abort.abort("enough"), 10);
    await expect(writing).rejects.toBe("enough");
    expect(await directoryState(directory)).toEqual(before);
  });
});

it(`lets timers fire while a large read runs (${name})`, async () => {
  const array = await createArray(await temporaryDirectory(), {
    shape: [16_000_000],
    dataType: "int32",
    chunks: [50_000],
    shards: [4_000_000],
    // Slow to decode, so that the read takes many turns of the loop: zstd on such items is done in a few.
    codecs: [codec.gzip({ level: 1 })],
  });
  await array.set(
    null,
    Int32Array.from({ length: 16_000_000 }, (_, i) => (i * 7919) % 1000),
  );
  const out = new Int32Array(16_000_000);
  let finished = false;
  const reading = array.get(null, { out }).finally(() => {
    finished = true;
  });
  let timersFired = 0;
  while (!finished) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    timersFired += 1;
  }
  await reading;
  // Of a read that held this thread, one would see the end only. How soon they fire is measured in bench/, where
  // nothing else runs.
  expect(timersFired).toBeGreaterThan(3);
});

it(`survives a worker that is terminated in the middle of reads and writes (${name})`, async () => {
  // Not by temporaryDirectory(): files of the terminated worker may appear until its last job has been cancelled.
  const directory = await mkdtemp(join(tmpdir(), "quarry-test-"));
  try {
    for (let round = 0; round < 5; round++) {
      const worker = new Worker(fileURLToPath(new URL("../kit/busy-worker.mjs", import.meta.url)), {
        workerData: { directory: join(directory, String(round)) },
      });
      await new Promise((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      });
      await new Promise((resolve) => setTimeout(resolve, 15 * round));
      expect(await worker.terminate()).toBe(1);
    }
    const array = await newArray(join(directory, "after"));
    await array.set(null, 3);
    expect(await array.get([63])).toBe(3);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

it(`outlives the only worker that had the core (${name})`, async () => {
  const directory = await temporaryDirectory();
  await (await newArray(directory)).set(null, 3);
  const program = fileURLToPath(new URL("../kit/lone-workers.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, directory]);
  expect(stdout).toBe("3\n");
});

describe(`the number of threads (${name})`, () => {
  it("changes under reads that are under way", async () => {
    const array = await newArray(await temporaryDirectory());
    const items = Int32Array.from({ length: 64 }, (_, i) => i);
    await array.set(null, items);
    const before = backend().threads;
    const reads = [1, 4, 2, before].flatMap((count) => {
      setThreadCount(count);
      expect(backend().threads).toBe(name === "native" ? count : 1);
      return Array.from({ length: 20 }, () => array.get());
    });
    for (const { data } of (await Promise.all(reads)) as ArrayChunk<"int32">[]) expect(data).toEqual(items);
  });

  it.each([0, -1, 1.5, Number.NaN, 257])("is not %d", (count) => {
    expect(() => setThreadCount(count)).toThrow(RangeError);
  });
});
