import { openAsBlob } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { type Zippable, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { isQuarryError } from "../../src/errors.ts";
import { HttpStore } from "../../src/store/http-store.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { AbsolutePath } from "../../src/store/store.ts";
import { withReadOnly } from "../../src/store/with-read-only.ts";
import { ZipStore } from "../../src/store/zip-store.ts";
import { serve } from "../kit/http-server.ts";
import { describeShared, sharedPath } from "../kit/shared.ts";
import { type StoreLoan, storeContract } from "../kit/store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

type Level = 0 | 6;

/** A zip store that is made anew whenever a value is put in. */
async function lend(level: Level): Promise<StoreLoan> {
  const values: Zippable = {};
  let zip = new ZipStore(blobOf(zipSync(values)));
  const store = withReadOnly({
    get: (key, options) => zip.get(key, options),
    getRange: (key, range, options) => zip.getRange(key, range, options),
    getTail: (key, lengthBytes, options) => zip.getTail(key, lengthBytes, options),
    getHead: (key, lengthBytes, options) => zip.getHead(key, lengthBytes, options),
    listDirectory: (prefix) => zip.listDirectory(prefix),
    list: (prefix) => zip.list(prefix),
  });
  const put = async (key: AbsolutePath, value: Uint8Array): Promise<void> => {
    values[key.slice(1)] = [value, { level }];
    zip = new ZipStore(blobOf(zipSync(values)));
  };
  return { store, put };
}

const READING = { write: false, range: true, list: true, versions: true };

storeContract("ZipStore with stored entries", () => lend(0), READING);
storeContract("ZipStore with deflated entries", () => lend(6), READING);

const VALUE = Uint8Array.from({ length: 200_000 }, (_, index) => (index * index) % 251);

const archiveOf = (level: Level, value = VALUE): Uint8Array => zipSync({ "c/0": [value, { level }] });

const blobOf = (archive: Uint8Array): Blob => new Blob([new Uint8Array(archive)]);
const storeOf = (archive: Uint8Array): ZipStore => new ZipStore(blobOf(archive));

const invalid = (message: RegExp) => ({ code: "ARCHIVE_INVALID", message: expect.stringMatching(message) });

describe("a zip archive", () => {
  test("is read from a file, a Blob, and a web server, by no more than is needed", async () => {
    const file = join(await temporaryDirectory(), "book.zarr.zip");
    await writeFile(file, archiveOf(0));
    const values = new MemoryStore();
    await values.set("/book.zarr.zip", await readFile(file));
    const server = await serve(values);
    const stores = [
      new ZipStore(file),
      new ZipStore(pathToFileURL(file)),
      new ZipStore(await openAsBlob(file)),
      new ZipStore({ store: new HttpStore(server.url), key: "/book.zarr.zip" }),
    ];
    for (const store of stores) {
      expect(await store.getRange("/c/0", { offset: 1000, length: 5 })).toEqual(VALUE.slice(1000, 1005));
      expect(await store.getTail("/c/0", 3)).toMatchObject({ bytes: VALUE.slice(-3), valueBytes: 200_000 });
    }
    const headerBytes = 30 + "c/0".length;
    const bodies = server.requests.map(({ range }) => range).slice(-3);
    expect(bodies).toEqual([
      `bytes=0-${headerBytes - 1}`,
      `bytes=${headerBytes + 1000}-${headerBytes + 1004}`,
      `bytes=${headerBytes + 199_997}-${headerBytes + 199_999}`,
    ]);
  });

  test("that is not there is NOT_FOUND, and may be there the next time", async () => {
    const file = join(await temporaryDirectory(), "book.zarr.zip");
    const store = new ZipStore(file);
    await expect(store.get("/c/0")).rejects.toMatchObject({ code: "NOT_FOUND", path: file });
    await writeFile(file, archiveOf(6));
    expect(await store.get("/c/0")).toEqual(VALUE);
    const remote = new ZipStore({ store: new MemoryStore(), key: "/x.zip" });
    await expect(remote.get("/c/0")).rejects.toMatchObject({ code: "NOT_FOUND", path: "/x.zip" });
  });

  test("that is a directory is STORE_FAILED", async () => {
    await expect(new ZipStore(await temporaryDirectory()).get("/a")).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
  });

  test("that is replaced is VALUE_CHANGED, not a mixture of two", async () => {
    const file = join(await temporaryDirectory(), "book.zarr.zip");
    await writeFile(file, archiveOf(0));
    const store = new ZipStore(file);
    expect(await store.get("/c/0")).toEqual(VALUE);
    await writeFile(file, archiveOf(0, VALUE.subarray(1)));
    await expect(store.get("/c/0")).rejects.toMatchObject({ code: "VALUE_CHANGED", path: file });
    expect(await new ZipStore(file).get("/c/0")).toEqual(VALUE.subarray(1));
  });

  test("of which an entry occurs twice has the later one, as Python writes values again", async () => {
    const renamed = zipSync({ "c/0": [VALUE, { level: 0 }], "c/1": [Uint8Array.of(7), { level: 0 }] });
    replaceAll(renamed, "c/1", "c/0");
    expect(await storeOf(renamed).get("/c/0")).toEqual(Uint8Array.of(7));
  });

  test("in the form for more than 4 GiB is read alike", async () => {
    for (const level of [0, 6] as const) {
      expect(await storeOf(asZip64(archiveOf(level))).get("/c/0")).toEqual(VALUE);
    }
  });

  test("opens anew for nobody who reads at the same time, and an abort is heard", async () => {
    const store = storeOf(archiveOf(6));
    const reads = Array.from({ length: 5 }, () => store.getHead("/c/0", 2));
    for (const part of await Promise.all(reads)) expect(part!.bytes).toEqual(VALUE.slice(0, 2));
    const controller = new AbortController();
    const reading = store.get("/c/0", { signal: controller.signal });
    controller.abort("enough");
    await expect(reading).rejects.toBe("enough");
  });
});

describe("a hostile or damaged zip archive is refused:", () => {
  test.each([
    ["nothing", new Uint8Array(0)],
    ["no archive", new TextEncoder().encode("PK, but no more than that, for what it is worth")],
    ["one that was cut", archiveOf(0).subarray(0, 150_000)],
  ])("%s", async (_, archive) => {
    await expect(storeOf(archive).get("/c/0")).rejects.toMatchObject(invalid(/no sound zip archive/));
  });

  test.each(["../c/0", "c/../../0", "/c/0", "c:/00", "c//0", "./c/0"])("the name %s", async (name) => {
    const archive = zipSync({ [name]: [Uint8Array.of(1), { level: 0 }] });
    await expect(storeOf(archive).get("/c/0")).rejects.toMatchObject(invalid(/./));
  });

  test("a value that is not that of its checksum, stored or deflated", async () => {
    for (const level of [0, 6] as const) {
      const archive = archiveOf(level);
      archive[directoryAt(archive) + 16]! ^= 1;
      await expect(storeOf(archive).get("/c/0")).rejects.toMatchObject(invalid(/\/c\/0 does not decode/));
    }
  });

  test("a size that is not the value's", async () => {
    for (const valueBytes of [VALUE.length - 1, VALUE.length + 1]) {
      const archive = archiveOf(6);
      viewOf(archive).setUint32(directoryAt(archive) + 24, valueBytes, true);
      await expect(storeOf(archive).get("/c/0")).rejects.toMatchObject(invalid(/does not decode/));
    }
  });

  test("a size that no deflate stream has, before anything is allocated for it", async () => {
    const archive = archiveOf(6);
    viewOf(archive).setUint32(directoryAt(archive) + 24, 0xffff_fff0, true);
    await expect(storeOf(archive).get("/c/0")).rejects.toMatchObject(invalid(/which nothing can/));
  });

  test("a value of more bytes than the caller allows", async () => {
    const archive = zipSync({ bomb: [new Uint8Array(1_000_000), { level: 6 }] });
    expect(archive.length).toBeLessThan(2000);
    const store = new ZipStore(blobOf(archive), { valueBytesMax: 999_999 });
    await expect(store.get("/bomb")).rejects.toMatchObject(invalid(/1000000 bytes, more than 999999/));
    expect(await storeOf(archive).get("/bomb")).toHaveLength(1_000_000);
  });

  test("entries that share bytes, and those that reach beyond the end", async () => {
    const archive = zipSync({ a: [VALUE, { level: 0 }], b: [VALUE, { level: 0 }] });
    const second = directoryAt(archive) + 46 + 1;
    const firstAgain = archive.slice();
    viewOf(firstAgain).setUint32(second + 42, 0, true);
    await expect(storeOf(firstAgain).get("/a")).rejects.toMatchObject(invalid(/shares bytes/));
    viewOf(archive).setUint32(second + 42, archive.length - 100, true);
    await expect(storeOf(archive).get("/a")).rejects.toMatchObject(invalid(/beyond the archive's end/));
  });

  test("an entry that is another one on the spot", async () => {
    const archive = archiveOf(0);
    archive[30] = "d".charCodeAt(0);
    await expect(storeOf(archive).get("/c/0")).rejects.toMatchObject(invalid(/no entry \/c\/0 where/));
  });

  test("an encrypted entry and one of another compression, whole or in part, the others being read", async () => {
    for (const [offset, value] of [
      [8, 1],
      [10, 14],
    ] as const) {
      const archive = zipSync({ a: [VALUE, { level: 6 }], b: [VALUE, { level: 6 }] });
      viewOf(archive).setUint16(directoryAt(archive) + offset, value, true);
      const store = storeOf(archive);
      const unsupported = { code: "UNSUPPORTED_FORMAT", path: "/a" };
      await expect(store.get("/a")).rejects.toMatchObject(unsupported);
      await expect(store.getRange("/a", { offset: 0, length: 1 })).rejects.toMatchObject(unsupported);
      expect(await store.get("/b")).toEqual(VALUE);
    }
  });

  test("whatever bytes are flipped or cut: a value is right, missing with its name, or a typed error", async () => {
    const values = { "a/zarr.json": VALUE.slice(0, 40), "a/c/0": VALUE.slice(0, 99), b: new Uint8Array(0) };
    const archives = ([0, 6] as const).map((level) =>
      zipSync(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value, { level }]]))),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...archives),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 3 }),
        async (archive, flips, cut) => {
          const damaged = archive.slice(0, archive.length - (cut === 3 ? flips[0]![0] % 50 : 0));
          for (const [at, bits] of flips) damaged[at % damaged.length]! ^= bits;
          const store = storeOf(damaged);
          for (const [name, value] of Object.entries(values)) {
            const outcome = await store.get(`/${name}`).catch((error: unknown) => error);
            if (isQuarryError(outcome)) {
              expect(["ARCHIVE_INVALID", "UNSUPPORTED_FORMAT"]).toContain(outcome.code);
            } else if (outcome !== undefined) {
              expect(outcome).toEqual(value);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

const FIXTURES = sharedPath("conformance", "zarrita", "fixtures");

describeShared("zips of other programs", FIXTURES, () => {
  test.each([
    ["v3/data.uncompressed.zarr.zip", ""],
    ["v3/data.zipped_from_within.zarr.zip", ""],
    ["v3/data.zipped_from_parent.zarr.zip", "/data.zarr"],
  ])("%s holds what the directory beside it holds", async (name, root) => {
    const store = new ZipStore(join(FIXTURES, name));
    let files = 0;
    for await (const key of store.list(root === "" ? "/" : (root as AbsolutePath))) {
      const file = await readFile(join(FIXTURES, "v3", "data.zarr", key.slice(root.length)));
      expect(await store.get(key)).toEqual(new Uint8Array(file));
      files += 1;
    }
    expect(files).toBeGreaterThan(100);
  });
});

/** Where the central directory of an archive without a comment begins. */
function directoryAt(archive: Uint8Array): number {
  return viewOf(archive).getUint32(archive.length - 6, true);
}

/**
 * An archive of one entry with all its sizes and offsets moved to where there is room for 64 bits: an extra field of
 * the directory's header, and a second record at the end with its locator (APPNOTE 6.3.10, 4.3.14, 4.3.15, 4.5.3).
 */
function asZip64(archive: Uint8Array): Uint8Array {
  const directory = directoryAt(archive);
  const end = archive.length - 22;
  const header = archive.slice(directory, end);
  const view = viewOf(header);
  const extra = new DataView(new ArrayBuffer(28));
  extra.setUint16(0, 1, true);
  extra.setUint16(2, 24, true);
  for (const [index, at] of [24, 20, 42].entries()) {
    extra.setBigUint64(4 + 8 * index, BigInt(view.getUint32(at, true)), true);
    view.setUint32(at, 0xffff_ffff, true);
  }
  view.setUint16(30, extra.byteLength, true);
  const record = new DataView(new ArrayBuffer(56 + 20));
  record.setUint32(0, 0x0606_4b50, true);
  record.setBigUint64(4, 44n, true);
  record.setBigUint64(24, 1n, true);
  record.setBigUint64(32, 1n, true);
  record.setBigUint64(40, BigInt(header.length + extra.byteLength), true);
  record.setBigUint64(48, BigInt(directory), true);
  record.setUint32(56, 0x0706_4b50, true);
  record.setBigUint64(64, BigInt(directory + header.length + extra.byteLength), true);
  record.setUint32(72, 1, true);
  const last = archive.slice(end);
  viewOf(last).setUint16(8, 0xffff, true);
  viewOf(last).setUint16(10, 0xffff, true);
  viewOf(last).setUint32(12, 0xffff_ffff, true);
  viewOf(last).setUint32(16, 0xffff_ffff, true);
  const parts = [archive.slice(0, directory), header, extra, record, last];
  return Buffer.concat(parts.map((part) => ("getUint8" in part ? new Uint8Array(part.buffer) : part)));
}

function viewOf(archive: Uint8Array): DataView {
  return new DataView(archive.buffer, archive.byteOffset, archive.length);
}

function replaceAll(archive: Uint8Array, from: string, to: string): void {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.length);
  for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at + 1)) bytes.write(to, at);
}
