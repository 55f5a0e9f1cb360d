/**
 * Every codec chain × data type × layout, written by Quarry and read by zarr-python, and the reverse, compared by the
 * hash of every bit. Ragged edges on both dimensions, in chunks and in shards.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGroup, openArray } from "../../src/index.ts";
import { type DataTypeName, dataTypeOf } from "../../src/metadata/data-type.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";
import {
  type Chain,
  codecsOf,
  EXACT_CHAINS,
  NUMCODECS_CHAINS,
  READ_ONLY_CHAINS,
  ROUNDING_CHAINS,
  type RoundingChain,
} from "./codec-chains.ts";
import { exchangeWithZarrPython, type Seen } from "./exchange.ts";
import { bytesOf, randomBytes, randomFloats, sha256 } from "./values.ts";

const SHAPE = [13, 7];
const CHUNKS = [4, 3];
const LAYOUTS = [
  { layout: "unsharded", shards: null },
  { layout: "sharded", shards: [8, 6] },
];
const LOSSLESS_CHAINS = [...EXACT_CHAINS, ...NUMCODECS_CHAINS];

interface Case {
  readonly array: string;
  readonly chain: Chain;
  readonly dataType: DataTypeName;
  readonly shards: readonly number[] | null;
  readonly values: Uint8Array;
}

function casesOf<C extends Chain>(
  chains: readonly C[],
  prefix: string,
  valuesOf: (chain: C, dataType: C["dataTypes"][number], seed: number) => Uint8Array,
) {
  return chains.flatMap((chain, chainIndex) =>
    chain.dataTypes.flatMap((dataType) =>
      LAYOUTS.map(({ layout, shards }): Case => {
        const array = `${prefix}${chainIndex}-${dataType}-${layout}`;
        return { array, chain, dataType, shards, values: valuesOf(chain, dataType, chainIndex + 1) };
      }),
    ),
  );
}

const itemCount = SHAPE[0]! * SHAPE[1]!;
const randomItems = (_: Chain, dataType: DataTypeName, seed: number) =>
  randomBytes(dataType, itemCount, seed);
const roundingCases = casesOf<RoundingChain>(ROUNDING_CHAINS, "rounding", ({ exponents }, dataType, seed) =>
  randomFloats(dataType, exponents, itemCount, seed),
);
/** Written by both. */
const cases = [...casesOf(LOSSLESS_CHAINS, "exact", randomItems), ...roundingCases];
/** Written by zarr-python only. */
const foreignCases = casesOf(READ_ONLY_CHAINS, "foreign", randomItems);

let folder: string;
const ofQuarry = () => join(folder, "quarry.zarr");
const ofPython = () => join(folder, "python.zarr");
const readByPython = new Map<string, Seen>();
const writtenByPython = new Map<string, Seen>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quarry-interop-"));
  await mkdir(join(folder, "values"));
  const root = await createGroup(ofQuarry());
  for (const { array, values } of [...cases, ...foreignCases]) {
    await writeFile(join(folder, "values", array), values);
  }
  for (const { array, chain, dataType, shards, values } of cases) {
    const created = await root.createArray(array, {
      shape: SHAPE,
      dataType,
      chunks: CHUNKS,
      ...(shards === null ? {} : { shards }),
      codecs: codecsOf(chain),
      dimensionNames: ["row", "level"],
    });
    await created.set(null, asTypedArray(dataType, values));
  }
  const answer = await exchangeWithZarrPython({
    read: cases.map(({ array }) => ({ store: ofQuarry(), array })),
    write: [...cases, ...foreignCases].map(({ array, chain, dataType, shards }) => ({
      store: ofPython(),
      array,
      shape: SHAPE,
      dataType,
      chunks: CHUNKS,
      shards,
      filters: chain.filters ?? [],
      endian: chain.endian ?? "little",
      compressors: chain.compressors ?? [],
      fillHex: "00".repeat(dataTypeOf(dataType).itemBytes),
      attributes: {},
      dimensionNames: ["row", "level"],
      valuesFile: join(folder, "values", array),
    })),
  });
  for (const [index, { array }] of cases.entries()) {
    readByPython.set(array, answer.read[index]!);
  }
  for (const [index, { array }] of [...cases, ...foreignCases].entries()) {
    writtenByPython.set(array, answer.written[index]!);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const asTypedArray = (dataType: DataTypeName, bytes: Uint8Array) =>
  new (typedArrayOf(dataTypeOf(dataType)))(bytes.slice().buffer);

/** Hash, data type and shape of what Quarry reads. */
async function readByQuarry(store: string, path: string) {
  const array = await openArray(join(store, path));
  const { data, shape } = await array.get();
  return { dataType: array.dataType.name, shape, sha256: sha256(bytesOf(data)) };
}

for (const chain of [...LOSSLESS_CHAINS, ...ROUNDING_CHAINS])
  describe(chain.title, () => {
    const ofChain = cases.filter((each) => each.chain === chain);

    it("written by Quarry, is read by zarr-python bit for bit as by Quarry itself", async () => {
      for (const { array, dataType, shards, values } of ofChain) {
        const own = await readByQuarry(ofQuarry(), array);
        expect(readByPython.get(array), array).toMatchObject({
          ...own,
          dataType,
          shape: SHAPE,
          chunks: CHUNKS,
          shards,
          dimensionNames: ["row", "level"],
        });
        if (LOSSLESS_CHAINS.includes(chain)) expect(own.sha256, array).toBe(sha256(values));
      }
    });

    it("written by zarr-python, is read by Quarry bit for bit", async () => {
      for (const { array, dataType } of ofChain) {
        const { sha256: expected } = writtenByPython.get(array)!;
        const own = await readByQuarry(ofPython(), array);
        expect(own, array).toEqual({ dataType, shape: SHAPE, sha256: expected });
      }
    });

    it("comes out the same whichever of the two encoded it", () => {
      for (const { array } of ofChain) {
        expect(readByPython.get(array)!.sha256, array).toBe(writtenByPython.get(array)!.sha256);
      }
    });
  });

for (const chain of READ_ONLY_CHAINS)
  describe(chain.title, () => {
    const ofChain = foreignCases.filter((each) => each.chain === chain);

    it("written by zarr-python, is read by Quarry bit for bit", async () => {
      for (const { array, dataType, values } of ofChain) {
        const own = await readByQuarry(ofPython(), array);
        expect(own, array).toEqual({ dataType, shape: SHAPE, sha256: sha256(values) });
      }
    });

    it("is not written by Quarry, which says so", async () => {
      const root = await createGroup(join(folder, `${ofChain[0]!.array}.zarr`));
      const array = await root.createArray("array", {
        shape: SHAPE,
        dataType: "int32",
        chunks: CHUNKS,
        codecs: codecsOf(chain),
      });
      const refusal = array.set(null, 1);
      await expect(refusal).rejects.toMatchObject({ code: "UNSUPPORTED_CODEC", direction: "encode" });
      await expect(refusal).rejects.toThrow(/read and not written/);
    });
  });
