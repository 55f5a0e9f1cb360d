import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileSystemStore } from "../../src/store/file-system-store.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import type { AbsolutePath, ReadableStore } from "../../src/store/store.ts";
import { type StoredObject, storedObjects } from "../../src/store/stored-objects.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

async function all(
  store: ReadableStore,
  prefix: AbsolutePath = "/",
  enters?: (directory: AbsolutePath) => boolean,
): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const object of storedObjects(store, prefix, enters)) objects.push(object);
  return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
}

const KEYS = ["/a/b/1", "/a/b/2", "/a/c", "/d"] as const;

test.each([
  ["a directory", async () => new FileSystemStore(await temporaryDirectory())],
  ["memory", async () => new MemoryStore()],
])("values of %s are told with their sizes", async (_name, create) => {
  const store = await create();
  for (const [i, key] of KEYS.entries()) await store.set(key, new Uint8Array(10 + i));
  const values = KEYS.map((key, i) => ({ key, bytes: 10 + i, kind: "value" }));
  expect(await all(store)).toEqual(values);
  expect(await all(store, "/a")).toEqual(values.slice(0, 3));
  expect(await all(store, "/nothing")).toEqual([]);
  expect(await all(store, "/", (directory) => directory !== "/a/b")).toEqual(values.slice(2));
});

test("files of a writer that was killed are told, which the store itself does not list", async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, "x.0123456789abcdef.partial"), "1");
  await mkdir(join(directory, "y.0123456789abcdef.partial"));
  await writeFile(join(directory, "y.0123456789abcdef.partial", "z"), "22");
  expect(await all(new FileSystemStore(directory))).toEqual([
    { key: "/x.0123456789abcdef.partial", bytes: 1, kind: "unfinished" },
    { key: "/y.0123456789abcdef.partial/z", bytes: 2, kind: "unfinished" },
  ]);
});

test("links are followed, but not in circles, and those to nothing are told", async () => {
  const directory = await temporaryDirectory();
  await mkdir(join(directory, "a"));
  await writeFile(join(directory, "a/file"), "123");
  await symlink(join(directory, "a"), join(directory, "also_a"));
  await symlink(directory, join(directory, "a/back"));
  await symlink(join(directory, "nothing"), join(directory, "a/dangling"));
  expect(await all(new FileSystemStore(directory))).toEqual([
    { key: "/a/dangling", bytes: 0, kind: "special" },
    { key: "/a/file", bytes: 3, kind: "value" },
    { key: "/also_a/dangling", bytes: 0, kind: "special" },
    { key: "/also_a/file", bytes: 3, kind: "value" },
  ]);
});

test("more files than one step reads are all told", async () => {
  const store = new FileSystemStore(await temporaryDirectory());
  for (let i = 0; i < 300; i++) await store.set(`/c/${i}`, new Uint8Array(1));
  expect(await all(store)).toHaveLength(300);
});

test("a store that cannot list is an error", async () => {
  await expect(all({ get: async () => undefined })).rejects.toMatchObject({ code: "STORE_FAILED" });
});
