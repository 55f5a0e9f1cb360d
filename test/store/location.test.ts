import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { resolveLocation } from "../../src/store/location.ts";
import { MemoryStore } from "../../src/store/memory-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

describe("a location", () => {
  test("is a directory when it is a path or a file: URL, in text or as a URL", async () => {
    const directory = join(await temporaryDirectory(), "BTC USDT.zarr");
    const url = pathToFileURL(directory);
    for (const location of [directory, url, url.href]) {
      expect(resolveLocation(location).localDirectory).toBe(directory);
    }
    expect(resolveLocation("book.zarr").localDirectory).toBe(join(process.cwd(), "book.zarr"));
  });

  test("is the store itself when it is one, ours or anybody's", () => {
    const store = new MemoryStore();
    expect(resolveLocation(store)).toBe(store);
    const theirs = { get: async () => undefined };
    expect(resolveLocation(theirs)).toBe(theirs);
  });

  test("is a web server, for reading only, when it is an http: or https: URL", async () => {
    for (const location of ["https://example.org/book.zarr", "HTTP://example.org", new URL("http://x")]) {
      const store = resolveLocation(location);
      expect(store).toMatchObject({ readOnly: true, getTail: expect.any(Function) });
      expect(store).not.toHaveProperty("localDirectory");
    }
  });

  test.each(["s3://bucket/book.zarr", new URL("ftp://x/y")])(
    "%s is refused, and the message names it",
    (location) => {
      expect(() => resolveLocation(location)).toThrowError(
        expect.objectContaining({ code: "UNSUPPORTED_FORMAT", path: new URL(location).href }),
      );
    },
  );

  test.each([undefined, null, 5, {}, new Map([["a", 1]]).keys()])("%s is a wrong call", (location) => {
    expect(() => resolveLocation(location as unknown as string)).toThrow(TypeError);
  });
});
