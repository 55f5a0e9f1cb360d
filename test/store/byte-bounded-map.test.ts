import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteBoundedMap } from "../../src/store/byte-bounded-map.ts";

test("holds what was used last, as far as it fits", () => {
  const key = fc.constantFrom("a", "b", "c", "d", "e");
  const step = fc.oneof(
    fc.record({ set: key, bytes: fc.integer({ min: 0, max: 12 }) }),
    fc.record({ get: key }),
    fc.record({ delete: key }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const map = new ByteBoundedMap<string, number>(10);
      // The least recently used first.
      let model: { key: string; bytes: number }[] = [];
      for (const [index, step] of steps.entries()) {
        const name = "set" in step ? step.set : "get" in step ? step.get : step.delete;
        const before = model.find((entry) => entry.key === name);
        if ("get" in step) expect(map.get(name) === undefined).toBe(before === undefined);
        else if ("set" in step) map.set(name, index, step.bytes);
        else map.delete(name);
        model = model.filter((entry) => entry !== before);
        if ("get" in step && before) model.push(before);
        if ("set" in step && step.bytes <= 10) model.push({ key: name, bytes: step.bytes });
        while (model.reduce((sum, { bytes }) => sum + bytes, 0) > 10) model.shift();
      }
      for (const name of ["a", "b", "c", "d", "e"]) {
        expect(map.get(name) !== undefined).toBe(model.some((entry) => entry.key === name));
      }
    }),
  );
});
