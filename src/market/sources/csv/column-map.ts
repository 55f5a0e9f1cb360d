/** Which column of a CSV file is what: from its header, and from what the caller says. */

export type Field = "time" | "open" | "high" | "low" | "close" | "volume" | "price" | "size" | "side" | "id";

export interface ColumnMap {
  readonly kind: "bars" | "trades";
  /** Position, from 0, of each field that there is. */
  readonly at: Readonly<Partial<Record<Field, number>>>;
}

/** Names by which a field is found, in lower case. */
const NAMES: Readonly<Record<Field, readonly string[]>> = {
  time: ["timestamp", "time", "datetime", "date", "ts", "ts_event", "open_time"],
  open: ["open", "o"],
  high: ["high", "h"],
  low: ["low", "l"],
  close: ["close", "c"],
  volume: ["volume", "vol", "v"],
  price: ["price", "px"],
  size: ["size", "quantity", "qty", "amount", "sz"],
  side: ["side"],
  id: ["id", "trade_id"],
};
export const FIELDS = Object.keys(NAMES) as readonly Field[];
const BAR_FIELDS = ["open", "high", "low", "close"] as const;
const TRADE_FIELDS = ["price", "size"] as const;

/**
 * @param given names in the header, by field
 * @throws RangeError saying what is missing, or not clear
 */
export function columnMapOf(header: readonly string[], given: Readonly<Record<string, string>>): ColumnMap {
  const unknown = Object.keys(given).find((field) => !FIELDS.includes(field as Field));
  if (unknown !== undefined) throw new RangeError(`a column can be ${FIELDS.join(", ")}, not ${unknown}`);
  const names = header.map((name) => name.trim().toLowerCase());
  const at: Partial<Record<Field, number>> = {};
  for (const field of FIELDS) {
    const position = positionOf(field, names, given[field]);
    if (position !== undefined) at[field] = position;
  }
  const hasBars = BAR_FIELDS.every((field) => at[field] !== undefined);
  const hasTrades = TRADE_FIELDS.every((field) => at[field] !== undefined);
  const columns = `its columns are ${header.join(", ")}`;
  if (at.time === undefined) throw new RangeError(`no column of times; ${columns}`);
  if (hasBars === hasTrades) {
    const why = hasBars
      ? "columns of bars and of trades at once"
      : "neither all columns of bars nor those of trades";
    throw new RangeError(`${why}; ${columns}`);
  }
  return { kind: hasBars ? "bars" : "trades", at };
}

function positionOf(field: Field, names: readonly string[], given: string | undefined): number | undefined {
  if (given !== undefined) {
    const position = names.indexOf(given.trim().toLowerCase());
    if (position < 0) throw new RangeError(`no column ${given}; its columns are ${names.join(", ")}`);
    return position;
  }
  const found = NAMES[field].map((name) => names.indexOf(name)).filter((position) => position >= 0);
  if (found.length > 1) {
    const candidates = found.map((position) => names[position]).join(" and ");
    throw new RangeError(`${candidates} could both be the column of ${field}; say which one is`);
  }
  return found[0];
}
