/**
 * A filter of numcodecs behind a `transpose`. zarr-python 3.1 gives the filter a view of the memory in its old order,
 * and the filter takes the items in that order: what it writes is not what its metadata says.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createGroup, openArray } from "../../src/index.ts";
import type { JsonObject } from "../../src/metadata/json.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";
import { exchangeWithZarrPython } from "./exchange.ts";
import { bytesOf, sha256 } from "./values.ts";

const named = (name: string, configuration: JsonObject) => ({ name, configuration });
const SHAPE = [3, 4];
const VALUES = Int32Array.from({ length: 12 }, (_, item) => item * item);

test.each([
  ["numcodecs.delta", { dtype: "<i4" }],
  ["numcodecs.fixedscaleoffset", { dtype: "<i4", astype: "<i8", offset: 5, scale: 1 }],
])(
  "%s: Quarry's array is read by zarr-python, and zarr-python's not even by itself",
  async (name, configuration) => {
    const directory = await temporaryDirectory();
    const filters = [named("transpose", { order: [1, 0] }), named(name, configuration)];
    const codecs = [...filters, named("bytes", { endian: "little" })];
    const root = await createGroup(join(directory, "quarry.zarr"));
    const array = await root.createArray("px", { shape: SHAPE, dataType: "int32", chunks: SHAPE, codecs });
    await array.set(null, VALUES);
    const valuesFile = join(directory, "values");
    writeFileSync(valuesFile, bytesOf(VALUES));
    const store = join(directory, "python.zarr");
    const { written, read } = await exchangeWithZarrPython({
      read: [{ store: join(directory, "quarry.zarr"), array: "px" }],
      write: [
        {
          ...{ store, array: "px", shape: SHAPE, dataType: "int32", chunks: SHAPE, shards: null, filters },
          ...{ endian: "little", compressors: [], fillHex: "00000000", attributes: {}, dimensionNames: null },
          valuesFile,
        },
      ],
    });
    const expected = sha256(readFileSync(valuesFile));
    expect(read[0]!.sha256).toBe(expected);
    expect(written[0]!.sha256).not.toBe(expected);
    // What is stored has one meaning, and both read that.
    const { data } = await (await openArray(join(store, "px"))).get();
    expect(sha256(bytesOf(data))).toBe(written[0]!.sha256);
  },
);
