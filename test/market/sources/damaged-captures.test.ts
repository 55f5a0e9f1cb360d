/** Bytes from outside are hostile: whatever is changed in a capture, it is read, or it is an error that names it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { beforeAll, describe, test } from "vitest";
import { loadZstdCompressor, type ZstdCompressor } from "../../../codecs/zstd/stream.ts";
import { isQuarryError } from "../../../src/errors.ts";
import { simulateCapture } from "../../../src/market/simulate/index.ts";
import { detectFormat, type FormatName } from "../../../src/market/sources/index.ts";
import { dbnCapture } from "../../kit/captures/dbn.ts";
import { hftbacktestRows, npyHeader } from "../../kit/captures/hftbacktest.ts";
import { leanQuotes, leanZip } from "../../kit/captures/lean.ts";
import { lobsterCapture, lobsterName } from "../../kit/captures/lobster.ts";
import { marketMoments } from "../../kit/captures/market.ts";
import { okxCapture } from "../../kit/captures/okx.ts";
import { readCapture } from "../../kit/captures/read-capture.ts";
import { holds } from "../../kit/property.ts";
import { temporaryDirectory } from "../../kit/temporary-directory.ts";

const ALLOWED = ["CAPTURE_INVALID", "ARCHIVE_INVALID"] as const;
const moments = () => marketMoments(12);
const text = (lines: Iterable<string>) => Buffer.from([...lines].join("\n"));
const npy = (version: 1 | 2) => {
  const rows = [...hftbacktestRows(moments(), version)];
  return Buffer.concat([npyHeader(version, rows.length), ...rows]);
};

let zstd: ZstdCompressor;
beforeAll(async () => {
  zstd = await loadZstdCompressor();
});

/** Files of a capture, of which the first one is damaged. */
const CAPTURES: readonly (readonly [string, FormatName, () => readonly (readonly [string, Uint8Array])[]])[] =
  [
    ["binance", "binance", () => [["capture", text(simulateCapture({ steps: 12 }))]]],
    ["binance in gzip", "binance", () => [["capture", gzipSync(text(simulateCapture({ steps: 12 })))]]],
    [
      "binance in zstd",
      "binance",
      () => [["capture", zstd.compress(text(simulateCapture({ steps: 12 })), 3, false)]],
    ],
    ["okx", "okx", () => [["capture", text(okxCapture(moments()))]]],
    ["dbn, orders", "dbn", () => [["capture", Buffer.concat([...dbnCapture(moments(), { schema: "mbo" })])]]],
    [
      "dbn, levels",
      "dbn",
      () => [["capture", Buffer.concat([...dbnCapture(moments(), { schema: "mbp-10", version: 1 })])]],
    ],
    ["hftbacktest, version 1", "hftbacktest", () => [["capture", npy(1)]]],
    ["hftbacktest, version 2", "hftbacktest", () => [["capture", npy(2)]]],
    ["hftbacktest in zip", "hftbacktest", () => [["capture", zipSync({ "data.npy": npy(2) })]]],
    ["lean", "lean", () => [["capture", leanZip("Quote", leanQuotes(moments()))]]],
    ...([0, 1] as const).map((damaged) => {
      const name = damaged === 0 ? "lobster's messages" : "lobster's books";
      const files = () => {
        const lines = [...lobsterCapture(moments(), 5)];
        const both = (["message", "orderbook"] as const).map(
          (kind, index) => [lobsterName(kind, 5), text(lines.map((pair) => pair[index as 0 | 1]))] as const,
        );
        return damaged === 0 ? both : both.toReversed();
      };
      return [name, "lobster", files] as const;
    }),
    ["csv", "csv", () => [["capture", text(["time,price,size", "2024-08-07,1.5,2", '1723039201,"2.5",1'])]]],
  ];

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: Uint8Array;
}

const editArbitrary: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.oneof(fc.constant(1), fc.nat({ max: 8 }), fc.nat({ max: 5000 })),
  insert: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 1 }),
    fc.uint8Array({ maxLength: 8 }),
    fc
      .constantFrom("0", "-", '"', ",", "\n", "\r\n", "{", "null", "1e400", "9".repeat(30), "\u0000")
      .map((part) => Buffer.from(part)),
  ),
});

function damagedBy(bytes: Uint8Array, edits: readonly Edit[]): Buffer {
  let damaged = Buffer.from(bytes);
  for (const { at, remove, insert } of edits) {
    const start = Math.floor(at * damaged.length);
    damaged = Buffer.concat([damaged.subarray(0, start), insert, damaged.subarray(start + remove)]);
  }
  return damaged;
}

async function expectNamedError(work: Promise<unknown>): Promise<void> {
  await work.catch((error) => {
    if (!ALLOWED.some((code) => isQuarryError(error, code))) throw error;
  });
}

describe("a damaged capture", () => {
  test.each(CAPTURES)("is read, or is an error that names it: %s", async (name, format, files) => {
    const [first, ...others] = files();
    const directory = await temporaryDirectory();
    const paths = [first!, ...others].map(([file]) => join(directory, file));
    for (const [index, [, bytes]] of others.entries()) await writeFile(paths[index + 1]!, bytes);
    await holds(
      `damaged capture: ${name}`,
      fc.array(editArbitrary, { minLength: 1, maxLength: 3 }),
      async (edits) => {
        await writeFile(paths[0]!, damagedBy(first![1], edits));
        await expectNamedError(readCapture(format, paths, { levels: 5 }));
        await expectNamedError(detectFormat(paths));
      },
      60,
    );
  });
});
