import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadZstdCompressor, type ZstdCompressor } from "../../../codecs/zstd/stream.ts";
import { simulateCapture } from "../../../src/market/simulate/index.ts";
import { captureBytes } from "../../../src/market/sources/capture-bytes.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

let zstd: ZstdCompressor;
beforeAll(async () => {
  zstd = await loadZstdCompressor();
});

/** More than a block and more than what is read at a time. */
const text = Buffer.from([...simulateCapture({ steps: 4000 })].join("\n"));

const frame = (content: Uint8Array, level = 3, checksum = true) => zstd.compress(content, level, checksum);
const skippable = (bytes: number) => {
  const skipped = Buffer.alloc(8 + bytes, 0xff);
  skipped.writeUInt32LE(0x184d2a53);
  skipped.writeUInt32LE(bytes, 4);
  return skipped;
};

async function decoded(...parts: readonly Uint8Array[]): Promise<Buffer> {
  const path = join(await temporaryDirectory(), "capture");
  await writeFile(path, Buffer.concat(parts));
  const chunks: Buffer[] = [];
  for await (const chunk of captureBytes(path)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const refusal = (words: RegExp) => ({ code: "CAPTURE_INVALID", message: expect.stringMatching(words) });

describe("a capture compressed with zstd", () => {
  test.each([-5, 1, 3, 9, 19])("is read as it was, level %i", async (level) => {
    expect((await decoded(frame(text, level))).equals(text)).toBe(true);
    expect((await decoded(frame(text, level, false))).equals(text)).toBe(true);
  });

  test("may be many frames, empty ones, short ones, and ones to be skipped", async () => {
    const whole = await decoded(
      ...[skippable(0), frame(text), skippable(300_000), frame(Buffer.alloc(0)), frame(Buffer.from("a"))],
      ...[frame(Buffer.alloc(500_000, 7)), skippable(3)],
    );
    expect(whole.equals(Buffer.concat([text, Buffer.from("a"), Buffer.alloc(500_000, 7)]))).toBe(true);
  });

  test.each([1, 3, 4, 5, 100, 5000])("is an error where it ends %i bytes early", async (missing) => {
    const encoded = frame(text);
    await expect(decoded(encoded.subarray(0, encoded.length - missing))).rejects.toMatchObject(
      refusal(/ends in the middle of its zstd stream/),
    );
  });

  test("is an error where any bit of it is flipped: its structure or its checksum tells", async () => {
    const encoded = frame(text.subarray(0, 20_000));
    // What stands before the first block and is no claim of the checksum's: the magic number makes it another file.
    for (let bit = 32; bit < encoded.length * 8; bit += 149) {
      const flipped = Uint8Array.from(encoded);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const result = decoded(flipped).then(
        (content) => content.equals(text.subarray(0, 20_000)),
        ({ code }) => code,
      );
      // A flipped claim on the window or on unused bits changes nothing.
      expect([true, "CAPTURE_INVALID"], `bit ${bit}`).toContain(await result);
    }
  });

  test("is an error where its checksum is wrong", async () => {
    const encoded = Uint8Array.from(frame(text));
    encoded[encoded.length - 1]! ^= 1;
    await expect(decoded(encoded)).rejects.toMatchObject(refusal(/checksum is wrong/));
  });

  test("is an error where other bytes follow it", async () => {
    await expect(decoded(frame(text), Buffer.from("more"))).rejects.toMatchObject(
      refusal(/bytes behind the end/),
    );
  });

  test.each([
    ["a window of 64 MiB", [0x00, 16 << 3], /window of more than 32 MiB/],
    [
      "a content of 2^60 bytes in one segment",
      [0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10],
      /window of more than 32 MiB/,
    ],
    ["a dictionary", [0x01, 0, 5], /zstd dictionary/],
    ["a reserved bit", [0x08, 0], /frame's header/],
    ["a reserved kind of block", [0x20, 1, 0x07, 0, 0], /block's header/],
    ["a block of more than 128 KiB", [0x20, 1, 0x01, 0, 0xff], /block's header/],
  ])("is refused where it claims %s", async (_, claims, words) => {
    await expect(decoded(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...claims))).rejects.toMatchObject(
      refusal(words),
    );
  });
});
