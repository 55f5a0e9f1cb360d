/** Fill values between Quarry and zarr-python: in arrays nobody wrote to, in those written in part, and in metadata. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGroup, openGroup, slice } from "../../src/index.ts";
import { type DataTypeName, dataTypeOf } from "../../src/metadata/data-type.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";
import { exchangeWithZarrPython, type Seen } from "./exchange.ts";
import { bytesOf, sha256 } from "./values.ts";

const FILL_VALUES: readonly (readonly [DataTypeName, boolean | number | bigint])[] = [
  ["bool", true],
  ["int8", -128],
  ["uint8", 255],
  ["int16", -32768],
  ["uint16", 65535],
  ["int32", -2147483648],
  ["uint32", 4294967295],
  ["int64", -(2n ** 63n)],
  ["int64", 2n ** 53n + 1n],
  ["uint64", 2n ** 64n - 1n],
  ...(["float16", "float32", "float64"] as const).flatMap((dataType) =>
    [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.1, 65504].map(
      (value) => [dataType, value] as const,
    ),
  ),
  ["float16", 2 ** -24],
  ["float32", 2 ** -149],
  ["float64", 5e-324],
  ["float64", 1.7976931348623157e308],
];

const SHAPE = [10];
const cases = FILL_VALUES.flatMap(([dataType, value], index) =>
  [null, [6]].map((shards) => ({
    title: `${dataType} filled with ${Object.is(value, -0) ? "-0" : value}, ${shards === null ? "unsharded" : "sharded"}`,
    array: `${index}-${shards === null ? "unsharded" : "sharded"}`,
    dataType,
    value,
    shards,
  })),
);

let folder: string;
let answer: { readonly written: readonly Seen[]; readonly read: readonly Seen[] };
const ofQuarry = () => join(folder, "quarry.zarr");
const ofPython = () => join(folder, "python.zarr");

/** `count` elements that hold `value`. */
function elements(dataType: DataTypeName, value: boolean | number | bigint, count: number) {
  const array = new (typedArrayOf(dataTypeOf(dataType)))(count);
  for (let at = 0; at < count; at++)
    (array as { [at: number]: unknown })[at] = typeof value === "boolean" ? Number(value) : value;
  return array;
}

const zeros = (dataType: DataTypeName, count: number) => new (typedArrayOf(dataTypeOf(dataType)))(count);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quarry-interop-"));
  const root = await createGroup(ofQuarry());
  for (const { array, dataType, value, shards } of cases) {
    const layout = { shape: SHAPE, dataType, chunks: [2], ...(shards && { shards }), fillValue: value };
    await root.createArray(`untouched-${array}`, layout);
    const partly = await root.createArray(`partly-${array}`, layout);
    // A whole chunk of zeros and half of another: zeros are not the fill value, -0 included.
    await partly.set([slice(2, 5)], zeros(dataType, 3));
  }
  answer = await exchangeWithZarrPython({
    read: cases.flatMap(({ array }) => [
      { store: ofQuarry(), array: `untouched-${array}` },
      { store: ofQuarry(), array: `partly-${array}` },
    ]),
    write: cases.map(({ array, dataType, value, shards }) => ({
      store: ofPython(),
      array,
      shape: SHAPE,
      dataType,
      chunks: [2],
      shards,
      filters: [],
      endian: "little" as const,
      compressors: [],
      fillHex: Buffer.from(bytesOf(elements(dataType, value, 1))).toString("hex"),
      attributes: {},
      dimensionNames: null,
      valuesFile: null,
    })),
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a fill value", () => {
  it.each(cases.map((each, index) => ({ ...each, index })))(
    "of $title",
    async ({ array, dataType, value, index }) => {
      const one = sha256(bytesOf(elements(dataType, value, 1)));
      const untouched = sha256(bytesOf(elements(dataType, value, 10)));
      const partly = elements(dataType, value, 10);
      partly.set(zeros(dataType, 3) as never, 2);

      expect(answer.read[2 * index]).toMatchObject({ dataType, sha256: untouched, fillSha256: one });
      expect(answer.read[2 * index + 1]).toMatchObject({
        dataType,
        sha256: sha256(bytesOf(partly)),
        fillSha256: one,
      });

      const ofZarrPython = await (await openGroup(ofPython())).array(array);
      const { data } = await ofZarrPython.get();
      expect(sha256(bytesOf(data))).toBe(untouched);
      expect(answer.written[index]).toMatchObject({ sha256: untouched, fillSha256: one });
      expect(ofZarrPython.fillValue).toBe(dataType === "bool" ? value : elements(dataType, value, 1)[0]);
    },
  );
});
