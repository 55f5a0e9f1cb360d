/** What `quarry ingest` says in the end: one report a symbol for people, one document of all for scripts. */
import type { IngestReport } from "../market/ingest.ts";
import type { SymbolOutcome } from "../market/ingest-symbols.ts";
import { byteText, grouped, plural } from "./quantities.ts";
import { textList } from "./text-list.ts";

/** Refused lines that people are shown, of each symbol. */
const REFUSED_SHOWN = 10;

/** Refused lines that a document names, of all symbols. */
const REFUSED_NAMED = 1000;

/** Why an outcome is a failure; undefined where it is none. */
export function failureOf({ symbol, report, error }: SymbolOutcome): string | undefined {
  if (report === undefined) return `${symbol}: ${error!.message} [${error!.code}]`;
  if (!report.complete) {
    return `${symbol}: interrupted; the stores hold what was read until then, and say that they are not complete`;
  }
  if (report.stores.length === 0) {
    return `${symbol}: nothing to store: the capture gave no book row, no trade and no bar`;
  }
  return undefined;
}

/**
 * The sums over all symbols, and each symbol's own report or error.
 * @param seconds that all of them took, side by side
 */
export function ingestDocument(outcomes: readonly SymbolOutcome[], seconds: number): object {
  const reports = outcomes.flatMap(({ report }) => report ?? []);
  return {
    ...totalOf(reports),
    seconds,
    symbols: outcomes.map((outcome) => {
      const { symbol, report, error } = outcome;
      const ok = failureOf(outcome) === undefined;
      if (report !== undefined) return { ok, error: null, ...report };
      return { ok, error: { code: error!.code, message: error!.message, path: error!.path ?? null }, symbol };
    }),
  };
}

/** Steps are those that all symbols have, else `null`. */
function totalOf(
  reports: readonly IngestReport[],
): Omit<IngestReport, "symbol" | "format" | "levels" | "seconds"> {
  const sum = (count: (report: IngestReport) => number): number =>
    reports.reduce((total, report) => total + count(report), 0);
  const common = (step: (report: IngestReport) => number | null): number | null => {
    const steps = new Set(reports.map(step));
    return steps.size === 1 ? [...steps][0]! : null;
  };
  return {
    rows: sum((report) => report.rows),
    trades: sum((report) => report.trades),
    bars: sum((report) => report.bars),
    gaps: sum((report) => report.gaps),
    crossed: sum((report) => report.crossed),
    locked: sum((report) => report.locked),
    duplicates: sum((report) => report.duplicates),
    unsynced: sum((report) => report.unsynced),
    ignored: sum((report) => report.ignored),
    tickers: {
      shared: sum((report) => report.tickers.shared),
      agreed: sum((report) => report.tickers.agreed),
    },
    checksums: {
      checked: sum((report) => report.checksums.checked),
      agreed: sum((report) => report.checksums.agreed),
    },
    refused: {
      count: sum((report) => report.refused.count),
      lines: reports.flatMap((report) => report.refused.lines).slice(0, REFUSED_NAMED),
    },
    captureBytes: sum((report) => report.captureBytes),
    tickSize: common((report) => report.tickSize),
    lotSize: common((report) => report.lotSize),
    complete: reports.every((report) => report.complete),
    rawBytes: sum((report) => report.rawBytes),
    storedBytes: sum((report) => report.storedBytes),
    stores: reports.flatMap((report) => report.stores),
  };
}

export function reportText(report: IngestReport): string {
  const { refused, tickers, checksums } = report;
  const tick = `tick ${report.tickSize ?? "unknown"}`;
  const content =
    report.bars > 0
      ? `${plural(report.bars, "bar")}; ${tick}`
      : `${plural(report.rows, "book row")} of ${plural(report.levels, "level")}, ${plural(report.trades, "trade")}; ` +
        `${tick}, lot ${report.lotSize ?? "unknown"}`;
  const lines = [
    `${report.symbol}: ${content}`,
    `  gaps ${grouped(report.gaps)}, crossed ${grouped(report.crossed)}, locked ${grouped(report.locked)}, ` +
      `duplicates ${grouped(report.duplicates)}, without a snapshot ${grouped(report.unsynced)}, ` +
      `refused lines ${grouped(refused.count)}`,
  ];
  if (tickers.shared > 0) {
    lines.push(
      `  the exchange's own best bid and ask agree at ${grouped(tickers.agreed)} of ${grouped(tickers.shared)} shared update ids`,
    );
  }
  if (checksums.checked > 0) {
    lines.push(
      `  the exchange's checksum agrees at ${grouped(checksums.agreed)} of ${grouped(checksums.checked)} states of the book`,
    );
  }
  const refusedText = ({ file, line, reason }: (typeof refused.lines)[number]) =>
    `refused ${file}:${line}: ${reason}`;
  lines.push(...textList(refused.lines, refusedText, REFUSED_SHOWN, refused.count));
  for (const store of report.stores) {
    const ratio = (store.rawBytes / store.storedBytes).toFixed(1);
    lines.push(
      `  ${store.path}: ${plural(store.rows, "row")}, ${store.first} to ${store.last}, ` +
        `${byteText(store.storedBytes)} for ${byteText(store.rawBytes)} (${ratio} times smaller)`,
    );
  }
  const rate = byteText(report.captureBytes / report.seconds);
  lines.push(
    `  ${byteText(report.captureBytes)} of ${report.format} capture in ${report.seconds.toFixed(2)} s (${rate}/s)`,
  );
  return `${lines.join("\n")}\n`;
}
