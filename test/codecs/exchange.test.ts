import { describe, test } from "vitest";
import { findAddon } from "../../src/codec/native/addon.ts";
import { nativeBackend } from "../../src/codec/native/native-chain.ts";
import { codecContract, exchangeContract } from "../kit/codec.ts";
import { chainRunner, portableRunner } from "../kit/codec-runner.ts";

const { addon, ...search } = findAddon();

if (addon !== undefined) {
  const native = chainRunner(nativeBackend(addon));
  codecContract(native);
  exchangeContract(portableRunner, native);
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
