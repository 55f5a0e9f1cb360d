/** Which of a symbol's weeks has the last row at or before a time. */
import { QuarryError } from "../errors.ts";
import type { Gate } from "../store/gate.ts";
import type { BookWeek } from "./book-week.ts";
import { isFaultOfStore } from "./find-books.ts";
import { isoTime } from "./partition.ts";

/** A week with rows, and when the first of them was, or why that cannot be said. */
interface Begin {
  readonly week: BookWeek;
  readonly first: bigint | QuarryError;
}

/**
 * The last week whose first row is at or before `timestampNs`; undefined where there is none.
 * @param weeks in the order of time
 * @throws QuarryError `VALUE_INVALID` where they are not in that order; what is wrong with a week whose first time cannot
 *   be read, if the row may be in it
 */
export async function weekAsOf(
  weeks: readonly BookWeek[],
  timestampNs: bigint,
  gate: Gate,
): Promise<BookWeek | undefined> {
  const begins = await Promise.all(
    weeks.filter(({ rowCount }) => rowCount > 0).map((week) => gate.through(() => beginOf(week), undefined)),
  );
  checkOrder(begins);
  let doubt: QuarryError | undefined;
  for (const { week, first } of begins.toReversed()) {
    if (typeof first !== "bigint") {
      doubt ??= first;
    } else if (first > timestampNs) {
      // What could not be read after this week is later still.
      doubt = undefined;
    } else {
      if (doubt !== undefined) throw doubt;
      return week;
    }
  }
  if (doubt !== undefined) throw doubt;
  return undefined;
}

async function beginOf(week: BookWeek): Promise<Begin> {
  try {
    return { week, first: await week.times.firstNs() };
  } catch (error) {
    if (!isFaultOfStore(error)) throw error;
    return { week, first: error };
  }
}

function checkOrder(begins: readonly Begin[]): void {
  let before: { readonly week: BookWeek; readonly first: bigint } | undefined;
  for (const { week, first } of begins) {
    if (typeof first !== "bigint") continue;
    if (before !== undefined && first < before.first) {
      const message = `${week.path} begins at ${isoTime(first)}, before ${before.week.path}, at ${isoTime(before.first)}`;
      throw new QuarryError("VALUE_INVALID", message, { path: week.path });
    }
    before = { week, first };
  }
}
