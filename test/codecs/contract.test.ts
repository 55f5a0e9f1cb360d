import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CodecFault } from "../../codecs/fault.ts";
import { chunks, damaged, damages } from "../kit/arbitraries.ts";
import { codecContract, encode } from "../kit/codec.ts";
import { CODEC_CASES } from "../kit/codec-cases.ts";
import { portableRunner } from "../kit/codec-runner.ts";

codecContract(portableRunner);

/** Behind a codec of variable size nobody knows how much will come out, only how much may. */
describe.each(CODEC_CASES)("portable $title, with a limit in place of a size", (codecCase) => {
  test("makes no more than the limit, whatever its input has become", async () => {
    await fc.assert(
      fc.asyncProperty(
        chunks(codecCase.dataTypes, fc.constantFrom([7, 9], [600])),
        damages,
        fc.nat({ max: 2000 }),
        async ({ type, bytes }, damage, max) => {
          const codec = await portableRunner.start(codecCase.codec, codecCase.configuration(type), type);
          const encoded = await encode(codec, codecCase, bytes);
          for (const input of [encoded, damaged(encoded, damage)]) {
            let decodedBytes: number;
            try {
              decodedBytes = (await codec.decode(input, { exact: undefined, max })).length;
            } catch (error) {
              expect(error).toBeInstanceOf(CodecFault);
              continue;
            }
            expect(decodedBytes).toBeLessThanOrEqual(max);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
