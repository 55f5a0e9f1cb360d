/**
 * The stores of order books at given places, opened. One that cannot be read as a whole is left out, and named, and so
 * is one that does not go with the first of its symbol.
 */
import { basename, dirname } from "node:path/posix";
import { type ErrorCode, isQuarryError, QuarryError } from "../errors.ts";
import { isJsonObject } from "../metadata/json.ts";
import type { NodePath } from "../metadata/node-name.ts";
import type { Gate } from "../store/gate.ts";
import { resolveLocation } from "../store/location.ts";
import type { ReadableStore } from "../store/store.ts";
import { withReadOnly } from "../store/with-read-only.ts";
import { findHierarchies } from "../zarr/find-hierarchies.ts";
import { type Location, openGroup } from "../zarr/open.ts";
import { BookStore } from "./book-store.ts";
import type { BookWeek, RowRange } from "./book-week.ts";
import { FloatBookStore } from "./float-book-store.ts";
import { BOOK_SCHEMA_NAME } from "./schemas/book.ts";

/** A store that was left out, or the rest of one. */
export interface SkippedWeek {
  readonly path: string;
  readonly code: ErrorCode;
  /** Why, in words. */
  readonly reason: string;
  /** The rows that were asked for and not given; undefined where the store was not opened. */
  readonly rows: RowRange | undefined;
}

export interface FoundBooks {
  readonly weeks: readonly BookWeek[];
  readonly skipped: readonly SkippedWeek[];
}

/** Codes of what is wrong with the machine or the way to the store: others say that something is wrong in the store. */
const NO_FAULT_OF_A_STORE: ReadonlySet<ErrorCode> = new Set(["STORE_FAILED", "BACKEND_UNAVAILABLE"]);

/** Whether `error` is a reason to go on without the store that it comes from. */
export function isFaultOfStore(error: unknown): error is QuarryError {
  return isQuarryError(error) && !NO_FAULT_OF_A_STORE.has(error.code);
}

/**
 * Opens all stores at `locations`: stores, directories of a symbol, directories of symbols.
 * @param trustOrder whether times are in order where a store does not say so
 * @param gate what opening a store goes through
 * @returns `weeks`: sorted by their paths, which of one symbol is the order of time where they are weeks or days
 * @throws QuarryError `NOT_FOUND` where there is nothing, `STORE_FAILED`
 */
export async function findBooks(
  locations: readonly Location[],
  trustOrder: boolean,
  gate: Gate,
): Promise<FoundBooks> {
  const opened = await Promise.all(
    locations.map(async (location) => {
      const store = withReadOnly(resolveLocation(location as ReadableStore));
      const { roots } = await findHierarchies(store);
      return Promise.all(
        roots.map((root) =>
          openOrSkip(pathOf(location, root), (path) =>
            gate.through(() => openWeek(store, root, path, trustOrder), undefined),
          ),
        ),
      );
    }),
  );
  return goingTogether(opened.flat().sort((a, b) => (a.path < b.path ? -1 : 1)));
}

async function openOrSkip(
  path: string,
  openAt: (path: string) => Promise<BookWeek>,
): Promise<BookWeek | SkippedWeek> {
  try {
    return await openAt(path);
  } catch (error) {
    if (!isFaultOfStore(error)) throw error;
    return skippedWeek(path, error);
  }
}

export function skippedWeek(path: string, error: QuarryError, rows?: RowRange): SkippedWeek {
  return { path, code: error.code, reason: error.message, rows };
}

/** Leaves out what does not go with the first store of its symbol. */
function goingTogether(opened: readonly (BookWeek | SkippedWeek)[]): FoundBooks {
  const weeks: BookWeek[] = [];
  const skipped: SkippedWeek[] = [];
  for (const week of opened) {
    if ("reason" in week) {
      skipped.push(week);
      continue;
    }
    const first = weeks.find(({ symbol }) => symbol === week.symbol);
    if (first === undefined || shapeText(first) === shapeText(week)) {
      weeks.push(week);
      continue;
    }
    const reason = `${week.path} has rows of ${shapeText(week)}, ${first.path} of ${shapeText(first)}`;
    const error = new QuarryError("SHAPE_MISMATCH", reason, { path: week.path });
    skipped.push(skippedWeek(week.path, error, { start: 0, end: week.rowCount }));
  }
  return { weeks, skipped };
}

function shapeText({ layout, rowShape }: BookWeek): string {
  return `${layout} [${rowShape.join(", ")}]`;
}

async function openWeek(
  store: ReadableStore,
  root: NodePath,
  path: string,
  trustOrder: boolean,
): Promise<BookWeek> {
  const group = await openGroup(store, { path: root });
  const { schema } = group.attributes;
  if (isJsonObject(schema) && schema.name === BOOK_SCHEMA_NAME) return BookStore.of(group, path);
  if (await FloatBookStore.isAt(group)) {
    return FloatBookStore.of(group, path, symbolOf(path), trustOrder);
  }
  const message = `${path} is neither a book store nor one of data, timestamps and snapshot_metadata`;
  throw new QuarryError("METADATA_INVALID", message, { path });
}

const SPAN = /^\d{4}-(?:W\d{2}|\d{2}-\d{2})(?:\.zarr)?$/;

/** What a store without an attribute `symbol` is of: the name of its directory, or the one above that of a week. */
function symbolOf(path: string): string {
  const name = SPAN.test(basename(path)) ? basename(dirname(path)) : basename(path);
  return name.replace(/\.zarr$/, "");
}

/** How people call the store: the location, and what is below it. */
function pathOf(location: Location, root: NodePath): string {
  const isText = typeof location === "string" || location instanceof URL;
  if (!isText) return root;
  const base = String(location).replace(/\/+$/, "");
  return root === "/" ? base : `${base}${root}`;
}
