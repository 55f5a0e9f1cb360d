/**
 * A store of market data as a picture, in one of two formats by the ending of the file's name.
 *
 * What is drawn is the first kind that there is of: books, snapshots of the older layout, bars, trades. Several stores
 * of one symbol, its weeks, are one picture.
 */
import { QuarryError } from "../errors.ts";
import { FileDraft } from "../export/file-draft.ts";
import { isoTime } from "../market/partition.ts";
import { findTables } from "../market/tables/find-tables.ts";
import type { Table, TableKind } from "../market/tables/table.ts";
import type { NodePath } from "../metadata/node-name.ts";
import { resolveLocation } from "../store/location.ts";
import type { ReadableStore } from "../store/store.ts";
import { withReadOnly } from "../store/with-read-only.ts";
import type { Location } from "../zarr/open.ts";
import { barsFigure } from "./bars-figure.ts";
import { bookData } from "./book-data.ts";
import { bookFigure } from "./book-figure.ts";
import { PLOT_WIDTH, type Span } from "./frame.ts";
import { PICTURE_ENDINGS } from "./picture-endings.ts";
import { pngOf } from "./png.ts";
import { TimeColumns, timesOf } from "./time-columns.ts";
import { tradeData } from "./trade-data.ts";
import { tradesFigure } from "./trades-figure.ts";

export interface PlotOptions {
  /** Above the picture. Default: the symbol, and what is drawn. */
  readonly title?: string | undefined;
  /** What part of the time is drawn, nanoseconds since 1970. Default: all. */
  readonly fromNs?: bigint | undefined;
  readonly toNs?: bigint | undefined;
  /** Whether a file that is there already gives way. Default `false`: it is an error, and stays. */
  readonly overwrite?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PlotReport {
  readonly file: string;
  readonly kind: TableKind;
  /** Rows of what is drawn, and trades on top. */
  readonly rows: number;
  readonly trades: number;
  readonly from: string;
  readonly to: string;
  readonly gaps: number;
  readonly bytes: number;
  /** Nodes that could not be read, and are not in the picture. */
  readonly skipped: readonly { readonly path: NodePath; readonly code: string; readonly message: string }[];
}

/**
 * Draws what is at `location` to `file`, which appears when it is complete.
 * @throws RangeError for a name that ends with none of {@link PICTURE_ENDINGS}
 * @throws QuarryError `NOT_FOUND` where there is nothing to draw; `VALUE_INVALID` for several symbols;
 *   `ALREADY_EXISTS`, `STORE_FAILED`
 * @example
 * await plot("stores/BTCUSDT.zarr", "btcusdt.png");
 */
export async function plot(location: Location, file: string, options: PlotOptions = {}): Promise<PlotReport> {
  const ending = PICTURE_ENDINGS.find((other) => file.toLowerCase().endsWith(other));
  if (ending === undefined) throw new RangeError(`${file} ends with none of ${PICTURE_ENDINGS.join(", ")}`);
  const draft = await FileDraft.begin(file, options.overwrite ?? false);
  try {
    const { svg, ...report } = await drawn(location, options);
    await draft.write(ending === ".svg" ? new TextEncoder().encode(`${svg}\n`) : await pngOf(svg));
    await draft.publish(options.overwrite ?? false);
    return { file, ...report, bytes: draft.bytes };
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

type Drawn = Omit<PlotReport, "file" | "bytes"> & { readonly svg: string };

async function drawn(location: Location, options: PlotOptions): Promise<Drawn> {
  const store = withReadOnly(resolveLocation(location as ReadableStore));
  const found: Table[] = [];
  const skipped: PlotReport["skipped"][number][] = [];
  for await (const result of findTables(store)) {
    if (!("error" in result)) found.push(result);
    else skipped.push({ path: result.path, code: result.error.code, message: result.error.message });
  }
  const { kind, tables } = mainTables(found);
  requireOneSymbol(tables);
  const { signal } = options;
  const times = await timesOf(tables, partOf(options), signal);
  if (times === undefined) throw nothing("no row is in the time that is to be drawn");
  const { span, gaps } = times;
  const trades = kind === "trades" ? [] : found.filter((table) => table.kind === "trades");
  const symbol = symbolOf(tables[0]!) ?? symbolInPath(`${placeOf(location)}/${tables[0]!.path}`);
  const words = {
    title: options.title ?? titleOf(symbol, kind),
    subtitle: subtitleOf(span, times.rows, kind, tables),
  };
  const units = { priceUnits: unitsOf(tables[0]!, "price"), sizeUnits: unitsOf(tables[0]!, "size") };
  const columns = new TimeColumns(span, PLOT_WIDTH);
  const parts = { ...words, ...units, span, gaps, signal };
  const report = {
    kind,
    rows: times.rows,
    from: isoTime(BigInt(Math.round(span.fromMs * 1000)) * 1000n),
    to: isoTime(BigInt(Math.round(span.toMs * 1000)) * 1000n),
    gaps: gaps.length,
    skipped,
  };
  if (kind === "bars") {
    return {
      ...report,
      trades: 0,
      svg: await barsFigure({ ...parts, tables, rows: times.rows, regularMs: times.regularMs }),
    };
  }
  if (kind === "trades") {
    const data = await tradeData(tables, columns, signal);
    return { ...report, trades: data.count, svg: tradesFigure({ ...parts, data }) };
  }
  const counted = await tradeData(trades, columns, signal);
  const data = counted.count === 0 ? undefined : counted;
  const book = await bookData(tables, columns, gaps, data?.prices.range, signal);
  if (book === undefined) throw nothing("no row of it has a bid and an ask in the time that is drawn");
  return { ...report, trades: data?.count ?? 0, svg: await bookFigure({ ...parts, book, trades: data }) };
}

/** What there is of the first kind that there is of. */
function mainTables(found: readonly Table[]): {
  readonly kind: TableKind;
  readonly tables: readonly Table[];
} {
  for (const kind of ["book", "snapshots", "bars", "trades"] as const) {
    const tables = found.filter((table) => table.kind === kind);
    if (tables.length > 0) return { kind, tables };
  }
  throw nothing("there is no book, no bars and no trades");
}

function requireOneSymbol(tables: readonly Table[]): void {
  const symbols = new Set(tables.map((table) => symbolOf(table) ?? symbolInPath(table.path)));
  if (symbols.size <= 1) return;
  const names = [...symbols].join(", ");
  throw new QuarryError(
    "VALUE_INVALID",
    `there are several symbols (${names}), and a picture is of one: give its path`,
  );
}

function symbolOf({ attributes }: Table): string | undefined {
  return typeof attributes.symbol === "string" ? attributes.symbol : undefined;
}

/** Nothing for a store that is no path. */
function placeOf(location: Location): string {
  return typeof location === "string" || location instanceof URL ? String(location) : "";
}

const WEEK_OR_DAY = /^\d{4}-(W\d\d|\d\d-\d\d)$/;

/** The last name in the path that is neither a week, nor a day, nor what every book store calls its trades. */
function symbolInPath(path: string): string | undefined {
  const names = path.split("/").map((name) => name.replace(/\.zarr$/, ""));
  return names.findLast((name) => !["", ".", "trades"].includes(name) && !WEEK_OR_DAY.test(name));
}

const KIND_WORDS: Readonly<Record<TableKind, string>> = {
  book: "order book",
  snapshots: "order book",
  bars: "bars",
  trades: "trades",
  series: "times",
};

function titleOf(symbol: string | undefined, kind: TableKind): string {
  return symbol === undefined ? KIND_WORDS[kind] : `${symbol} ${KIND_WORDS[kind]}`;
}

function subtitleOf({ fromMs, toMs }: Span, rows: number, kind: TableKind, tables: readonly Table[]): string {
  const time = (ms: number): string =>
    new Date(ms)
      .toISOString()
      .replace("T", " ")
      .replace(/\.\d+Z$/, "");
  const { sides } = tables[0]!;
  const levels = sides === undefined ? [] : [`${sides[0].prices.levels} levels a side`];
  const ticks = new Set(tables.flatMap(({ attributes }) => attributes.tick_size ?? []));
  const parts = [
    `${time(fromMs)} to ${time(toMs)} UTC`,
    `${rows.toLocaleString("en")} ${kind === "bars" ? "bars" : kind === "trades" ? "trades" : "rows"}`,
    ...levels,
    ...(ticks.size === 0 ? [] : [`tick ${[...ticks].join(", ")}`]),
  ];
  return parts.join(" · ");
}

/** ` [USDT]`, as the arrays say it; nothing where they do not. */
function unitsOf(table: Table, what: "price" | "size"): string {
  const field =
    what === "price"
      ? (table.sides?.[0].prices ?? table.trade?.price ?? table.bar?.close)
      : (table.sides?.[0].sizes ?? table.trade?.size ?? table.bar?.volume);
  const attributes = field === undefined ? {} : table.columns.get(field.column)!.attributes;
  const { units, column_units: columnUnits, columns } = attributes;
  const index = Array.isArray(columns) ? columns.indexOf(what) : -1;
  const said = Array.isArray(columnUnits) && index >= 0 ? columnUnits[index] : units;
  return typeof said === "string" && said !== "" && said !== "1" ? ` [${said}]` : "";
}

function partOf({ fromNs, toNs }: PlotOptions): Span {
  return {
    fromMs: fromNs === undefined ? Number.NEGATIVE_INFINITY : Number(fromNs) / 1e6,
    toMs: toNs === undefined ? Number.POSITIVE_INFINITY : Number(toNs) / 1e6,
  };
}

function nothing(reason: string): QuarryError {
  return new QuarryError("NOT_FOUND", `there is nothing to draw: ${reason}`);
}
