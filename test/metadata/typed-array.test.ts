import { Float16Array as PonyfillFloat16Array } from "@petamoriken/float16";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { dataTypeOf, NUMERIC_TYPE_NAMES } from "../../src/metadata/data-type.ts";
import { typedArrayOf } from "../../src/metadata/typed-array.ts";

describe("the typed array of a data type", () => {
  test.each(NUMERIC_TYPE_NAMES)("has elements of the size of %s", (name) => {
    const dataType = dataTypeOf(name);
    const array = new (typedArrayOf(dataType))(3);
    expect(array.byteLength).toBe(3 * dataType.itemBytes);
  });

  test("is the one of 64-bit integers for int64 and uint64, of bytes for bool", () => {
    expect(typedArrayOf({ name: "int64" })).toBe(BigInt64Array);
    expect(typedArrayOf({ name: "uint64" })).toBe(BigUint64Array);
    expect(typedArrayOf({ name: "bool" })).toBe(Uint8Array);
    expectTypeOf(new (typedArrayOf({ name: "int64" }))(1)).toEqualTypeOf<BigInt64Array>();
  });

  test("holds half floats on every platform, the platform's own where there are", async () => {
    const halves = new (typedArrayOf({ name: "float16" }))(1);
    halves[0] = 1.5;
    expect(new Uint16Array(halves.buffer)).toEqual(Uint16Array.of(0x3e00));
    class PlatformFloat16Array extends Uint16Array {}
    vi.stubGlobal("Float16Array", PlatformFloat16Array);
    vi.resetModules();
    const reloaded = await import("../../src/metadata/typed-array.ts");
    expect(reloaded.typedArrayOf({ name: "float16" })).toBe(PlatformFloat16Array);
    vi.stubGlobal("Float16Array", undefined);
    vi.resetModules();
    const without = await import("../../src/metadata/typed-array.ts");
    expect(without.typedArrayOf({ name: "float16" })).toBe(PonyfillFloat16Array);
    vi.unstubAllGlobals();
  });
});
