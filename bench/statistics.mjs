// What the tables say about a list of measurements.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const medianOf = (measurement) => measurement && median(measurement.milliseconds);

/** Our time beside those of the others, for one workload on one chain; undefined where we took no part. */
export function standing(results, workload, chain) {
  const among = results.measurements.filter(
    (measurement) => measurement.workload === workload && measurement.chain === chain,
  );
  const byRole = (role) => among.filter(({ engine }) => results.engines[engine].role === role);
  const [ours] = byRole("ours");
  if (ours === undefined) return undefined;
  const peers = byRole("peer").sort((a, b) => medianOf(a) - medianOf(b));
  return {
    ours: medianOf(ours),
    best: peers[0] && { engine: peers[0].engine, milliseconds: medianOf(peers[0]) },
    limit: medianOf(byRole("limit")[0]),
  };
}

/** Digits that a measurement is worth. */
export function figure(value) {
  if (value === undefined) return "–";
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
