/** The contract of a decoder without an encoder of ours: held against encodings by others. */
import fc from "fast-check";
import { expect } from "vitest";
import type { DecodedSize, PortableCodec } from "../../codecs/definition.ts";
import { CodecFault } from "../../codecs/fault.ts";
import { damaged, damages } from "./arbitraries.ts";

export interface Encoding {
  readonly encoded: Uint8Array;
  readonly decoded: Uint8Array;
}

type Decode = PortableCodec["decode"];

export function exactly(bytes: number): DecodedSize {
  return { exact: bytes, max: bytes };
}

/** The decoded bytes, or the reason of the fault; any other error fails the test. */
export async function decodedOrReason(
  decode: Decode,
  encoded: Uint8Array,
  size: DecodedSize,
): Promise<Uint8Array | string> {
  try {
    return await decode(encoded, size, { path: "/test" });
  } catch (error) {
    if (!(error instanceof CodecFault)) {
      throw error;
    }
    return error.reason;
  }
}

/** Truncations and appended bytes are faults; other damage is one, or leaves a chunk of the right size. */
export async function expectRefusals(decode: Decode, { encoded, decoded }: Encoding): Promise<void> {
  const size = exactly(decoded.length);
  const step = Math.max(1, Math.floor(encoded.length / 100));
  for (let length = 0; length < encoded.length; length += step) {
    expect(await decodedOrReason(decode, encoded.slice(0, length), size)).toBeTypeOf("string");
  }
  expect(await decodedOrReason(decode, Uint8Array.from([...encoded, 0]), size)).toBeTypeOf("string");
  await fc.assert(
    fc.asyncProperty(damages, async (damage) => {
      const result = await decodedOrReason(decode, damaged(encoded, damage), size);
      expect(typeof result === "string" ? decoded.length : result.length).toBe(decoded.length);
    }),
    { numRuns: 200 },
  );
  await fc.assert(
    fc.asyncProperty(damages, fc.nat({ max: decoded.length }), async (damage, max) => {
      const result = await decodedOrReason(decode, damaged(encoded, damage), { exact: undefined, max });
      expect(typeof result === "string" ? 0 : result.length).toBeLessThanOrEqual(max);
    }),
    { numRuns: 100 },
  );
}
