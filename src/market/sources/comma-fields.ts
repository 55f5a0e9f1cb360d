/** Fields of a line of plain comma-separated ASCII, without quotes: what vendors' own files of numbers are made of. */
import { LineFault } from "./refused-lines.ts";

/**
 * The fields of the line in `bytes[start, end)`.
 * @throws LineFault where there are not `count` of them
 */
export function commaFields(bytes: Buffer, start: number, end: number, count: number): readonly string[] {
  const fields = bytes.toString("latin1", start, end).split(",");
  if (fields.length === count) return fields;
  throw new LineFault(`has ${fields.length} fields instead of ${count}`);
}

/**
 * A whole number, of at most 15 digits.
 * @throws LineFault
 */
export function wholeNumber(text: string, name: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new LineFault(`${name} ${JSON.stringify(text.slice(0, 40))} is not a whole number`);
}
