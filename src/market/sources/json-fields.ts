/** Fields of an exchange's JSON messages, each taken only where it is what the exchange says it is. */
import { LineFault } from "./refused-lines.ts";

/** `[price, size]`, decimal text; exchanges may send more behind them. */
export type LevelText = readonly [string, string];

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The object in the JSON text of `bytes[start, end)`.
 * @throws LineFault
 */
export function parseFields(bytes: Buffer, start: number, end: number): Fields {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8", start, end));
  } catch {
    throw new LineFault("is not valid JSON");
  }
  if (!isFields(json)) throw new LineFault("is not a JSON object");
  return json;
}

/** @throws LineFault */
export function fieldsIn(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (!isFields(value)) throw new LineFault(fieldFault(fields, name, "an object"));
  return value;
}

/** @throws LineFault */
export function listIn(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new LineFault(fieldFault(fields, name, "a list"));
  return value;
}

/** @throws LineFault */
export function levelsIn(fields: Fields, name: string): readonly LevelText[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new LineFault(fieldFault(fields, name, "a list of levels"));
  for (const level of value) {
    if (!Array.isArray(level) || typeof level[0] !== "string" || typeof level[1] !== "string") {
      throw new LineFault(`field ${name} holds a level that is no pair of decimal strings`);
    }
  }
  return value as LevelText[];
}

/**
 * An integer ≥ 0 that JSON carried exactly: beyond 2^53 a digit may have been lost.
 * @throws LineFault
 */
export function integerIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new LineFault(fieldFault(fields, name, "a whole number from 0 to 2^53-1"));
  }
  return value as number;
}

/**
 * An integer ≥ 0 that is sent as a string of digits.
 * @throws LineFault
 */
export function integerTextIn(fields: Fields, name: string): number {
  const value = fields[name];
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) {
    throw new LineFault(fieldFault(fields, name, "a whole number from 0 to 2^53-1, as text"));
  }
  return number;
}

/** @throws LineFault */
export function stringIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") throw new LineFault(fieldFault(fields, name, "a string"));
  return value;
}

export function fieldFault(fields: Fields, name: string, expected: string): string {
  return fields[name] === undefined ? `field ${name} is missing` : `field ${name} is not ${expected}`;
}
