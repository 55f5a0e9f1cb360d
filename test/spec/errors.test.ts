import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ERROR_CODES } from "../../src/errors.ts";

const page = readFileSync(new URL("../../spec/errors.md", import.meta.url), "utf8");
const sections = page.split(/^## /m).slice(1);

test("spec/errors.md lists the codes of the source, in its order", () => {
  expect(sections.map((section) => section.split("\n", 1)[0])).toEqual([...ERROR_CODES]);
});

test.each(sections.map((section) => [section.split("\n", 1)[0]!, section]))(
  "%s has a meaning, a typical cause and a remedy",
  (_, section) => {
    expect(section).toMatch(/^[A-Z_]+\n\n[A-Z].+\n\n- \*\*Typical cause:\*\* .+\.\n- \*\*Remedy:\*\* .+\.\n/);
  },
);
