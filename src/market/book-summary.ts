/** What the root attributes of a book store say about its rows. */
import { isJsonObject, type JsonObject, type JsonValue } from "../metadata/json.ts";
import { BOOK_SCHEMA_NAME } from "./schemas/book.ts";

/** `null` for what the attributes do not say. */
export interface BookSummary {
  readonly symbol: string | null;
  readonly levels: number | null;
  readonly rows: number | null;
  readonly trades: number | null;
  /** ISO 8601 with nanoseconds, UTC: earliest and latest row. */
  readonly first: string | null;
  readonly last: string | null;
  /** Decimal text. */
  readonly tickSize: string | null;
  readonly lotSize: string | null;
  /** Breaks in the stream of updates, counted over the whole capture that the store comes from. */
  readonly gaps: number | null;
  /** Whether the capture was read to its end. */
  readonly complete: boolean | null;
}

/** Undefined for the attributes of anything but a book store. */
export function bookSummaryOf(attributes: JsonObject): BookSummary | undefined {
  const { schema, capture } = attributes;
  if (!isJsonObject(schema) || schema.name !== BOOK_SCHEMA_NAME) return undefined;
  const source: JsonObject = isJsonObject(capture) ? capture : {};
  return {
    symbol: textOf(attributes.symbol),
    levels: countOf(attributes.levels),
    rows: countOf(attributes.rows),
    trades: countOf(attributes.trades),
    first: textOf(attributes.first),
    last: textOf(attributes.last),
    tickSize: textOf(attributes.tick_size),
    lotSize: textOf(attributes.lot_size),
    gaps: countOf(source.gaps),
    complete: typeof source.complete === "boolean" ? source.complete : null,
  };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function countOf(value: JsonValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}
