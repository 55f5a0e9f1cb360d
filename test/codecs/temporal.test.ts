import { expect, test } from "vitest";
import { dataTypeOf } from "../../src/metadata/data-type.ts";
import { portableRunner } from "../kit/codec-runner.ts";

const CHUNK = "e8 03 07 00 e9 03 07 00 e7 03 ff ff";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
}

test.each([
  ["xor", 0, "e8 03 07 00 01 00 00 00 0e 00 f8 ff"],
  ["delta", 0, "e8 03 07 00 01 00 00 00 fe ff f8 ff"],
  ["xor", 1, "e8 03 ef 03 e9 03 ee 03 e7 03 18 fc"],
] as const)(
  "%s along axis %d encodes the specification's example to its bytes",
  async (transform, axis, encoded) => {
    const input = { dataType: dataTypeOf("int16"), shape: [3, 2] };
    const codec = await portableRunner.start("quarry.temporal", { transform, axis }, input);
    expect(await codec.encode(bytes(CHUNK))).toEqual(bytes(encoded));
    expect(await codec.decode(bytes(encoded), { exact: 12, max: 12 })).toEqual(bytes(CHUNK));
  },
);

test("differences wrap, so that the extremes of a type come back", async () => {
  const input = { dataType: dataTypeOf("int64"), shape: [3] };
  const codec = await portableRunner.start("quarry.temporal", { transform: "delta", axis: 0 }, input);
  const extremes = new Uint8Array(BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, -(2n ** 63n)).buffer);
  expect(await codec.decode(await codec.encode(extremes), { exact: 24, max: 24 })).toEqual(extremes);
});
