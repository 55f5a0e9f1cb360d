/** Spans of time as people write them: `250ms`, `5s`, `1.5 h`. */

const UNITS_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

const DURATION = /^(\d+(?:\.\d+)?) ?(ns|us|ms|s|m|h|d)$/;

/** Nanoseconds; undefined for text that is no duration above zero. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const durationNs = Number(amount) * UNITS_NS[unit!]!;
  return durationNs > 0 && Number.isSafeInteger(durationNs) ? durationNs : undefined;
}

/** `250 ms`, `1.5 h`: in the largest unit of which there is one at least. */
export function durationText(durationNs: number): string {
  let unit = "ns";
  for (const [name, unitNs] of Object.entries(UNITS_NS)) if (durationNs >= unitNs) unit = name;
  return `${Number((durationNs / UNITS_NS[unit]!).toPrecision(4))} ${unit}`;
}
