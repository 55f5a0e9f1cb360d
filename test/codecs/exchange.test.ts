import { describe, test } from "vitest";
import { findAddon } from "../../src/codec/native/addon.ts";
import { nativeBackend } from "../../src/codec/native/native-chain.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { codecContract, exchangeContract } from "../kit/codec.ts";
import { CODEC_CASES, type CodecCase } from "../kit/codec-cases.ts";
import { chainRunner, portableRunner } from "../kit/codec-runner.ts";
import { typeOf } from "../kit/model-items.ts";

function hasNativeCodec({ codec, configuration, dataTypes }: CodecCase): boolean {
  const type = { dataType: typeOf(dataTypes[0]!), shape: [2, 3] };
  return (
    resolveCodec({ name: codec, configuration: configuration(type) }, type, "/test").native !== undefined
  );
}

const { addon, ...search } = findAddon();

if (addon !== undefined) {
  const native = chainRunner(nativeBackend(addon));
  const cases = CODEC_CASES.filter(hasNativeCodec);
  codecContract(native, cases);
  exchangeContract(portableRunner, native, cases);
} else {
  describe("the native backend", () => {
    const reason = `is not tested: ${"reason" in search ? search.reason : ""}`;
    if (process.env.QUARRY_BACKEND === "native") {
      test(reason, () => {
        throw new Error(reason);
      });
    } else {
      test.skip(reason);
    }
  });
}
