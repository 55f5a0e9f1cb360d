/** What the addon lends to the durable append: locks, memory for direct writes, checksums and the stream of frames. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Addon, findAddon } from "../../src/codec/native/addon.ts";
import { holds } from "../kit/property.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const search = findAddon();
if (search.addon === undefined) throw new Error(search.reason);
const addon: Addon = search.addon;
const addonFile = search.file;
const lockHolder = fileURLToPath(new URL("lock-holder.mjs", import.meta.url));

/** Rows of int32 that walk a little from one to the next, as prices in a book do. */
function bookBytes(rows: number, seed = 1): Uint8Array {
  const items = new Int32Array(rows * 20);
  for (let i = 0; i < items.length; i++)
    items[i] = i < 20 ? 6_000_000 + 10 * i : items[i - 20]! + ((Math.imul(i + seed, 0x9e3779b1) >>> 30) - 1);
  return new Uint8Array(items.buffer);
}

/** Vitest's own comparison takes seconds for megabytes. */
const areEqual = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && Buffer.compare(one, other) === 0;

const isFree = (directory: string, exclusive = true): boolean => {
  const handle = addon.lockDirectory(directory, exclusive);
  if (handle !== undefined) addon.unlockDirectory(handle);
  return handle !== undefined;
};

describe("a lock on a directory", () => {
  test("is exclusive, or shared by those who ask for no more", async () => {
    const directory = await temporaryDirectory();
    const exclusive = addon.lockDirectory(directory, true)!;
    expect(isFree(directory, true)).toBe(false);
    expect(isFree(directory, false)).toBe(false);
    addon.unlockDirectory(exclusive);
    const shared = addon.lockDirectory(directory, false)!;
    expect(isFree(directory, false)).toBe(true);
    expect(isFree(directory, true)).toBe(false);
    addon.unlockDirectory(shared);
    expect(isFree(directory, true)).toBe(true);
  });

  test("is released once", async () => {
    const handle = addon.lockDirectory(await temporaryDirectory(), true)!;
    addon.unlockDirectory(handle);
    expect(() => addon.unlockDirectory(handle)).toThrow(RangeError);
    expect(() => addon.unlockDirectory(2 ** 32)).toThrow(RangeError);
  });

  test("that cannot be taken fails as Node's own calls do", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "file"), "x");
    const missing = join(directory, "missing");
    expect(() => addon.lockDirectory(missing, true)).toThrow(
      expect.objectContaining({ code: "ENOENT", errno: -2, syscall: "open", path: missing }),
    );
    expect(() => addon.lockDirectory(join(directory, "file"), true)).toThrow(
      expect.objectContaining({ code: "ENOTDIR", syscall: "open" }),
    );
  });

  test("goes with a process that is killed", async () => {
    const directory = await temporaryDirectory();
    const child = spawn(process.execPath, [lockHolder, addonFile, directory]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const [answer] = await once(child.stdout, "data");
    expect(String(answer)).toBe("locked");
    expect(isFree(directory)).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isFree(directory)).toBe(true);
  });

  test("goes with a worker", async () => {
    const directory = await temporaryDirectory();
    const worker = new Worker(lockHolder, { workerData: [addonFile, directory] });
    onTestFinished(async () => void (await worker.terminate()));
    const [answer] = await once(worker, "message");
    expect(answer).toBe("locked");
    expect(isFree(directory)).toBe(false);
    await worker.terminate();
    expect(isFree(directory)).toBe(true);
  });
});

describe("memory for direct writes", () => {
  test("is zeros, as many as asked for, up to 1 MiB", () => {
    for (const bytes of [0, 1, 4096, 5000, 2 ** 20]) {
      expect(areEqual(addon.allocateDirect(bytes), new Uint8Array(bytes)), `${bytes} bytes`).toBe(true);
    }
    for (const bytes of [-1, 0.5, 2 ** 20 + 1, Number.NaN]) {
      expect(() => addon.allocateDirect(bytes)).toThrow(RangeError);
    }
  });

  test("is what a direct write takes", async () => {
    const file = join(await temporaryDirectory(), "file");
    // Where there are no direct writes (macOS), memory for them is as good as any.
    const handle = await open(file, constants.O_WRONLY | constants.O_CREAT | (constants.O_DIRECT ?? 0));
    const page = addon.allocateDirect(4096);
    page.set(bookBytes(50));
    for (const position of [8192, 0])
      expect((await handle.write(page, 0, 4096, position)).bytesWritten).toBe(4096);
    await handle.close();
    const stored = await readFile(file);
    expect(stored.length).toBe(12_288);
    expect(stored.subarray(0, 4096)).toEqual(Buffer.from(page));
    expect(stored.subarray(8192)).toEqual(Buffer.from(page));
  });
});

describe("crc32c", () => {
  const digits = new TextEncoder().encode("123456789");

  test("is the one of RFC 3720, however the bytes are cut", () => {
    expect(addon.crc32c([digits])).toBe(0xe3069283);
    expect(addon.crc32c([digits.subarray(0, 4), new Uint8Array(0), digits.subarray(4)])).toBe(0xe3069283);
    expect(addon.crc32c([digits.subarray(4)], addon.crc32c([digits.subarray(0, 4)]))).toBe(0xe3069283);
    expect(addon.crc32c([])).toBe(0);
  });

  test("takes bytes and checksums only", () => {
    expect(() => addon.crc32c([digits], 2 ** 32)).toThrow(RangeError);
    expect(() => addon.crc32c([digits.buffer as never])).toThrow(TypeError);
    expect(() => addon.crc32c(digits as never)).toThrow(TypeError);
  });
});

const frames = fc.array(
  fc.array(
    fc.oneof(
      fc.record({ rows: fc.nat(600), seed: fc.nat(3) }).map(({ rows, seed }) => bookBytes(rows, seed)),
      fc.uint8Array({ maxLength: 2000 }),
    ),
    { maxLength: 4 },
  ),
  { maxLength: 12 },
);

describe("a stream of frames", () => {
  test("gives back each frame as soon as it is there", async () => {
    const streams = fc.record({
      level: fc.constantFrom(-5, 1, 3, 19),
      windowLog: fc.constantFrom(10, 15, 20),
      frames,
    });
    await holds(
      "stream of frames",
      streams,
      async ({ level, windowLog, frames }) => {
        const compressor = addon.createFrameCompressor(level, windowLog);
        const decompressor = addon.createFrameDecompressor(windowLog);
        for (const pieces of frames) {
          const frame = addon.compressFrame(compressor, pieces);
          const raw = Buffer.concat(pieces);
          const again = addon.decompressFrame(decompressor, frame, raw.length);
          if (again === undefined || Buffer.compare(again, raw) !== 0)
            throw new Error("other bytes came back");
        }
      },
      50,
    );
  });

  test("refuses a frame that is damaged or of another length, and all after it", () => {
    const compressor = addon.createFrameCompressor(3, 17);
    const first = addon.compressFrame(compressor, [bookBytes(100)]);
    const second = addon.compressFrame(compressor, [bookBytes(100, 2)]);
    const damaged: [string, Uint8Array, number][] = [
      ["cut", first.subarray(0, -1), 8000],
      ["too few", first, 8001],
      ["too many", first, 7999],
      ["more than a frame of that length can hold", first, 2 ** 30],
      ["no magic", first.subarray(1), 8000],
      ["nothing", new Uint8Array(0), 8000],
    ];
    for (const [name, frame, rawBytes] of damaged) {
      const decompressor = addon.createFrameDecompressor(17);
      expect(addon.decompressFrame(decompressor, frame, rawBytes), name).toBeUndefined();
      expect(addon.decompressFrame(decompressor, first, 8000), name).toBeUndefined();
      expect(addon.decompressFrame(decompressor, second, 8000), name).toBeUndefined();
    }
  });

  test("has its bounds", () => {
    for (const [level, windowLog] of [
      [-6, 17],
      [20, 17],
      [1.5, 17],
      [3, 9],
      [3, 24],
    ] as const) {
      expect(() => addon.createFrameCompressor(level, windowLog)).toThrow(RangeError);
    }
    expect(() => addon.createFrameDecompressor(24)).toThrow(RangeError);
    const decompressor = addon.createFrameDecompressor(17);
    expect(() => addon.decompressFrame(decompressor, new Uint8Array(8), 2 ** 30 + 1)).toThrow(RangeError);
  });

  test("takes no other kind of handle", () => {
    const decompressor = addon.createFrameDecompressor(17);
    expect(() => addon.compressFrame(decompressor as never, [])).toThrow(TypeError);
    expect(() => addon.decompressFrame({} as never, new Uint8Array(0), 0)).toThrow(TypeError);
  });
});
