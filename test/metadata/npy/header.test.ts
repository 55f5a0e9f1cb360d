import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeNpyHeader, isNpy, npyHeaderBytes, parseNpyHeader } from "../../../src/metadata/npy/header.ts";
import { npyHead } from "../../kit/npy-head.ts";
import { holds } from "../../kit/property.ts";

const dictionary = (descr: string, shape = "(3, 20)", order = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

describe("a header of npy", () => {
  test.each([1, 2])("of version %i is text in Latin-1", (version) => {
    const head = npyHead(dictionary("[('\xb5\x80', '<f8')]"), { major: version });
    expect(npyHeaderBytes(head)).toBe(head.length);
    expect(parseNpyHeader(head)).toEqual({ descr: [["\xb5\x80", "<f8"]], order: "C", shape: [3, 20] });
  });

  test("of version 3 is text in UTF-8", () => {
    const text = Buffer.from("{'descr': [('价', '<f8', (2,))], 'fortran_order': True, 'shape': ()}");
    expect(parseNpyHeader(npyHead(text, { major: 3 }))).toEqual({
      descr: [["价", "<f8", [2]]],
      order: "F",
      shape: [],
    });
    expect(() => parseNpyHeader(npyHead(dictionary("'\xb5'"), { major: 3 }))).toThrow(SyntaxError);
  });

  test("ends where it says, whatever follows", () => {
    const head = npyHead(dictionary("'<i4'"));
    const file = Buffer.concat([head, Buffer.from(", 'x': 1}")]);
    expect(npyHeaderBytes(file.subarray(0, 12))).toBe(head.length);
    expect(parseNpyHeader(file)).toEqual({ descr: "<i4", order: "C", shape: [3, 20] });
  });

  test.each([
    ["another magic", Buffer.from("\x93NUMPI\x01\x00\x00\x00\x00\x00", "latin1"), /does not begin/],
    ["only its magic", Buffer.from("\x93NUMPY", "latin1"), /does not begin/],
    ["version 0", npyHead(dictionary("'<i4'"), { major: 0 }), /version 0\.0/],
    ["version 4", npyHead(dictionary("'<i4'"), { major: 4 }), /version 4\.0/],
    ["version 1.1", npyHead(dictionary("'<i4'"), { minor: 1 }), /version 1\.1/],
    ["4 GiB of text", Buffer.from("\x93NUMPY\x02\x00\xff\xff\xff\xff", "latin1"), /4294967295 bytes, more/],
    [
      "less text than it says",
      npyHead(dictionary("'<i4'"), { major: 2 }).subarray(0, 40),
      /and 28 are there/,
    ],
    ["no text", npyHead("", { major: 2 }), /it ends/],
    ["no dictionary", npyHead("('<i4', 3)"), /no dictionary/],
    ["text beside the dictionary", npyHead(`${dictionary("1")}1`), /more/],
    ["an expression", npyHead(dictionary("'<i' '4'")), /not "," or "}"/],
    ["a negative extent", npyHead(dictionary("'<i4'", "(-1,)")), /no dictionary/],
    ["an extent beyond 2^53", npyHead(dictionary("'<i4'", "(9007199254740993,)")), /below 2\^53/],
    ["a dimension too many", npyHead(dictionary("'<i4'", `(${"1,".repeat(65)})`)), /no dictionary/],
    ["a shape that is no tuple", npyHead(dictionary("'<i4'", "3")), /no dictionary/],
    ["an order that is no truth value", npyHead(dictionary("'<i4'", "(1,)", "0")), /no dictionary/],
  ])("with %s is refused with the reason", (_, head, reason) => {
    const refused = () => parseNpyHeader(head);
    expect(refused).toThrow(SyntaxError);
    expect(refused).toThrow(reason);
  });

  test("that was written is read as it was meant, and the items begin at a multiple of 64", async () => {
    const names = fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "µ", "价", "_") }), { maxLength: 5 });
    const shapes = fc.array(fc.integer({ min: 0, max: 2 ** 32 }), { maxLength: 64 });
    const cases = fc.record({ names, shape: shapes });
    const check = async ({ names, shape }: { names: string[]; shape: number[] }) => {
      const head = encodeNpyHeader(`[${names.map((name) => `('${name}', '<i4')`).join(", ")}]`, shape);
      expect([isNpy(head), head.length % 64, npyHeaderBytes(head)]).toEqual([true, 0, head.length]);
      expect(parseNpyHeader(head)).toEqual({ descr: names.map((name) => [name, "<i4"]), order: "C", shape });
    };
    await holds("npy headers", cases, check, 200);
  });

  test.each([
    [0, 1],
    [3800, 1],
    [3900, 2],
  ])("of %i fields is of version %i", (fields, version) => {
    const descr = `[${Array.from({ length: fields }, (_, i) => `('f${i}', '<i4')`.padEnd(16)).join()}]`;
    const head = encodeNpyHeader(descr, [3]);
    expect(head[6]).toBe(version);
    expect(parseNpyHeader(head).descr).toHaveLength(fields);
  });
});
