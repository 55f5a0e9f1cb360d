import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LINE_BYTES_MAX, linesOfFiles } from "../../../src/market/sources/capture-lines.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

async function fileWith(bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryDirectory(), "capture");
  await writeFile(path, bytes);
  return path;
}

/** All lines with their numbers, as the blocks give them. */
async function linesOf(path: string): Promise<[number, string][]> {
  const lines: [number, string][] = [];
  for await (const block of linesOfFiles([path], undefined)) {
    if (block.tooLong) {
      lines.push([block.firstLine, "<too long>"]);
      continue;
    }
    const text = block.bytes.toString();
    const parts = text.endsWith("\n") ? text.slice(0, -1).split("\n") : text.split("\n");
    for (const [index, part] of parts.entries()) lines.push([block.firstLine + index, part]);
  }
  return lines;
}

const numbered = (lines: readonly string[]): [number, string][] =>
  lines.map((line, index) => [index + 1, line]);

describe("the lines of a capture", () => {
  test("come in order with their numbers, from plain text and from gzip", async () => {
    const anyLine = fc.stringMatching(/^[a-z]{0,12}$/);
    await fc.assert(
      fc.asyncProperty(fc.array(anyLine, { maxLength: 30 }), fc.boolean(), async (lines, endsInFeed) => {
        const text = lines.join("\n") + (endsInFeed && lines.length > 0 ? "\n" : "");
        const expected = text === "" ? [] : numbered((endsInFeed ? text.slice(0, -1) : text).split("\n"));
        // A last line without characters and without a line feed is no line.
        if (!endsInFeed && expected.at(-1)?.[1] === "") expected.pop();
        expect(await linesOf(await fileWith(Buffer.from(text)))).toEqual(expected);
        expect(await linesOf(await fileWith(gzipSync(text)))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test("run on through the members of a gzip file, wherever these are cut", async () => {
    const text = Array.from({ length: 200_000 }, (_, index) => `line ${index}`).join("\n");
    const cuts = [0, 5, 70_001, 70_002, 1_000_003, text.length];
    const members = cuts.slice(1).map((cut, index) => gzipSync(text.slice(cuts[index], cut)));
    expect(await linesOf(await fileWith(Buffer.concat(members)))).toEqual(numbered(text.split("\n")));
  });

  test("may be longer than what is read at a time", async () => {
    const lines = ["a".repeat(700_000), "b", "c".repeat(300_000), ""];
    expect(await linesOf(await fileWith(Buffer.from(lines.join("\n"))))).toEqual(numbered(lines.slice(0, 3)));
  });

  test("that are too long are named and skipped, and numbering goes on", async () => {
    const text = `first\n${"x".repeat(LINE_BYTES_MAX + 1)}\nthird\n${"y".repeat(LINE_BYTES_MAX + 1)}`;
    expect(await linesOf(await fileWith(Buffer.from(text)))).toEqual([
      [1, "first"],
      [2, "<too long>"],
      [3, "third"],
      [4, "<too long>"],
    ]);
  });
});

describe("a capture file that is not whole", () => {
  const whole = gzipSync(Array.from({ length: 5000 }, (_, index) => `line ${index}`).join("\n"));

  test.each([1, 4, 100, whole.length - 11])(
    "is an error that names it, cut %i bytes short",
    async (missing) => {
      const path = await fileWith(whole.subarray(0, whole.length - missing));
      await expect(linesOf(path)).rejects.toMatchObject({ code: "CAPTURE_INVALID", path });
      await expect(linesOf(path)).rejects.toThrow(/ends in the middle of its gzip stream/);
    },
  );

  test("is an error where the second member is cut short", async () => {
    const path = await fileWith(Buffer.concat([whole, whole.subarray(0, 40)]));
    await expect(linesOf(path)).rejects.toMatchObject({ code: "CAPTURE_INVALID", path });
  });

  test.each([0, 1])("is an error where byte %i of the second member's header is damaged", async (offset) => {
    for (const value of [0, 0x41]) {
      const second = Buffer.from(whole);
      second[offset] = value;
      const path = await fileWith(Buffer.concat([whole, second]));
      await expect(linesOf(path)).rejects.toMatchObject({ code: "CAPTURE_INVALID", path });
    }
  });

  test("is an error where a flipped bit breaks the checksum", async () => {
    const flipped = Buffer.from(whole);
    flipped[flipped.length - 6] = flipped[flipped.length - 6]! ^ 1;
    const path = await fileWith(flipped);
    await expect(linesOf(path)).rejects.toMatchObject({ code: "CAPTURE_INVALID", path });
  });

  test("is no error where zeros pad it, as tapes do", async () => {
    const path = await fileWith(Buffer.concat([whole, Buffer.alloc(512)]));
    expect(await linesOf(path)).toHaveLength(5000);
  });

  test("is an error where it is not there, or a directory", async () => {
    await expect(linesOf("no/such/file")).rejects.toMatchObject({ code: "NOT_FOUND", path: "no/such/file" });
    await expect(linesOf(await temporaryDirectory())).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});
