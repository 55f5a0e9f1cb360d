/** The header of a CSV file, and the fields of its lines by the delimiter that the header shows. */
import { parse } from "csv-parse/sync";
import { LineFault } from "../refused-lines.ts";
import { columnMapOf } from "./column-map.ts";

const DELIMITERS = [",", ";", "\t"] as const;
const QUOTE = '"';
const BYTE_ORDER_MARK = /^\uFEFF/;

/** @throws LineFault */
export function headerOf(line: string): { readonly names: readonly string[]; readonly delimiter: string } {
  const text = line.replace(BYTE_ORDER_MARK, "");
  const delimiter = DELIMITERS.find((candidate) => text.includes(candidate)) ?? DELIMITERS[0];
  return { names: csvFields(text, delimiter), delimiter };
}

/** Whether the line is a header whose columns are known, or given. */
export function isCsvHeader(line: string, givenColumns: Readonly<Record<string, string>>): boolean {
  try {
    columnMapOf(headerOf(line).names, givenColumns);
    return true;
  } catch (error) {
    if (error instanceof RangeError || error instanceof LineFault) return false;
    throw error;
  }
}

/**
 * The fields of a line. Only quotes make it more than texts between delimiters.
 * @throws LineFault
 */
export function csvFields(line: string, delimiter: string): readonly string[] {
  if (!line.includes(QUOTE)) return line.split(delimiter);
  try {
    return (parse(line, { delimiter }) as string[][])[0] ?? [];
  } catch {
    throw new LineFault("is no CSV: its quotes do not match");
  }
}
