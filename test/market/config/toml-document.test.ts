import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TomlDocument } from "../../../src/market/config/toml-document.ts";
import { holds } from "../../kit/property.ts";

const documentOf = (text: string) => new TomlDocument(text, "q.toml", "CONFIG_INVALID");

/** A statement as lines, without its key. */
const VALUES = fc.constantFrom(
  "1",
  '"text # no comment"',
  "[1, 2]",
  "[ # a list\n  1,\n\n  2\n]",
  '"""\nkey9 = 1\n[[tables]]\n"""',
  "'''a\n'''",
  "{ inner = [1] }",
);
const BETWEEN = fc.constantFrom("", "\n", "# comment\n", "\n# key0 = 1\n\n");

describe("a TOML document", () => {
  test("knows the line on which each of its statements begins", async () => {
    const statements = fc.array(fc.tuple(BETWEEN, VALUES), { minLength: 1, maxLength: 5 });
    const cases = fc.tuple(statements, fc.array(statements, { maxLength: 3 }));
    await holds(
      "toml-document: lines",
      cases,
      async ([top, tables]) => {
        let text = "";
        const places: { place: string[]; line: number }[] = [];
        const nextLine = () => text.split("\n").length;
        const add = (list: typeof top, prefix: string[]) => {
          for (const [index, [between, value]] of list.entries()) {
            text += between;
            places.push({ place: [...prefix, `key${index}`], line: nextLine() });
            text += `key${index} = ${value}\n`;
          }
        };
        add(top, []);
        for (const [index, table] of tables.entries()) {
          places.push({ place: ["tables", String(index)], line: nextLine() });
          text += "[[tables]] # another one\n";
          add(table, ["tables", String(index)]);
        }
        const document = documentOf(text);
        for (const { place, line } of places) {
          // Comments and empty lines before a statement are run over to the statement itself.
          expect(document.lineOf(place), `${place.join(".")} in\n${text}`).toBe(line);
        }
      },
      100,
    );
  });

  test("says of what is not there where the nearest above it is", () => {
    const document = documentOf('\n[[symbols]]\nname = "A"\n\n[[symbols]]\nname = "B"\n');
    expect(document.lineOf(["symbols", "1", "levels"])).toBe(5);
    expect(document.lineOf(["symbols", "7"])).toBe(2);
    expect(document.lineOf(["output"])).toBe(1);
  });

  test("is JSON: long integers whole, bare words as Zarr spells them, nothing that reaches a prototype", () => {
    expect(documentOf("a = 9223372036854775807\nb = [nan, inf, -inf, 1.5, true]").value).toEqual({
      a: 9223372036854775807n,
      b: ["NaN", "Infinity", "-Infinity", 1.5, true],
    });
    expect(() => documentOf("__proto__ = 1")).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });

  test.each([
    ["a = 2024-01-01", "q.toml:1: a is a date; dates are written as strings here"],
    ["\nb = [{ c = 07:32:00 }]", "q.toml:2: b[0].c is a date"],
    ["a = 1\n\nb = ", "q.toml:3: Invalid TOML document"],
    [`a = ${"[".repeat(65)}${"]".repeat(65)}`, "q.toml:1: Invalid TOML document"],
    ["a.b = 1\na = 2", "q.toml:2: Invalid TOML document"],
  ])("says where %j is wrong", (text, message) => {
    expect(() => documentOf(text)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message) }),
    );
  });
});
